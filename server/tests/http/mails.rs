//! Mails wait in the database until they are sent.

use std::{
    net::{IpAddr, TcpListener},
    time::{Duration, Instant},
};

use domain::Role;
use service::{Clock, Mailer, Sealer, Service, run_jobs};
use testkit::{Mailbox, Manner};
use tokio::sync::watch;

use crate::support::{App, Engine};

const MAILS: u8 = 12;

fn email(number: u8) -> String {
    format!("ann{number}@test.example")
}

/// The use cases of another node an hour and some minutes later, with its worker.
async fn another_node_in_an_hour(app: &App, smtp_url: &str) -> (Service, watch::Sender<bool>) {
    let now = Clock::default().now().plus_millis(65 * 60_000);
    let db = store::Db::open(&app.database.url).await.unwrap();
    let sealer = Sealer::from_file(&app.database.folder.path().join("secret.key")).unwrap();
    let mailer = Mailer::from_url(Some(smtp_url), "Test", "test.example").unwrap();
    let node = Service::new(db, Clock::manual(now), sealer, mailer, app.service.settings().clone()).unwrap();
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(run_jobs(node.clone(), None, stopped));
    (node, stop)
}

async fn wait_until(app: &App, sql: &str, wanted: i64) {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let found = app.database.read_number(sql.to_owned()).await;
        if found == wanted {
            return;
        }
        assert!(Instant::now() < until, "{sql}: {found}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_is_down_for_an_hour_loses_no_mail_and_none_is_sent_twice() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        // A port that nobody listens on: it was free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = format!("smtp://127.0.0.1:{port}");
        let Some(app) = App::try_spawn(engine, |settings| settings.smtp_url = Some(url.clone())).await else {
            continue;
        };
        for number in 0..MAILS {
            app.person(Role::Affiliate, &email(number)).await;
            // Each from elsewhere: one network alone may not ask for so many.
            app.service.request_reset(&email(number), IpAddr::from([198, 51, 100, number])).unwrap();
        }
        wait_until(&app, "select count(*) from jobs where failures > 0", i64::from(MAILS)).await;

        let mailbox = Mailbox::open_at(port, Manner::Kind);
        let nodes = [another_node_in_an_hour(&app, &url).await, another_node_in_an_hour(&app, &url).await];
        wait_until(&app, "select count(*) from jobs where kind = 'mail'", 0).await;
        assert_eq!(mailbox.count(), usize::from(MAILS));
        for number in 0..MAILS {
            let mail = tokio::task::block_in_place(|| mailbox.take(&email(number)));
            assert!(mail.body.contains("/reset?token="), "{}", mail.body);
        }
        for (node, stop) in nodes {
            stop.send(true).unwrap();
            node.close().await;
        }
    }
}
