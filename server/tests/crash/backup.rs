//! A backup that is made under load.

use std::{thread, time::Duration};

use testkit::{Engine, StoredRows};

use super::{
    load::{Load, Outcome, Pace, count},
    scene::{Scene, assert_audit_is_clean},
    sized, wait,
};
use crate::support::running::Program;

const PACE: Pace = Pace { clients: 16, per_second: 500 };

#[test]
fn a_backup_under_load_is_the_truth_up_to_one_moment() {
    let scene = Scene::set(Engine::Sqlite).unwrap();
    let program = scene.start();
    let load = Load::start(&scene, &program, PACE);
    for number in 0..sized(3, 30) {
        thread::sleep(Duration::from_millis(300));
        let copy = scene.database.folder.path().join(format!("copy-{number}.db"));
        let began = scene.ledger.read().lines;
        let backup = Program::command(&scene.database).arg("backup").arg(&copy).output().unwrap();
        assert!(backup.status.success(), "{}", String::from_utf8_lossy(&backup.stderr));

        let url = format!("sqlite://{}", copy.display());
        let held = scene.ledger.compare(&wait(StoredRows::read(&url)));
        let mut missing = held.lost.iter();
        assert!(missing.clone().all(|told| *told >= began), "something is missing that was acknowledged before it");
        // What was acknowledged before anything that is in the copy was even asked is in it, too.
        assert!(missing.all(|told| *told > held.last), "there is a hole in the copy");
        assert_audit_is_clean(&scene.database, &url);
        println!("a copy of {} attempts; {} were acknowledged while it was made", held.stored, held.lost.len());
    }
    let seen = load.stop();
    assert_eq!(count(&seen, Outcome::Done), seen.len(), "nobody noticed");
    program.stop();
    scene.assert_all_kept();
    scene.assert_audit_is_clean();
}
