//! A database as the first version of this program left it, filled by hand: no function of the store writes it now.

use domain::{AffiliateId, ApplicationId, ClickKind, Id, LinkId, OfferId, PartnerId, Slug, Timestamp, kinds};
use sqlx::{Connection as _, PgConnection, SqliteConnection, migrate::Migrator};
use store::{clicks::NewClick, conversions::NewConversion};
use testkit::TestDatabase;
use uuid::Uuid;

use crate::network::{Affiliate, DESTINATION, Link, Network, Partner, new_hash, new_id, next_number};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// A database as the first migration left it.
pub enum Old {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Runs a statement of either engine with the values it names.
macro_rules! put {
    ($old:expr, $sql:literal $(, $value:expr)*) => {
        match $old {
            Old::Sqlite(conn) => sqlx::query($sql)$(.bind($value))*.execute(&mut *conn).await.map(drop).unwrap(),
            Old::Postgres(conn) => sqlx::query($sql)$(.bind($value))*.execute(&mut *conn).await.map(drop).unwrap(),
        }
    };
}

impl Old {
    pub async fn create(database: &TestDatabase) -> Self {
        if let Some(path) = database.url.strip_prefix("sqlite://") {
            let mut conn = SqliteConnection::connect(&format!("sqlite://{path}?mode=rwc")).await.unwrap();
            sqlx::query("pragma journal_mode = wal").execute(&mut conn).await.unwrap();
            SQLITE.run_to(1, &mut conn).await.unwrap();
            Self::Sqlite(conn)
        } else {
            let mut conn = PgConnection::connect(&database.url).await.unwrap();
            POSTGRES.run_to(1, &mut conn).await.unwrap();
            Self::Postgres(conn)
        }
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(conn) => conn.close().await.unwrap(),
            Self::Postgres(conn) => conn.close().await.unwrap(),
        }
    }

    async fn add_user(&mut self, role: &str, name: &str, suspended_at: Option<i64>) -> Uuid {
        let (id, email) = (new_id::<kinds::User>().uuid(), format!("{}@people.example", next_number()));
        put!(
            self,
            "insert into users (id, role, email, name, password_hash, created_at, suspended_at)
                values ($1, $2, $3, $4, 'hash', 0, $5)",
            id,
            role,
            email.as_str(),
            name,
            suspended_at
        );
        id
    }

    /// A partner with an active offer, and an affiliate whose application was approved.
    pub async fn add_network(&mut self, names: [&str; 3], suspended: [Option<i64>; 2]) -> Network {
        let users = [
            self.add_user("partner", names[0], suspended[0]).await,
            self.add_user("affiliate", names[2], suspended[1]).await,
        ];
        let (partner, affiliate): (PartnerId, AffiliateId) = (new_id(), new_id());
        let (offer, application, link): (OfferId, ApplicationId, LinkId) = (new_id(), new_id(), new_id());
        let (key_hash, slug) = (new_hash(), format!("{:010}", next_number()));
        put!(
            self,
            "insert into partners (id, user_id, api_key_hash, api_key_sealed, api_key_at) values ($1, $2, $3, $3, 0)",
            partner.uuid(),
            users[0],
            key_hash.as_slice()
        );
        put!(self, "insert into affiliates (id, user_id) values ($1, $2)", affiliate.uuid(), users[1]);
        put!(
            self,
            "insert into offers (id, partner_id, name, description, destination, commission_terms, status, created_at)
                values ($1, $2, $3, 'What it is', $4, '5 %', 'active', 0)",
            offer.uuid(),
            partner.uuid(),
            names[1],
            DESTINATION
        );
        put!(
            self,
            "insert into applications (id, offer_id, affiliate_id, message, status, created_at)
                values ($1, $2, $3, '', 'approved', 0)",
            application.uuid(),
            offer.uuid(),
            affiliate.uuid()
        );
        put!(
            self,
            "insert into links (id, slug, application_id, offer_id, affiliate_id) values ($1, $2, $3, $4, $5)",
            link.uuid(),
            slug.as_str(),
            application.uuid(),
            offer.uuid(),
            affiliate.uuid()
        );
        let [partner_user, affiliate_user] = users.map(Id::from_uuid);
        Network {
            partner: Partner { user: partner_user, id: partner, key_hash },
            offer,
            affiliate: Affiliate { user: affiliate_user, id: affiliate },
            link: Link { application, id: link, slug: Slug::parse(&slug).unwrap() },
        }
    }

    /// A click with its counts, as the first version wrote it: its moment was taken a little after its id.
    pub async fn add_click(&mut self, of: &Network, click: &NewClick, at: Timestamp) {
        let (link, day) = (of.link.id.uuid(), at.day().number());
        let visits = i64::from(click.kind == ClickKind::Human);
        put!(
            self,
            "insert into clicks (id, link_id, at, kind, ip, user_agent, referer) values ($1, $2, $3, $4, $5, $6, $7)",
            click.id.uuid(),
            link,
            at.as_millis(),
            // As a human's click was called then.
            if click.kind == ClickKind::Human { "visit" } else { click.kind.as_str() },
            click.ip.as_str(),
            click.user_agent.as_str(),
            click.referer.as_str()
        );
        put!(self, "update links set clicks = clicks + 1 where id = $1", link);
        put!(
            self,
            "insert into click_days (link_id, day, clicks, visits) values ($1, $2, 1, $3)
                on conflict (link_id, day) do update set clicks = click_days.clicks + 1,
                    visits = click_days.visits + excluded.visits",
            link,
            day,
            visits
        );
    }

    /// A confirmed order of 10.50 USD with a commission of 1.25, with its counts.
    pub async fn add_sale(&mut self, of: &Network, new: &NewConversion) {
        let link = of.link.id.uuid();
        put!(
            self,
            "insert into conversions (id, click_id, transaction_id, link_id, at, status, amount, commission, currency)
                values ($1, $2, $3, $4, $5, 'confirmed', 10500000, 1250000, 'USD')",
            new.id.uuid(),
            new.click.uuid(),
            new.transaction_id.as_str(),
            link,
            new.at.as_millis()
        );
        put!(
            self,
            "insert into conversion_days (link_id, day, status, currency, conversions, amount_units, amount_micros,
                commission_units, commission_micros) values ($1, $2, 'confirmed', 'USD', 1, 10, 500000, 1, 250000)",
            link,
            new.at.day().number()
        );
    }
}
