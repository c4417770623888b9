//! A network that swallows what is sent to PostgreSQL: connections stay open, and nobody ever answers on them.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use testkit::Engine;

use super::{
    load::{Load, Outcome, Pace, count},
    scene::Scene,
    sized,
};

const PACE: Pace = Pace { clients: 16, per_second: 300 };
/// Once, what is under way has to be given up, which takes 4 s; and a while for a busy machine.
const SOON: Duration = Duration::from_secs(7);

/// What lies between the program and its PostgreSQL.
struct Network {
    address: SocketAddr,
    /// The server's ends of the connections.
    servers: Arc<Mutex<Vec<UnixStream>>>,
}

impl Network {
    /// To the server whose socket is in this folder.
    fn before(folder: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let network = Self { address: listener.local_addr().unwrap(), servers: Arc::default() };
        let servers = Arc::clone(&network.servers);
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                let server = UnixStream::connect(folder.join(".s.PGSQL.5432")).unwrap();
                servers.lock().unwrap().push(server.try_clone().unwrap());
                let (from, to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                thread::spawn(move || to_server(from, to));
                thread::spawn(move || to_client(server, client));
            }
        });
        network
    }

    /// Whoever has a connection never hears of its server again; the server has forgotten it.
    fn swallow(&self) {
        for server in self.servers.lock().unwrap().drain(..) {
            let _ = server.shutdown(Shutdown::Both);
        }
    }
}

fn to_server(mut client: TcpStream, mut server: UnixStream) {
    let mut bytes = [0; 16_384];
    while let Ok(length @ 1..) = client.read(&mut bytes) {
        // A server that is gone reads no more; the client is not told.
        let _ = server.write_all(&bytes[..length]);
    }
    let _ = server.shutdown(Shutdown::Both);
}

fn to_client(mut server: UnixStream, mut client: TcpStream) {
    let mut bytes = [0; 16_384];
    while let Ok(length @ 1..) = server.read(&mut bytes) {
        let _ = client.write_all(&bytes[..length]);
    }
    // The client's connection stays as it is: `to_server` holds it.
}

#[test]
fn a_network_that_swallows_everything_is_given_up_once() {
    let Some(scene) = Scene::set(Engine::Postgres) else { return };
    let (folder, name) = scene.database.url.strip_prefix("postgres://postgres@").unwrap().split_once('/').unwrap();
    let network = Network::before(PathBuf::from(folder.replace("%2F", "/")));
    let url = format!("postgres://postgres@{}/{name}?sslmode=disable", network.address);
    let mut program = scene.start_with(&[("DATABASE_URL", &url)]);
    for time in 1..=sized(2, 20) {
        let load = Load::start(&scene, &program, PACE);
        thread::sleep(Duration::from_millis(300));
        network.swallow();
        let from = Instant::now();
        let recovered = scene.wait_for_redirect(&program.address, from);
        let seen = load.stop();
        println!("time {time}: {} answers of 503; a redirect after {recovered:?}", count(&seen, Outcome::Unavailable));
        assert!(recovered < SOON, "{recovered:?}");
        assert!(program.is_running());
    }
    let held = scene.assert_all_kept();
    program.kill();
    scene.assert_audit_is_clean();
    println!("{} clicks and {} conversions were acknowledged; 0 lost, 0 doubled", held.clicks, held.sales);
}
