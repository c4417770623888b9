//! Reports as most tests count them.

use domain::{
    Day,
    report::{Basis, Buckets, CivilDay, Dimension, Numbers, quarters},
};
use jiff::tz::TimeZone;
use store::{
    Conn, Scope,
    reports::{self, Axis, CountMemory, CountedRow, CountedTable, HeaderClasses, ReportPlan},
};

use crate::lists::Plain;

/// Counts a plan, and once more by what is remembered of the first time: both say the same.
pub async fn count_by(conn: &mut Conn, plan: &ReportPlan, classes: &dyn HeaderClasses) -> Vec<CountedTable> {
    let memory = CountMemory::default();
    let counted = count_remembering(conn, plan, classes, &memory).await;
    assert_eq!(count_remembering(conn, plan, classes, &memory).await, counted);
    counted
}

/// The same by [`Plain`] classes.
pub async fn count(conn: &mut Conn, plan: &ReportPlan) -> Vec<CountedTable> {
    count_by(conn, plan, &Plain).await
}

/// Counts a plan with a memory, the rows in the order of their keys.
pub async fn count_remembering(
    conn: &mut Conn,
    plan: &ReportPlan,
    classes: &dyn HeaderClasses,
    memory: &CountMemory,
) -> Vec<CountedTable> {
    let mut tables = reports::count(conn, plan, classes, memory).await.unwrap().unwrap();
    for table in &mut tables {
        table.rows.sort_by(|one, other| one.keys.cmp(&other.keys));
    }
    tables
}

/// What is asked of some UTC days, told apart by one dimension.
pub fn plan_of(scope: Scope, dimension: Dimension, from: CivilDay, to: CivilDay) -> ReportPlan {
    let axis = Axis::new(dimension, Buckets::new(dimension, from, to, &TimeZone::UTC));
    ReportPlan {
        scope,
        quarters: quarters(from, to, &TimeZone::UTC),
        basis: Basis::Conversion,
        conditions: vec![],
        tables: vec![vec![axis]],
        tells_times: true,
    }
}

/// The last UTC days up to one, each that has something, and all together.
pub async fn last_days(conn: &mut Conn, scope: Scope, today: Day, days: i64) -> (Vec<(Day, Numbers)>, Numbers) {
    let civil = |day: Day| CivilDay::at(day.start(), &TimeZone::UTC);
    let first = today.minus_days(days - 1);
    let plan = plan_of(scope, Dimension::Day, civil(first), civil(today));
    let CountedTable { rows, total } = count(conn, &plan).await.remove(0);
    let day = |CountedRow { keys, numbers }: CountedRow| {
        (CivilDay::parse(&keys[0]).unwrap().start(&TimeZone::UTC).day(), numbers)
    };
    (rows.into_iter().map(day).collect(), total)
}
