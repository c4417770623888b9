//! A private PostgreSQL server: started once per process, on a socket in a temporary folder.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

use sqlx::{ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions};
use uuid::Uuid;

/// Where the server's folder is; none where PostgreSQL is left out.
static SERVER: OnceLock<Option<PathBuf>> = OnceLock::new();
/// The same of the one that waits for the disk.
static DURABLE_SERVER: OnceLock<Option<PathBuf>> = OnceLock::new();

/// For tests, whose rows nobody wants after the process.
const HASTY: &str = "-c fsync=off -c shared_buffers=64MB";
/// For measurements: PostgreSQL's own default promises, and the memory that everybody gives it.
const DURABLE: &str = "-c fsync=on -c shared_buffers=256MB";

/// Holds a server: it ends when the standard input of this script does. Beside it lies the number of its process, and
/// while there is a file named `stopped`, it is not started again.
const HOLD: &str = r#"
programs=$1 folder=$2
shift 2
cd "$folder" || exit 1
(
    until [ -e ended ]; do
        sleep 0.05
        if [ -e stopped ]; then continue; fi
        "$programs/postgres" -D data -k "$folder" -c listen_addresses= -c max_connections=300 $1 >>log 2>&1 &
        echo $! >pid
        wait $!
    done
    touch over
) &
cat >/dev/null
touch ended
until [ -e over ]; do
    kill -INT "$(cat pid)"
    sleep 0.1
done
cd / && rm -rf "$folder"
"#;

/// A server, and the script that holds it.
pub(crate) struct Server {
    pub(crate) folder: PathBuf,
    pub(crate) holder: Child,
}

impl Server {
    /// For as long as this process runs: the script's input closes when it ends, however it ends.
    fn keep(self) -> PathBuf {
        std::mem::forget(self.holder);
        self.folder
    }
}

/// Makes an empty database for a test and returns its address.
pub(crate) async fn create_database() -> Option<String> {
    let started = || SERVER.get_or_init(|| start(&std::env::temp_dir(), HASTY).map(Server::keep)).clone();
    Some(create_database_on(&tokio::task::spawn_blocking(started).await.unwrap()?).await)
}

/// Makes an empty database on the server that waits for the disk. In `/var/tmp`, which is never in memory.
pub(crate) async fn create_durable_database() -> Option<String> {
    let started = || DURABLE_SERVER.get_or_init(start_durable_kept).clone();
    Some(create_database_on(&tokio::task::spawn_blocking(started).await.unwrap()?).await)
}

fn start_durable_kept() -> Option<PathBuf> {
    start_durable().map(Server::keep)
}

/// Another server that waits for the disk.
pub(crate) fn start_durable() -> Option<Server> {
    start(Path::new("/var/tmp"), DURABLE)
}

pub(crate) async fn create_database_on(folder: &Path) -> String {
    let name = format!("test_{}", Uuid::new_v4().simple());
    let options = PgConnectOptions::new().socket(folder).username("postgres").database("postgres");
    for attempt in 0.. {
        match options.connect().await {
            Ok(mut conn) => {
                sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&mut conn).await.unwrap();
                conn.close().await.unwrap();
                break;
            }
            Err(error) if attempt >= 100 => panic!("the private PostgreSQL does not answer: {error}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
    let socket = folder.display().to_string().replace('/', "%2F");
    format!("postgres://postgres@{socket}/{name}")
}

pub(crate) async fn count_deadlocks(url: &str) -> i64 {
    const SQL: &str = "select deadlocks from pg_stat_database where datname = current_database()";
    // It tells what it has counted once the sessions that met them are idle.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut conn = PgConnection::connect(url).await.unwrap();
    let deadlocks = sqlx::query_scalar(SQL).fetch_one(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    deadlocks
}

fn start(base: &Path, settings: &str) -> Option<Server> {
    if std::env::var_os("SKIP_POSTGRES").is_some() {
        println!("SKIPPED: PostgreSQL, because SKIP_POSTGRES is set");
        return None;
    }
    let programs = find_programs()
        .expect("PostgreSQL's programs (initdb, postgres) are needed: run `make test`, which installs them");
    let folder = tempfile::Builder::new().prefix("sp-pg-").tempdir_in(base).unwrap().keep();
    let as_root = std::fs::metadata("/proc/self").is_ok_and(|meta| std::os::unix::fs::MetadataExt::uid(&meta) == 0);
    if as_root {
        // PostgreSQL refuses to run as root, as a container's user often is.
        run(Command::new("chown").arg("postgres").arg(&folder));
    }
    let data = folder.join("data");
    run(&mut command(&programs, "initdb", as_root, |c| {
        c.args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N", "-D"]).arg(&data);
    }));
    let mut shell = if as_root { Command::new("setpriv") } else { Command::new("sh") };
    if as_root {
        shell.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "sh"]);
    }
    shell.args(["-c", HOLD, "sh"]).arg(&programs).arg(&folder).arg(settings);
    let holder = shell.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    Some(Server { folder, holder })
}

fn command(programs: &Path, name: &str, as_root: bool, arguments: impl FnOnce(&mut Command)) -> Command {
    let program = programs.join(name);
    let mut command = if as_root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    arguments(&mut command);
    command
}

fn run(command: &mut Command) {
    let output = command.current_dir("/").output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The folder of `initdb`: on PATH, or where Debian and Homebrew put the newest version.
fn find_programs() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH")?;
    let mut folders: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    for base in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
        let mut versions: Vec<_> = std::fs::read_dir(base).into_iter().flatten().flatten().map(|e| e.path()).collect();
        versions.sort();
        folders.extend(versions.into_iter().rev().map(|version| version.join("bin")));
    }
    folders.into_iter().find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}
