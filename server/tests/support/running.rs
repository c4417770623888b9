//! The built program as a process, and plain requests to it.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use testkit::TestDatabase;

/// Where it was built.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_something-project");

/// The built program, started as its users start it; dropped, it is killed.
pub struct Program {
    child: Child,
    pub address: String,
    /// Everything it has printed.
    pub output: Arc<Mutex<String>>,
    readers: Vec<thread::JoinHandle<()>>,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Program {
    pub fn command(database: &TestDatabase) -> Command {
        Self::command_by(Command::new(PROGRAM), database)
    }

    /// With the settings of a test; the command may be that of another program that runs it.
    pub fn command_by(mut command: Command, database: &TestDatabase) -> Command {
        command
            .env("DATABASE_URL", &database.url)
            .env("SECRET_KEY_FILE", database.folder.path().join("secret.key"))
            .env("DRAIN_SECONDS", "0")
            .env("LISTEN_ADDR", "127.0.0.1:0");
        command
    }

    /// Starts it and waits until it says where it is.
    pub fn start(database: &TestDatabase, log: &str) -> Self {
        Self::start_with(database, log, &[])
    }

    /// Starts it with more settings.
    pub fn start_with(database: &TestDatabase, log: &str, settings: &[(&str, &str)]) -> Self {
        let mut command = Self::command(database);
        command.arg("serve").env("LOG", log).envs(settings.iter().copied());
        Self::run(command)
    }

    /// Starts a server by its whole command.
    pub fn run(mut command: Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let output = Arc::new(Mutex::new(String::new()));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let errors = BufReader::new(child.stderr.take().unwrap()).lines();
        let Some(Ok(first)) = lines.next() else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("it did not start: {}", errors.map_while(Result::ok).collect::<Vec<_>>().join("\n"));
        };
        let address = first.split("http://").nth(1).unwrap().trim().to_owned();
        let readers = vec![collect(lines, &output), collect(errors, &output)];
        Self { child, address, output, readers }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Whether it has not ended by itself.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Ends it without a warning.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end, and waits.
    pub fn stop(self) -> String {
        self.terminate();
        self.ended()
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let pid = self.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits for its end, and says all that it has printed.
    pub fn ended(mut self) -> String {
        assert!(self.child.wait().unwrap().success());
        // They end when the last line has been read.
        std::mem::take(&mut self.readers).into_iter().for_each(|reader| reader.join().unwrap());
        self.output.lock().unwrap().clone()
    }
}

fn collect(
    lines: impl Iterator<Item = std::io::Result<String>> + Send + 'static,
    output: &Arc<Mutex<String>>,
) -> thread::JoinHandle<()> {
    let output = Arc::clone(output);
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let mut output = output.lock().unwrap();
            output.push_str(&line);
            output.push('\n');
        }
    })
}

/// What a test needs of the demo network.
pub struct Demo {
    /// Of a link that is live.
    pub slug: String,
    /// Its partner's key.
    pub key: String,
    /// All that the demo printed.
    pub network: serde_json::Value,
}

impl Demo {
    pub fn fill(database: &TestDatabase) -> Self {
        let demo = Program::command(database).args(["demo", "--json"]).output().unwrap();
        assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
        let network: serde_json::Value = serde_json::from_slice(&demo.stdout).unwrap();
        let link = network["links"].as_array().unwrap().iter().find(|link| link["live"] == true).unwrap();
        let partners = network["partners"].as_array().unwrap();
        let owner = partners.iter().find(|partner| partner["partner_id"] == link["partner_id"]).unwrap();
        let slug = link["slug"].as_str().unwrap().to_owned();
        let key = owner["api_key"].as_str().unwrap().to_owned();
        Self { slug, key, network }
    }
}

/// One request on a connection of its own: status and the whole answer, or nothing where the connection broke.
pub fn ask(address: &str, method: &str, target: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(stream, "{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: test\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    // An answer without its end was not received.
    answer.contains("\r\n\r\n").then_some((status, answer))
}

/// A request with headers and a body.
pub fn send(address: &str, head: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    write!(stream, "{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    Some((answer.split(' ').nth(1)?.parse().ok()?, answer))
}
