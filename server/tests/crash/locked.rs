//! A database that somebody else holds locked for a while.

use std::{
    thread,
    time::{Duration, Instant},
};

use testkit::Engine;

use super::{
    is_long,
    load::{Load, Outcome, Pace, Seen, count},
    scene::Scene,
    sized, wait,
};

const PACE: Pace = Pace { clients: 16, per_second: 300 };
/// How soon everything is as before.
const SOON: Duration = Duration::from_secs(5);
/// "503 after at most 5 s of trying", and a while for a busy machine.
const AT_MOST: Duration = Duration::from_secs(8);

/// Load while the database is locked for so long: what was seen, and when the lock began and ended.
fn lock_under_load(scene: &Scene, length: Duration) -> (Vec<Seen>, Instant, Instant) {
    let mut program = scene.start();
    let load = Load::start(scene, &program, PACE);
    thread::sleep(Duration::from_millis(500));
    let lock = wait(scene.database.lock());
    let from = Instant::now();
    thread::sleep(length);
    let to = Instant::now();
    wait(lock.release());
    thread::sleep(Duration::from_secs(1));
    let seen = load.stop();
    assert!(program.is_running());
    assert_eq!(count(&seen, Outcome::Broken), 0, "no connection breaks");
    program.stop();
    scene.assert_all_kept();
    scene.assert_audit_is_clean();
    (seen, from, to)
}

#[test]
fn a_lock_of_a_few_seconds_is_waited_for() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(scene) = Scene::set(engine) else { continue };
        let (seen, from, to) = lock_under_load(&scene, Duration::from_millis(sized(2_500, 3_000)));
        let waiting = seen.iter().filter(|seen| seen.sent < to && seen.answered > to).count();
        let slowest = seen.iter().map(|seen| seen.answered - seen.sent).max().unwrap();
        println!(
            "{engine:?}: {waiting} of {} requests waited for a lock of {:?}, up to {slowest:?}",
            seen.len(),
            to - from
        );
        assert!(waiting > 0, "the lock was none");
        assert_eq!(count(&seen, Outcome::Unavailable), 0);
    }
}

#[test]
fn a_lock_of_30_s_is_503_in_time_and_over_when_it_is_over() {
    if !is_long() {
        println!("only in the long form: see `a_lock_of_a_few_seconds_is_waited_for`");
        return;
    }
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(scene) = Scene::set(engine) else { continue };
        let (seen, from, to) = lock_under_load(&scene, Duration::from_secs(30));
        let during: Vec<_> = seen.iter().filter(|seen| seen.sent > from && seen.answered < to).collect();
        assert!(!during.is_empty() && during.iter().all(|seen| seen.outcome == Outcome::Unavailable));
        let slowest = during.iter().map(|seen| seen.answered - seen.sent).max().unwrap();
        assert!(slowest < AT_MOST, "{slowest:?}");
        let refused = seen.iter().filter(|seen| seen.outcome == Outcome::Unavailable);
        assert!(refused.clone().all(|seen| seen.answered > from), "503 before it was locked");
        assert!(refused.clone().all(|seen| seen.sent < to + SOON), "503 long after it was free");
        let later = seen.iter().filter(|seen| seen.answered > to && seen.outcome == Outcome::Done);
        let recovered = later.map(|seen| seen.answered).min().expect("it never recovered") - to;
        println!("{engine:?}: {} answers of 503 within {slowest:?}; well again within {recovered:?}", during.len());
        assert!(recovered < SOON, "{recovered:?}");
    }
}
