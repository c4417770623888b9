//! An organisation begins.

use domain::{AppError, Organisation, PersonName, Timestamp, UserId};
use store::{
    Conn,
    organisations::{self, api_keys, memberships},
};

use crate::{Service, secrets::new_api_key};

impl Service {
    /// Makes somebody the owner of a new organisation; a partner's has a key from then on.
    pub(crate) async fn create_organisation(
        &self,
        conn: &mut Conn,
        organisation: Organisation,
        name: &PersonName,
        owner: UserId,
        now: Timestamp,
    ) -> Result<(), AppError> {
        organisations::insert_organisation(conn, organisation, name, now).await?;
        memberships::insert_owner(conn, organisation, owner, now).await?;
        if let Organisation::Partner(_) = organisation {
            let key = self.sealer.seal(self.clock.new_id(), &new_api_key(), organisation);
            api_keys::insert_key(conn, organisation, &key.ok_or(AppError::Unavailable)?, now).await?;
        }
        Ok(())
    }
}
