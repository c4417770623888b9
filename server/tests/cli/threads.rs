//! Which threads give way to which, as Linux sees them.

use super::operate::{click, on_both};
use crate::support::running::{Program, ask};

/// What Linux says of each thread of a process: its name, its niceness, and the processors that it may use.
fn threads(process: u32) -> Vec<(String, i64, usize)> {
    let read = |thread: &std::path::Path, file: &str| std::fs::read_to_string(thread.join(file)).unwrap_or_default();
    let folder = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let of = |thread: std::path::PathBuf| {
        let name = read(&thread, "comm").trim().to_owned();
        // The name, in brackets, may hold spaces; niceness is the 17th field after it.
        let nice = read(&thread, "stat").rsplit(')').next()?.split_whitespace().nth(16)?.parse().ok()?;
        let status = read(&thread, "status");
        let listed = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"))?.trim();
        let processors = listed.split(',').map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            last.parse::<usize>().unwrap() - first.parse::<usize>().unwrap() + 1
        });
        Some((name, nice, processors.sum()))
    };
    folder.filter_map(|thread| of(thread.unwrap().path())).collect()
}

#[test]
fn who_makes_pages_and_reads_for_them_gives_way_to_clicks() {
    on_both(|_, database, demo| {
        let program = Program::start(database, "info");
        click(&program.address, &demo.slug);
        ask(&program.address, "GET", "/offers").unwrap();
        let threads = threads(program.id());
        let of = |name: &str| threads.iter().filter(|(of, ..)| of.starts_with(name)).collect::<Vec<_>>();
        for name in ["edge", "web", "recorder"] {
            assert!(!of(name).is_empty(), "there is no thread of the name {name}: {threads:?}");
        }
        let (_, ours, all) = of("edge")[0];
        for (_, nice, processors) in of("web") {
            assert_eq!((*nice, *processors), ((ours + 10).min(19), all.div_ceil(2)), "{threads:?}");
        }
        for free in [of("edge"), of("recorder")].concat() {
            assert_eq!((free.1, free.2), (*ours, *all), "{threads:?}");
        }
        // SQLite's one that writes doesn't, because clicks wait for it.
        let free = of("sqlx-sqlite").iter().filter(|(_, nice, processors)| (nice, processors) == (ours, all)).count();
        assert_eq!(free, usize::from(database.url.starts_with("sqlite")), "{threads:?}");
    });
}
