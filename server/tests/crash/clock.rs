//! A clock that jumps.

use std::{
    thread,
    time::{Duration, Instant, SystemTime},
};

use testkit::Engine;

use super::{
    disk::Disk,
    load::{Load, Outcome, Pace, count},
    scene::Scene,
    sized,
};
use crate::support::running::send;

const PACE: Pace = Pace { clients: 8, per_second: 300 };
const HOUR: i64 = 3_600;
/// "429 with `Retry-After`": one more try every 6 seconds, and a while for a busy machine.
const LIMIT: Duration = Duration::from_secs(20);

/// The status, and the session where there is one.
fn sign_in(address: &str, email: &str, password: &str) -> (u16, Option<String>) {
    let head = "POST /signin HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded";
    let (status, answer) = send(address, head, &format!("__action=sign_in&email={email}&password={password}")).unwrap();
    let session = answer.split("session=").nth(1).map(|rest| rest.split(';').next().unwrap().to_owned());
    (status, session)
}

fn page_status(address: &str, session: &str) -> u16 {
    send(address, &format!("GET /partner/settings HTTP/1.1\r\nCookie: session={session}"), "").unwrap().0
}

#[test]
fn a_clock_that_jumps_breaks_no_id_no_counter_no_session_and_no_limit() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(scene) = Scene::set(engine) else { continue };
        let disk = Disk::new(&scene.database);
        let program = disk.start(&scene);
        let address = program.address.as_str();
        let owner = &scene.demo.network["partners"][0];
        let (email, password) = (owner["email"].as_str().unwrap(), owner["password"].as_str().unwrap());
        let (status, session) = sign_in(address, email, password);
        let session = session.unwrap_or_else(|| panic!("not signed in: {status}"));
        let closed = (0..20).any(|_| sign_in(address, "nobody@test.example", "wrong password").0 == 429);
        assert!(closed, "whoever tries too often is told to wait");

        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let to_1970 = 60 - i64::try_from(now).unwrap();
        let load = Load::start(&scene, &program, PACE);
        for seconds in [HOUR, 0, -HOUR, to_1970, 0].repeat(sized(1, 10)) {
            disk.move_clock(seconds);
            thread::sleep(Duration::from_millis(sized(300, 1_000)));
            assert_eq!(page_status(address, &session), 200, "the session lasts, {seconds} s away");
        }
        let seen = load.stop();
        assert_eq!((count(&seen, Outcome::Unavailable), count(&seen, Outcome::Broken)), (0, 0));
        assert_eq!(sign_in(address, email, password).0, 303, "one can still sign in");
        let until = Instant::now() + LIMIT;
        while sign_in(address, "nobody@test.example", "wrong password").0 == 429 {
            assert!(Instant::now() < until, "the limit never opens again");
            thread::sleep(Duration::from_millis(300));
        }

        let held = scene.assert_all_kept();
        let log = program.stop();
        assert!(!log.contains("panicked"), "{log}");
        scene.assert_audit_is_clean();
        println!("{engine:?}: {} clicks and {} conversions across jumps of the clock", held.clicks, held.sales);
        assert!(held.clicks > 50 && held.sales > 0, "too little load to tell anything");
    }
}
