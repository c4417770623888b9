//! A disk that takes nothing for a while.

use std::{
    thread,
    time::{Duration, Instant},
};

use testkit::Engine;

use super::{
    disk::Disk,
    load::{Load, Outcome, Pace, Seen, count},
    scene::Scene,
    sized,
};

const PACE: Pace = Pace { clients: 16, per_second: 300 };
/// How soon everything is as before.
const SOON: Duration = Duration::from_secs(5);
/// A batch that met the trouble is still being answered so long after it.
const SETTLED: Duration = Duration::from_millis(300);
const ENOSPC: i32 = 28;
const EROFS: i32 = 30;

/// When the disk took nothing.
struct Trouble {
    from: Instant,
    to: Instant,
}

#[test]
fn a_full_or_read_only_disk_is_503_while_it_lasts_and_no_longer() {
    for (name, errno) in [("full", ENOSPC), ("read-only", EROFS)] {
        let scene = Scene::set(Engine::Sqlite).unwrap();
        let disk = Disk::new(&scene.database);
        let mut program = disk.start(&scene);
        let load = Load::start(&scene, &program, PACE);
        let mut troubles = Vec::new();
        for _ in 0..sized(2, 20) {
            thread::sleep(Duration::from_millis(400));
            disk.refuse_writes(errno);
            let from = Instant::now();
            thread::sleep(Duration::from_millis(sized(2_000, 3_000)));
            let to = Instant::now();
            disk.refuse_writes(0);
            troubles.push(Trouble { from, to });
            thread::sleep(Duration::from_millis(600));
        }
        let seen = load.stop();
        let recovered: Vec<_> = troubles.iter().map(|trouble| assert_only_during(trouble, &seen)).collect();
        assert_at_no_other_time(&troubles, &seen);
        assert_eq!(count(&seen, Outcome::Broken), 0, "no connection breaks");
        assert!(program.is_running());
        let held = scene.assert_all_kept();
        program.stop();
        scene.assert_audit_is_clean();
        println!(
            "{name}: {} answers of 503, {} clicks and {} conversions acknowledged, 0 lost; well again within {:?}",
            count(&seen, Outcome::Unavailable),
            held.clicks,
            held.sales,
            recovered.iter().max().unwrap()
        );
    }
}

/// Whoever asks and is answered during the trouble is told 503. Says how soon the first is told otherwise.
fn assert_only_during(trouble: &Trouble, seen: &[Seen]) -> Duration {
    let during: Vec<_> = seen.iter().filter(|seen| seen.sent > trouble.from && seen.answered < trouble.to).collect();
    assert!(!during.is_empty(), "nobody asked while the disk took nothing");
    assert!(during.iter().all(|seen| seen.outcome == Outcome::Unavailable), "something was answered otherwise");
    let later = seen.iter().filter(|seen| seen.answered > trouble.to && seen.outcome == Outcome::Done);
    let recovered = later.map(|seen| seen.answered).min().expect("it never recovered") - trouble.to;
    assert!(recovered < SOON, "{recovered:?}");
    recovered
}

/// Nobody else is told 503: only who waited during the trouble, or asked so soon after it.
fn assert_at_no_other_time(troubles: &[Trouble], seen: &[Seen]) {
    let refused = seen.iter().filter(|seen| seen.outcome == Outcome::Unavailable);
    for seen in refused {
        let near = |trouble: &&Trouble| seen.answered + SETTLED > trouble.from && seen.sent < trouble.to + SETTLED;
        assert!(troubles.iter().any(|trouble| near(&trouble)), "{seen:?} is far from all troubles");
    }
}
