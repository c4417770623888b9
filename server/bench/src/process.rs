//! Programs that run beside the bench: their start, their address, their memory, their end.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::{Command as BlockingCommand, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, ChildStdout, Command},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::Failure;

/// How long a program may take to start, and to stop: closing a large database writes its log back first.
const TIMEOUT: Duration = Duration::from_secs(50);

/// A program that was started here and ends here, whatever happens.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    pid: u32,
    log: PathBuf,
    /// Kept open: a process that prints must find a reader.
    output: BufReader<ChildStdout>,
}

impl Running {
    /// Starts a program; what it says on standard error goes to a file.
    pub(crate) fn start(mut command: Command, log: &Path) -> Result<Self, Failure> {
        let errors = File::options().create(true).append(true).open(log)?;
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors).spawn()?;
        let pid = child.id().ok_or("a program ended as it started")?;
        let output = child.stdout.take().ok_or("a program has no output")?;
        Ok(Self { child, pid, log: log.to_owned(), output: BufReader::new(output) })
    }

    /// The number the system knows it by.
    pub(crate) const fn pid(&self) -> u32 {
        self.pid
    }

    /// The host and port in the first line that it prints: `… is running: http://127.0.0.1:41234`.
    pub(crate) async fn address(&mut self) -> Result<String, Failure> {
        let mut line = String::new();
        timeout(TIMEOUT, self.output.read_line(&mut line)).await??;
        match line.split("http://").nth(1) {
            Some(address) => Ok(address.trim().to_owned()),
            None => Err(format!("a program did not start: {}", self.last_words()).into()),
        }
    }

    /// The end of what it said on standard error.
    pub(crate) fn last_words(&self) -> String {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(5)..].join("\n")
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn stop(mut self) -> Result<(), Failure> {
        terminate(self.pid)?;
        timeout(TIMEOUT, self.child.wait()).await??;
        Ok(())
    }
}

impl Drop for Running {
    /// Not by `kill_on_drop`: the workers of a killed nginx would live on.
    fn drop(&mut self) {
        let until = Instant::now() + Duration::from_secs(10);
        if matches!(self.child.try_wait(), Ok(None)) && terminate(self.pid).is_ok() {
            while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.start_kill();
        }
    }
}

fn terminate(pid: u32) -> Result<(), Failure> {
    let done = BlockingCommand::new("kill").args(["-TERM", &pid.to_string()]).status()?;
    if done.success() { Ok(()) } else { Err(format!("process {pid} can't be asked to end").into()) }
}

/// Where a program is: on PATH, or where system programs are that an ordinary user's PATH leaves out.
pub(crate) fn find_program(name: &str) -> Result<PathBuf, Failure> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&on_path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    let mut places = folders.map(|folder| folder.join(name));
    places.find(|place| place.is_file()).ok_or_else(|| format!("{name} is missing; `make bench` installs it").into())
}

/// Looks again and again at how much memory a process has, until it is asked for the most it saw.
#[derive(Debug)]
pub(crate) struct MemoryWatch {
    most: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl MemoryWatch {
    /// Begins to look.
    pub(crate) fn begin(pid: u32) -> Self {
        let most = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&most);
        let task = tokio::spawn(async move {
            loop {
                seen.fetch_max(resident_kib(pid), Ordering::Relaxed);
                sleep(Duration::from_millis(100)).await;
            }
        });
        Self { most, task }
    }

    /// The most it saw, in bytes.
    pub(crate) fn end(self) -> Result<u64, Failure> {
        self.task.abort();
        match self.most.load(Ordering::Relaxed) {
            0 => Err("the memory of a process can't be seen: there is no /proc here".into()),
            kib => Ok(kib * 1024),
        }
    }
}

/// Seconds of a processor that a process has taken so far.
pub(crate) fn processor_seconds(pid: u32) -> Result<f64, Failure> {
    // Linux tells it in hundredths, on every machine it runs on here.
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name before the last bracket may hold spaces; user and system time are the 12th and 13th word behind it.
    let words = stat.rsplit_once(')').map(|(_, rest)| rest.split_whitespace());
    let ticks: Vec<f64> = words.into_iter().flatten().skip(11).take(2).filter_map(|word| word.parse().ok()).collect();
    if ticks.len() == 2 { Ok(ticks.iter().sum::<f64>() / TICKS_PER_SECOND) } else { Err("/proc tells no times".into()) }
}

/// `VmRSS` of a process, in KiB; 0 where it can't be told.
fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|kib| kib.parse().ok()).unwrap_or(0)
}
