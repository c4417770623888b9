//! One row that the database refuses, in a batch of many.

use std::{thread, time::Duration};

use testkit::Engine;

use super::{
    client::{Answer, Client},
    ledger::visitor,
    scene::Scene,
    wait,
};

/// So many visit at once.
const CROWD: usize = 200;
const REFUSED: &str = "User-Agent: refuse me\r\n";

fn visit(scene: &Scene, address: &str, header: &str) -> Answer {
    let number = scene.ledger.ask_click();
    let answer = Client::new(address).get(&scene.track(), &format!("{}{header}", visitor(number))).unwrap();
    if let Some(click) = answer.click_id() {
        scene.ledger.told_click(number, click);
    }
    answer
}

#[test]
fn one_row_that_is_refused_spoils_none_of_the_others_of_its_group() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(scene) = Scene::set(engine) else { continue };
        let program = scene.start();
        let address = program.address.as_str();
        wait(scene.database.refuse_user_agent("refuse me"));
        // While the first waits for the lock, all others gather behind it.
        let lock = wait(scene.database.lock());
        let (first, others) = thread::scope(|scope| {
            let first = scope.spawn(|| visit(&scene, address, ""));
            thread::sleep(Duration::from_millis(300));
            let header = |n: usize| if n == CROWD / 2 { REFUSED } else { "" };
            let others: Vec<_> =
                (0..CROWD).map(header).map(|header| scope.spawn(|| visit(&scene, address, header))).collect();
            thread::sleep(Duration::from_millis(1_000));
            wait(lock.release());
            let others: Vec<_> = others.into_iter().map(|other| other.join().unwrap()).collect();
            (first.join().unwrap(), others)
        });
        assert_eq!(first.status, 302);
        let refused = &others[CROWD / 2];
        assert_eq!(refused.status, 503, "{refused:?}");
        assert!(refused.header("retry-after").is_some() && refused.click_id().is_none());
        assert_eq!(others.iter().filter(|answer| answer.status == 302).count(), CROWD - 1);

        let held = scene.assert_all_kept();
        assert_eq!((held.clicks, held.stored), (CROWD, CROWD), "the one is not stored");
        let log = program.stop();
        assert!(log.contains("recording its halves"), "they were not in one batch: {log}");
        scene.assert_audit_is_clean();
        println!("{engine:?}: one of {CROWD} visits at once was refused, {} were recorded", held.clicks - 1);
    }
}
