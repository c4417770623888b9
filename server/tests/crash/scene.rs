//! A database with a demo network, a ledger, and the program on it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use testkit::{Engine, StoredRows, TestDatabase};

use super::{
    client::{Answer, Client},
    ledger::{Held, Ledger, Sale, visitor},
    wait,
};
use crate::support::running::{Demo, Program};

/// Visitors say who they are in a header, as behind a proxy.
pub const TRUSTED: (&str, &str) = ("TRUSTED_PROXIES", "127.0.0.1");

pub struct Scene {
    pub database: TestDatabase,
    pub demo: Demo,
    pub ledger: Arc<Ledger>,
}

impl Scene {
    /// Nothing where PostgreSQL is left out.
    pub fn set(engine: Engine) -> Option<Self> {
        wait(TestDatabase::create(engine)).map(Self::on)
    }

    pub fn on(database: TestDatabase) -> Self {
        let demo = Demo::fill(&database);
        let ledger = Arc::new(Ledger::open(&database));
        Self { database, demo, ledger }
    }

    pub fn start(&self) -> Program {
        self.start_with(&[])
    }

    pub fn start_with(&self, settings: &[(&str, &str)]) -> Program {
        Program::start_with(&self.database, "warn", &[&[TRUSTED], settings].concat())
    }

    /// One visit, written down; whatever it was answered.
    pub fn visit(&self, client: &mut Client) -> Option<Answer> {
        let number = self.ledger.ask_click();
        let answer = client.get(&self.track(), &visitor(number))?;
        if let Some(click) = answer.click_id() {
            self.ledger.told_click(number, click);
        }
        Some(answer)
    }

    pub fn track(&self) -> String {
        format!("/t/{}", self.demo.slug)
    }

    /// Visits until one is redirected, and says how long that took.
    pub fn wait_for_redirect(&self, address: &str, since: Instant) -> Duration {
        let mut client = Client::new(address);
        while self.visit(&mut client).is_none_or(|answer| answer.status != 302) {
            assert!(since.elapsed() < Duration::from_secs(60), "no redirect within a minute");
            std::thread::sleep(Duration::from_millis(5));
        }
        since.elapsed()
    }

    /// The partners ask again what was not answered; says how many that were.
    pub fn ask_again(&self, address: &str) -> usize {
        let open = self.ledger.read().unanswered_sales();
        let mut client = Client::new(address);
        for sale in &open {
            let answer = client.get(&postback(&self.demo.key, sale), "").unwrap();
            assert_eq!(answer.status, 200, "{}", answer.body);
            self.ledger.told_sale(sale);
        }
        open.len()
    }

    /// Holds the ledger against the database.
    pub fn assert_all_kept(&self) -> Held {
        let held = self.ledger.compare(&wait(StoredRows::read(&self.database.url)));
        assert_eq!(held.lost.len(), 0, "of {} clicks and {} conversions some are lost", held.clicks, held.sales);
        held
    }

    /// The command says that every counter is that of its rows.
    pub fn assert_audit_is_clean(&self) {
        assert_audit_is_clean(&self.database, &self.database.url);
    }
}

/// The same of another database, such as a copy.
pub fn assert_audit_is_clean(database: &TestDatabase, url: &str) {
    let audit = Program::command(database).arg("audit").env("DATABASE_URL", url).output().unwrap();
    let said = [audit.stdout, audit.stderr].concat();
    assert!(audit.status.success(), "{}", String::from_utf8_lossy(&said));
}

/// What a partner's server asks for.
pub fn postback(key: &str, sale: &Sale) -> String {
    let Sale { number, click } = sale;
    format!("/api/postback?api_key={key}&click_id={click}&transaction_id=torture-{number}&amount={number}&commission=1")
}
