//! The log of the embedded database is removed while the program writes.

use std::{fs, thread, time::Duration};

use testkit::Engine;

use super::{
    load::{Load, Outcome, Pace, count},
    scene::Scene,
    sized,
};
use crate::support::running::ask;

const PACE: Pace = Pace { clients: 16, per_second: 300 };

/// What has no name any more is written into the file that has one, and nothing more is acknowledged: so even a kill
/// loses nothing.
#[test]
fn nothing_that_was_answered_is_lost_when_the_log_is_removed() {
    let mut acknowledged = 0;
    for _ in 0..sized(2, 10) {
        let scene = Scene::set(Engine::Sqlite).unwrap();
        let program = scene.start();
        let load = Load::start(&scene, &program, PACE);
        thread::sleep(Duration::from_millis(600));
        fs::remove_file(scene.database.folder.path().join("test.db-wal")).unwrap();
        thread::sleep(Duration::from_millis(900));
        assert_eq!(ask(&program.address, "GET", "/readyz").unwrap().0, 503);
        assert_eq!(ask(&program.address, "GET", &scene.track()).unwrap().0, 503);
        let seen = load.stop();
        assert!(count(&seen, Outcome::Unavailable) > 0 && count(&seen, Outcome::Broken) == 0);
        let said = program.output.lock().unwrap().clone();
        assert!(said.contains("-wal) was removed"), "{said}");
        program.kill();
        acknowledged += scene.assert_all_kept().clicks;
        scene.assert_audit_is_clean();
        // And it starts again as if nothing had been.
        let next = scene.start();
        assert_eq!(ask(&next.address, "GET", &scene.track()).unwrap().0, 302);
        next.stop();
    }
    println!("{acknowledged} clicks acknowledged, 0 lost");
}
