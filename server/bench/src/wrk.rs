//! The closed loop: `wrk` with the script beside this file, and what it measured.

use std::{path::Path, time::Duration};

use serde_json::Value;
use tokio::{process::Command, time::timeout};

use crate::{Failure, numbers::mean, process::find_program};

/// The script, for [`Load::script`].
pub(crate) const SCRIPT: &str = include_str!("load.lua");
/// Threads of wrk: enough to fill two cores, and the same for every server that is measured.
const THREADS: u32 = 2;

/// A load to put on somebody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load<'a> {
    /// Host and port.
    pub(crate) address: &'a str,
    /// Connections, each with one request at a time.
    pub(crate) connections: u32,
    /// How long.
    pub(crate) seconds: u64,
    /// Where [`SCRIPT`] was written to.
    pub(crate) script: &'a Path,
    /// The file of requests.
    pub(crate) requests: &'a Path,
    /// A number that no other load has.
    pub(crate) run: u64,
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Figures {
    /// How many answers came.
    pub(crate) answers: u64,
    /// How many of them in a second.
    pub(crate) per_second: f64,
    /// Half of the answers came within so many milliseconds.
    pub(crate) p50: f64,
    /// 99 of 100 did.
    pub(crate) p99: f64,
}

impl Load<'_> {
    /// Runs it. Any answer of 400 and above, broken connection or answer that took over 2 s is a failure.
    pub(crate) async fn run(self) -> Result<Figures, Failure> {
        let threads = THREADS.min(self.connections);
        let mut command = Command::new(find_program("wrk")?);
        command
            .args(["--latency", "-t", &threads.to_string(), "-c", &self.connections.to_string()])
            .args(["-d", &format!("{}s", self.seconds), "-s"])
            .arg(self.script)
            .arg(format!("http://{}/", self.address))
            .arg("--")
            .arg(self.requests)
            .arg(self.run.to_string())
            .kill_on_drop(true);
        let output = timeout(Duration::from_secs(self.seconds + 50), command.output()).await??;
        let printed = String::from_utf8_lossy(&output.stdout);
        let result = printed.lines().find_map(|line| line.strip_prefix("RESULT "));
        match result {
            Some(result) => read(&serde_json::from_str(result)?),
            None => Err(format!("wrk failed: {printed}{}", String::from_utf8_lossy(&output.stderr)).into()),
        }
    }
}

fn read(result: &Value) -> Result<Figures, Failure> {
    let number = |name: &str| result[name].as_u64().ok_or_else(|| format!("wrk told no {name}: {result}"));
    let (refused, broken, late) = (number("refused")?, number("broken")?, number("late")?);
    if refused + broken + late > 0 {
        return Err(
            format!("{refused} answers were errors, {broken} connections broke, {late} answers took over 2 s").into()
        );
    }
    let answers = number("answers")?;
    if answers == 0 {
        return Err("there was not one answer".into());
    }
    let millis = |micros: u64| micros as f64 / 1_000.0;
    Ok(Figures {
        answers,
        per_second: answers as f64 * 1_000_000.0 / number("micros")?.max(1) as f64,
        p50: millis(number("p50")?),
        p99: millis(number("p99")?),
    })
}

impl Figures {
    /// What several loads of the same kind come to.
    pub(crate) fn mean(all: &[Self]) -> Self {
        Self {
            answers: all.iter().map(|one| one.answers).sum(),
            per_second: mean(all.iter().map(|one| one.per_second)),
            p50: mean(all.iter().map(|one| one.p50)),
            p99: mean(all.iter().map(|one| one.p99)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_the_script_prints_is_read_and_an_error_is_told() {
        let mut result = json!({"answers": 500, "micros": 250_000, "p50": 1_500, "p99": 9_000, "p999": 10_000,
            "refused": 0, "broken": 0, "late": 0});
        let wanted = Figures { answers: 500, per_second: 2_000.0, p50: 1.5, p99: 9.0 };
        assert_eq!(read(&result).unwrap(), wanted);
        result["refused"] = json!(1);
        assert!(read(&result).unwrap_err().to_string().contains("1 answers were errors"));
        assert!(read(&json!({})).is_err());
    }
}
