//! The open loop: requests leave at fixed moments, whether or not the ones before were answered, and an answer's
//! latency counts from the moment its request was due. What waits behind a slow one is late, and is counted as late.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::{JoinSet, spawn_blocking},
    time::timeout,
};

use crate::{Failure, numbers::percentile};

/// Keep-alive connections.
const CONNECTIONS: usize = 64;
/// How long after the last moment answers may still come.
const TIMEOUT: Duration = Duration::from_secs(50);

/// Latencies in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Latencies {
    /// 99 of 100 answers came within it.
    pub(crate) p99: f64,
    /// 999 of 1,000 did.
    pub(crate) p999: f64,
}

/// A request that is due: which, and when.
type Due = (usize, Instant);

/// Sends so many requests a second for so many seconds; each must be answered with a redirect.
pub(crate) async fn run(
    address: &str,
    requests: Arc<Vec<String>>,
    per_second: u64,
    seconds: u64,
) -> Result<Latencies, Failure> {
    let mut connections = JoinSet::new();
    let mut queues = Vec::new();
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (queue, due) = unbounded_channel();
        queues.push(queue);
        connections.spawn(answer_all(stream, due, Arc::clone(&requests)));
    }
    let pacing = spawn_blocking(move || pace(&queues, per_second, seconds));
    let mut latencies = Vec::new();
    let gathered = timeout(Duration::from_secs(seconds) + TIMEOUT, async {
        while let Some(done) = connections.join_next().await {
            latencies.append(&mut done??);
        }
        Ok::<_, Failure>(())
    });
    gathered.await.map_err(|_| "the steady load was not answered in time")??;
    pacing.await?;
    latencies.sort_unstable_by(f64::total_cmp);
    Ok(Latencies { p99: percentile(&latencies, 0.99), p999: percentile(&latencies, 0.999) })
}

/// Hands each request to a connection at its moment. A thread of its own: the runtime's clock ticks in milliseconds.
fn pace(queues: &[UnboundedSender<Due>], per_second: u64, seconds: u64) {
    let begin = Instant::now() + Duration::from_millis(20);
    for (number, queue) in (0..per_second * seconds).zip(queues.iter().cycle()) {
        let due = begin + Duration::from_nanos(number * 1_000_000_000 / per_second);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        if queue.send((number as usize, due)).is_err() {
            return;
        }
    }
}

/// One connection: a request, its answer, the next; in milliseconds, how late each answer was.
async fn answer_all(
    mut stream: TcpStream,
    mut due: UnboundedReceiver<Due>,
    requests: Arc<Vec<String>>,
) -> Result<Vec<f64>, Failure> {
    let mut latencies = Vec::new();
    let mut answer = Vec::with_capacity(4_096);
    while let Some((number, moment)) = due.recv().await {
        stream.write_all(requests[number % requests.len()].as_bytes()).await?;
        answer.clear();
        while !is_complete_redirect(&answer)? {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err("a connection was closed under the steady load".into());
            }
        }
        latencies.push(moment.elapsed().as_secs_f64() * 1_000.0);
    }
    Ok(latencies)
}

/// Whether this is all of a redirect without a body; an error if it is anything else.
fn is_complete_redirect(answer: &[u8]) -> Result<bool, Failure> {
    if !answer.ends_with(b"\r\n\r\n") {
        return Ok(false);
    }
    let head = String::from_utf8_lossy(answer);
    if head.starts_with("HTTP/1.1 302 ") && head.to_ascii_lowercase().contains("\r\ncontent-length: 0\r\n") {
        return Ok(true);
    }
    Err(format!("the steady load was answered with {head}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_redirect_is_an_answer() {
        let whole = b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\nlocation: x\r\n\r\n";
        assert!(is_complete_redirect(whole).unwrap());
        assert!(!is_complete_redirect(&whole[..30]).unwrap());
        assert!(is_complete_redirect(b"HTTP/1.1 503 Service Unavailable\r\n\r\n").is_err());
    }
}
