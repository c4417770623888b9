//! A power cut: what was not synced is gone, or part of it.

use std::{thread, time::Duration};

use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use testkit::Engine;

use super::{
    SEED,
    disk::{Disk, Loss},
    load::{Load, Pace},
    scene::Scene,
    sized,
};

const PACE: Pace = Pace { clients: 8, per_second: 500 };

#[test]
fn a_power_cut_takes_nothing_that_was_acknowledged() {
    let scene = Scene::set(Engine::Sqlite).unwrap();
    let disk = Disk::new(&scene.database);
    let mut rng = StdRng::seed_from_u64(SEED);
    let (cycles, mut unsynced, mut held) = (sized(8, 80), Vec::new(), None);
    for cycle in 0..=cycles {
        let program = disk.start(&scene);
        held = Some(scene.assert_all_kept());
        scene.assert_audit_is_clean();
        if cycle == cycles {
            break;
        }
        scene.ask_again(&program.address);
        let load = Load::start(&scene, &program, PACE);
        thread::sleep(Duration::from_millis(rng.random_range(0..sized(500, 1_500))));
        program.kill();
        load.stop();
        let loss = if cycle % 2 == 0 { Loss::Everything } else { Loss::Anything };
        unsynced.push(disk.lose_power(&mut rng, loss));
    }
    let held = held.unwrap();
    println!(
        "{} clicks and {} conversions were acknowledged around {cycles} power cuts (seed {SEED}) that took up to \
         {} of {} unsynced writes; 0 lost, 0 doubled",
        held.clicks,
        held.sales,
        unsynced.iter().max().unwrap(),
        unsynced.iter().sum::<usize>()
    );
    assert!(held.clicks > 100, "too little load to tell anything");
    assert!(unsynced.iter().any(|writes| *writes > 0), "there was never anything to forget");
}
