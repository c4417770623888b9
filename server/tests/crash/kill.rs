//! `kill -9` at random moments under load.

use std::{
    thread,
    time::{Duration, Instant},
};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use testkit::Engine;

use super::{
    SEED, is_long,
    load::{Load, Outcome, Pace, count},
    scene::Scene,
    sized,
};

const PACE: Pace = Pace { clients: 32, per_second: 2_000 };
/// "First redirect within 1 s of the restart": in the long form, which has the machine for itself. The short one shares
/// it with other tests.
const RESTART: [Duration; 2] = [Duration::from_secs(20), Duration::from_secs(1)];

#[test]
fn nothing_that_was_answered_is_lost_or_doubled_when_the_program_is_killed() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(scene) = Scene::set(engine) else { continue };
        let mut rng = StdRng::seed_from_u64(SEED);
        let (cycles, mut done, mut loaded) = (sized(8, 100), 0, Duration::ZERO);
        let (mut restarts, mut asked_again) = (Vec::new(), 0);
        for cycle in 0..cycles {
            let began = Instant::now();
            let program = scene.start();
            restarts.push(scene.wait_for_redirect(&program.address, began));
            if cycle % sized(1, 10) == 0 {
                asked_again += scene.ask_again(&program.address);
            }
            let began = Instant::now();
            let load = Load::start(&scene, &program, PACE);
            thread::sleep(Duration::from_millis(rng.random_range(50..sized(600, 3_000))));
            program.kill();
            loaded += began.elapsed();
            done += count(&load.stop(), Outcome::Done);
        }

        let program = scene.start();
        asked_again += scene.ask_again(&program.address);
        program.kill();
        let held = scene.assert_all_kept();
        scene.assert_audit_is_clean();
        restarts.sort();
        let (median, slowest) = (restarts[restarts.len() / 2], restarts[restarts.len() - 1]);
        println!(
            "{engine:?}: {} clicks and {} conversions were acknowledged around {cycles} kills (seed {SEED}), {} a \
             second; 0 lost, 0 doubled; {asked_again} postbacks asked again; first redirect {median:?} after the \
             start at the median, {slowest:?} at most",
            held.clicks,
            held.sales,
            done as u128 * 1_000 / loaded.as_millis(),
        );
        assert!(
            held.clicks >= sized(200, 200_000) && held.sales > held.clicks / 20,
            "too little load to tell anything"
        );
        assert!(slowest < RESTART[usize::from(is_long())], "{slowest:?}");
    }
}
