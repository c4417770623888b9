//! Lists of clicks and conversions as most tests read them: of all time, without conditions.

use domain::{AgentClass, ClickFilter, ClickRow, ConversionFilter, ConversionRow, Device, ListQuery, Page};
use store::{Conn, Picked, Scope, StoreError, reports::HeaderClasses};

/// Agents are told apart by one word.
pub struct Plain;

impl HeaderClasses for Plain {
    fn agent(&self, user_agent: &str) -> AgentClass {
        let device = if user_agent.contains("Phone") { Device::Phone } else { Device::Desktop };
        AgentClass { device, os: String::new(), browser: user_agent.to_owned() }
    }
}

pub async fn clicks(
    conn: &mut Conn,
    scope: Scope,
    list: &ListQuery<ClickFilter>,
) -> Result<Page<ClickRow>, StoreError> {
    store::clicks::list_clicks(conn, scope, list, &Picked::default(), &Plain).await
}

pub async fn conversions(
    conn: &mut Conn,
    scope: Scope,
    list: &ListQuery<ConversionFilter>,
) -> Result<Page<ConversionRow>, StoreError> {
    store::conversions::list_conversions(conn, scope, list, &Picked::default(), &Plain).await
}
