//! What partners and affiliates say of themselves, and who may read it.

use domain::{Action, AffiliateId, AppError, Organisation, OrganisationDetail, PartnerId, Profile, ProfileInput, Role};
use store::organisations::{self, profiles};

use crate::{AdminSession, Service, Session, unit_of_work::Entry};

impl Session {
    /// The organisation that somebody acts for; none for admins.
    pub(crate) const fn organisation(&self) -> Option<Organisation> {
        match self {
            Self::Partner(partner) => Some(Organisation::Partner(partner.partner_id)),
            Self::Affiliate(affiliate) => Some(Organisation::Affiliate(affiliate.affiliate_id)),
            Self::Admin(_) => None,
        }
    }
}

impl Service {
    /// The own profile.
    pub async fn find_profile(&self, session: &Session) -> Result<Profile, AppError> {
        let own = session.organisation().ok_or(AppError::NotFound)?;
        Ok(profiles::find_profile(&mut self.db.read().await?, own).await?)
    }

    /// Changes the own profile. A partner's has no channels and no countries.
    pub async fn save_profile(&self, session: &Session, input: ProfileInput) -> Result<(), AppError> {
        let own = session.organisation().ok_or(AppError::NotFound)?;
        let input = match own.role() {
            Role::Affiliate => input,
            Role::Partner | Role::Admin => {
                ProfileInput { website: input.website, about: input.about, ..ProfileInput::default() }
            }
        };
        let profile = Profile::parse(&input).map_err(|fields| AppError::Invalid { fields })?;
        let user = session.user_id();
        self.write(session.actor(), move |unit| {
            Box::pin(async move {
                let conn = &mut unit.conn;
                organisations::lock(conn, own).await?;
                let before = profiles::find_profile(conn, own).await?;
                profiles::set_profile(conn, own, &profile).await?;
                let name = organisations::find_name(conn, own).await?.unwrap_or_default();
                let entry = Entry::new(Action::ProfileChanged, &user, &name)
                    .for_account(user)
                    .change("website", Some(&before.website), Some(&profile.website))
                    .change("channels", Some(&before.channel_labels()), Some(&profile.channel_labels()))
                    .change("countries", Some(&before.country_letters()), Some(&profile.country_letters()))
                    .change("about", Some(&before.about), Some(&profile.about));
                Ok(((), unit.record_if_changed(entry).await?))
            })
        })
        .await
    }

    /// A partner or an affiliate by its id, with who signs in for it.
    pub async fn find_organisation(&self, _: &AdminSession, id: &str) -> Result<OrganisationDetail, AppError> {
        let partner = PartnerId::parse(id).map(Organisation::Partner);
        let organisation = partner.or_else(|_| AffiliateId::parse(id).map(Organisation::Affiliate));
        let organisation = organisation.map_err(|_| AppError::NotFound)?;
        let found = organisations::find_detail(&mut self.db.read().await?, organisation).await?;
        found.ok_or(AppError::NotFound)
    }
}
