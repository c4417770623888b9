//! One server on the embedded database is restarted under load: the listening socket outlives the process, and nobody is
//! turned away.

use std::{
    net::TcpListener,
    os::fd::AsRawFd as _,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use testkit::Engine;

use super::{
    load::{Load, Outcome, Pace, count},
    scene::{Scene, TRUSTED},
    sized,
};
use crate::support::running::{PROGRAM, Program, ask};

const PACE: Pace = Pace { clients: 40, per_second: 1_000 };
const DRAIN: (&str, &str) = ("DRAIN_SECONDS", "1");
/// Each with a connection of its own, which waits in the socket until somebody accepts it.
const NEWCOMERS: Duration = Duration::from_millis(3);

/// A port that nobody listens on.
fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// Asks again and again on new connections; how many were asked, and how many got no answer.
fn newcomers(address: &str, stop: &Arc<AtomicBool>) -> thread::JoinHandle<(usize, usize)> {
    let (address, stop) = (address.to_owned(), Arc::clone(stop));
    thread::spawn(move || {
        let (mut asked, mut failed) = (0, 0);
        while !stop.load(Ordering::Relaxed) {
            asked += 1;
            failed += usize::from(ask(&address, "GET", "/healthz").is_none_or(|(status, _)| status != 200));
            thread::sleep(NEWCOMERS);
        }
        (asked, failed)
    })
}

/// Restarts a server some times under load, and wants every request to be answered and every answer to be kept.
fn assert_nobody_is_turned_away(scene: &Scene, address: &str, mut restart: impl FnMut()) {
    let stop = Arc::new(AtomicBool::new(false));
    let load = Load::start_at(scene, PACE, {
        let address = address.to_owned();
        move || address.clone()
    });
    let coming = newcomers(address, &stop);
    let rounds = sized(2, 10);
    thread::sleep(Duration::from_millis(300));
    for _ in 0..rounds {
        restart();
        thread::sleep(Duration::from_millis(300));
    }
    let seen = load.stop();
    stop.store(true, Ordering::Relaxed);
    let (asked, turned_away) = coming.join().unwrap();
    let failed = count(&seen, Outcome::Broken) + count(&seen, Outcome::Unavailable);
    let slowest = seen.iter().map(|seen| seen.answered - seen.sent).max().unwrap();
    let all = seen.len();
    println!(
        "{rounds} restarts: {failed} of {all} requests and {turned_away} of {asked} newcomers failed; slowest {slowest:?}"
    );
    assert_eq!((failed, turned_away), (0, 0));
    assert!(all > 500 && asked > 50, "that is too little load to tell anything");
    scene.assert_all_kept();
}

#[test]
fn a_server_that_is_started_in_place_of_another_turns_nobody_away() {
    let scene = Scene::set(Engine::Sqlite).unwrap();
    let address = free_address();
    let start = || scene.start_with(&[DRAIN, ("LISTEN_ADDR", &address)]);
    let mut server = Some(start());
    assert_nobody_is_turned_away(&scene, &address, || {
        let next = start();
        // The old one ends by itself, or because it is told to: one after the other is as good.
        let before = server.replace(next).unwrap();
        before.terminate();
        drop(before.ended());
    });
    server.unwrap().stop();
    scene.assert_audit_is_clean();
}

/// Both ask the same one for its socket. One of them has to give way to the other, or neither could ever be replaced.
#[test]
fn of_two_that_are_started_at_once_one_is_left() {
    let scene = Scene::set(Engine::Sqlite).unwrap();
    let address = free_address();
    let start = || scene.start_with(&[DRAIN, ("LISTEN_ADDR", &address)]);
    let mut server = Some(start());
    assert_nobody_is_turned_away(&scene, &address, || {
        let before = server.take().unwrap();
        let mut both = thread::scope(|scope| {
            let started = [scope.spawn(start), scope.spawn(start)];
            started.map(|started| started.join().unwrap()).into_iter().collect::<Vec<_>>()
        });
        drop(before.ended());
        let began = Instant::now();
        while both.iter_mut().map(Program::is_running).filter(|running| *running).count() > 1 {
            assert!(began.elapsed() < Duration::from_secs(15), "both go on");
            thread::sleep(Duration::from_millis(20));
        }
        let left = both.iter_mut().position(Program::is_running).expect("one has to be left");
        server = Some(both.swap_remove(left));
        // Who gave way did so as one that is replaced, not as one that failed.
        drop(both.remove(0).ended());
    });
    let next = start();
    drop(server.unwrap().ended());
    next.stop();
    scene.assert_audit_is_clean();
}

#[test]
fn a_server_that_is_told_to_stop_hands_over_while_it_goes_on_answering() {
    let scene = Scene::set(Engine::Sqlite).unwrap();
    let address = free_address();
    let start = || scene.start_with(&[("DRAIN_SECONDS", "20"), ("LISTEN_ADDR", &address)]);
    let mut server = Some(start());
    assert_nobody_is_turned_away(&scene, &address, || {
        let before = server.take().unwrap();
        before.terminate();
        let began = Instant::now();
        server = Some(start());
        drop(before.ended());
        assert!(began.elapsed() < Duration::from_secs(15), "it waited although another had taken over");
    });
    server.unwrap().kill();
    scene.assert_audit_is_clean();
}

#[test]
fn a_socket_of_the_service_manager_outlives_every_restart() {
    let scene = Scene::set(Engine::Sqlite).unwrap();
    let socket = TcpListener::bind("127.0.0.1:0").unwrap();
    // Else it would end with this process's own programs.
    rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::empty()).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let start = || Program::run(with_socket(&scene, &socket, &address));
    let mut server = Some(start());
    assert_nobody_is_turned_away(&scene, &address, || {
        server.take().unwrap().stop();
        server = Some(start());
    });
    server.unwrap().stop();
    scene.assert_audit_is_clean();
}

/// As systemd starts a service that has a socket: the socket is descriptor 3, and the environment says so.
fn with_socket(scene: &Scene, socket: &TcpListener, address: &str) -> Command {
    let start = format!("exec 3<&{}; exec env LISTEN_FDS=1 LISTEN_PID=$$ {PROGRAM} serve", socket.as_raw_fd());
    let mut command = Program::command_by(Command::new("bash"), &scene.database);
    command.args(["-c", &start]).env("LISTEN_ADDR", address).env("LOG", "warn").envs([TRUSTED, DRAIN]);
    command
}

/// The port answers before the program has looked at its database: whoever finds it in use then must be told by whom.
#[test]
fn the_name_is_taken_together_with_the_socket() {
    let (scene, other) = (Scene::set(Engine::Sqlite).unwrap(), Scene::set(Engine::Sqlite).unwrap());
    for _ in 0..sized(3, 20) {
        let address = free_address();
        let mut first = Program::command(&scene.database);
        first.arg("serve").env("LISTEN_ADDR", &address).stdout(Stdio::null()).stderr(Stdio::null());
        let mut first = Ending(first.spawn().unwrap());
        while std::net::TcpStream::connect(&address).is_err() {
            assert!(first.0.try_wait().unwrap().is_none(), "it did not start");
        }
        let second = Program::command(&other.database).arg("serve").env("LISTEN_ADDR", &address).output().unwrap();
        let said = String::from_utf8_lossy(&second.stderr).into_owned();
        assert!(!second.status.success() && said.contains("on another database"), "{said}");
    }
}

/// A process that ends with the test.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn another_network_is_not_handed_over_to() {
    let (scene, other) = (Scene::set(Engine::Sqlite).unwrap(), Scene::set(Engine::Sqlite).unwrap());
    let address = free_address();
    let mut server = scene.start_with(&[("LISTEN_ADDR", &address)]);
    let refused = Program::command(&other.database).arg("serve").env("LISTEN_ADDR", &address).output().unwrap();
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("on another database"), "{said}");
    // Nor to one that can't start.
    let mut broken = Program::command(&scene.database);
    broken.arg("serve").env("LISTEN_ADDR", &address).env("SECRET_KEY_FILE", "/proc/none");
    assert!(!broken.output().unwrap().status.success());
    thread::sleep(Duration::from_millis(200));
    assert!(server.is_running());
    assert_eq!(ask(&address, "GET", "/readyz").unwrap().0, 200);
}

#[test]
fn a_database_by_another_path_is_the_same_network() {
    let scene = Scene::set(Engine::Sqlite).unwrap();
    let address = free_address();
    let server = scene.start_with(&[DRAIN, ("LISTEN_ADDR", &address)]);
    let file = scene.database.url.trim_start_matches("sqlite://");
    let link = scene.database.folder.path().join("link.db");
    std::os::unix::fs::symlink(file, &link).unwrap();
    let next = scene.start_with(&[
        DRAIN,
        ("LISTEN_ADDR", &address),
        ("DATABASE_URL", &format!("sqlite://{}", link.display())),
    ]);
    drop(server.ended());
    next.stop();
}
