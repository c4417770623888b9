//! PostgreSQL goes away and comes back.

use std::{
    thread,
    time::{Duration, Instant},
};

use testkit::{PrivatePostgres, Stop};

use super::{
    load::{Load, Outcome, Pace, count},
    scene::Scene,
    sized, wait,
};

const PACE: Pace = Pace { clients: 16, per_second: 500 };
/// How soon everything is as before.
const SOON: Duration = Duration::from_secs(5);

#[test]
fn a_restart_of_postgresql_loses_nothing_and_is_over_within_5_s() {
    let Some(server) = PrivatePostgres::start() else { return };
    let scene = Scene::on(wait(server.create_database()));
    let mut program = scene.start();
    // One that is shorter than what is waited for, and one that is longer.
    for (how, down) in [(Stop::Immediate, 500), (Stop::Fast, 6_000), (Stop::Fast, 500), (Stop::Immediate, 6_000)]
        .into_iter()
        .cycle()
        .take(sized(2, 12))
    {
        let load = Load::start(&scene, &program, PACE);
        thread::sleep(Duration::from_millis(700));
        let stopping = Instant::now();
        server.stop(how);
        let stopped = Instant::now();
        thread::sleep(Duration::from_millis(down));
        let resuming = Instant::now();
        wait(server.resume());
        let back = Instant::now();
        thread::sleep(Duration::from_secs(1));
        // Whoever waits for the database is answered before the clients stop.
        let seen = load.stop();

        assert!(program.is_running());
        assert_eq!(count(&seen, Outcome::Broken), 0, "no connection breaks");
        let refused = seen.iter().filter(|seen| seen.outcome == Outcome::Unavailable);
        assert!(refused.clone().all(|seen| seen.answered > stopping), "503 before it was stopped");
        assert!(refused.clone().all(|seen| seen.sent < back + SOON), "503 long after it was back");
        let during = seen.iter().filter(|seen| seen.sent > stopped && seen.answered < resuming);
        assert!(during.clone().all(|seen| seen.outcome == Outcome::Unavailable), "recorded by nobody");
        let later = seen.iter().filter(|seen| seen.answered > back && seen.outcome == Outcome::Done);
        let recovered = later.map(|seen| seen.answered).min().expect("it never recovered") - back;
        println!(
            "{how:?}, away for {:?}: {} of {} requests were 503; well again within {recovered:?}",
            back - stopping,
            refused.count(),
            seen.len()
        );
        assert!(recovered < SOON, "{recovered:?}");
    }
    let held = scene.assert_all_kept();
    program.stop();
    scene.assert_audit_is_clean();
    println!("{} clicks and {} conversions were acknowledged; 0 lost, 0 doubled", held.clicks, held.sales);
}
