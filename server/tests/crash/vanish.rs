//! Clients that ask and don't wait for the answer.

use std::{
    io::Write as _,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use testkit::Engine;

use super::{
    SEED,
    client::{Client, request},
    ledger::visitor,
    scene::{Scene, postback},
    sized, wait,
};

const THREADS: u64 = 16;

/// Asks for a click or a sale, and is gone up to 20 ms later.
fn vanish(scene: &Scene, address: &str, click: &str, rng: &mut StdRng) {
    let request = if rng.random_bool(0.5) {
        request(&scene.track(), &visitor(scene.ledger.ask_click()))
    } else {
        request(&postback(&scene.demo.key, &scene.ledger.ask_sale(click)), "")
    };
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    thread::sleep(Duration::from_micros(rng.random_range(0..20_000)));
}

#[test]
fn clients_that_vanish_leave_nothing_behind_that_harms_those_who_stay() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(scene) = Scene::set(engine) else { continue };
        let program = scene.start();
        let address = program.address.clone();
        let (vanishing, staying) = (sized(2_000, 20_000), sized(500, 10_000));
        let first = scene.visit(&mut Client::new(&address)).unwrap();
        let click = first.click_id().unwrap();
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let (scene, address) = (&scene, &address);
                scope.spawn(move || {
                    let mut rng = StdRng::seed_from_u64(SEED + thread);
                    (0..vanishing / THREADS).for_each(|_| vanish(scene, address, click, &mut rng));
                });
            }
        });
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    let mut client = Client::new(&address);
                    for _ in 0..staying / THREADS + 1 {
                        assert_eq!(scene.visit(&mut client).unwrap().status, 302);
                    }
                });
            }
        });

        let began = Instant::now();
        wait(async { scene.database.lock().await.release().await });
        let locked = began.elapsed();
        assert!(locked < Duration::from_secs(2), "somebody holds a transaction: {locked:?}");
        if engine == Engine::Postgres {
            assert_eq!(wait(scene.database.count_open_transactions()), 0);
        }
        program.kill();
        let held = scene.assert_all_kept();
        scene.assert_audit_is_clean();
        println!(
            "{engine:?}: after {vanishing} clients vanished (seed {SEED}; {} of their requests were recorded) all of \
             {} answers are on disk, and a lock took {locked:?}",
            held.stored - held.clicks - held.sales,
            held.clicks
        );
        assert!(held.clicks as u64 >= staying);
    }
}
