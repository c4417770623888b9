//! The program's two runtimes: the edge has threads of its own, so that a page, which takes milliseconds of a processor,
//! never stands in the way of a redirect, which takes a hundredth of that.

use std::{io, thread::available_parallelism};

use tokio::{
    runtime::{Builder, Handle, Runtime},
    task::JoinHandle,
};

/// The threads on which pages are made, passwords hashed, and everything done that is not at the edge. They give way
/// to the edge and the recorder, which are started from the thread that waits for this runtime and never does.
pub fn web_runtime() -> io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder.enable_all().thread_name("web");
    // Elsewhere it would be the whole process.
    #[cfg(target_os = "linux")]
    builder.on_thread_start(giving_way());
    builder.build()
}

/// Lets a thread, and those that it starts, run when others don't want to: with a tenth of their share where there isn't
/// enough for all, and on half of the processors, so that a click need not wait for a thread to be put aside.
#[cfg(target_os = "linux")]
fn giving_way() -> impl Fn() + Send + Sync + 'static {
    use rustix::{
        process::{getpriority_process, setpriority_process},
        thread::{CpuSet, sched_getaffinity, sched_setaffinity},
    };
    let nicer = getpriority_process(None).map(|ours| (ours + 10).min(19));
    let half = sched_getaffinity(None).map(|ours| {
        let mut half = CpuSet::new();
        let last = (0..CpuSet::MAX_CPU).rev().filter(|cpu| ours.is_set(*cpu));
        last.take(ours.count().div_ceil(2) as usize).for_each(|cpu| half.set(cpu));
        half
    });
    move || {
        // Where that isn't allowed it goes on as it is.
        let _ = nicer.and_then(|nicer| setpriority_process(None, nicer));
        let _ = half.and_then(|half| sched_setaffinity(None, &half));
    }
}

/// The threads of the edge.
#[derive(Debug)]
pub(crate) struct EdgeRuntime(Option<Runtime>);

impl EdgeRuntime {
    /// Half as many threads as there are processors: the recorder, the kernel and the pages use the others.
    pub(crate) fn start() -> io::Result<Self> {
        let threads = available_parallelism().map_or(1, |processors| processors.get().div_ceil(2));
        let runtime = Builder::new_multi_thread().worker_threads(threads).thread_name("edge").enable_all().build()?;
        Ok(Self(Some(runtime)))
    }

    /// Runs something at the edge.
    pub(crate) fn spawn<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
        let runtime = self.0.as_ref().map(Runtime::handle);
        runtime.unwrap_or(&Handle::current()).spawn(work)
    }
}

impl Drop for EdgeRuntime {
    fn drop(&mut self) {
        // Waiting for its threads is not allowed where this may be dropped.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
