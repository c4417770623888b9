//! The disk and the clock with faults (`faulty_disk.c`), as a test holds them.

use std::{
    collections::HashSet,
    fs::{File, OpenOptions},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use rand::{Rng as _, rngs::StdRng};
use testkit::TestDatabase;

use super::scene::Scene;
use crate::support::running::Program;

/// A disk writes a sector as a whole or not at all.
const SECTOR: u64 = 512;
/// `struct record` of the C file: what, file (4 bytes each), offset, length, kept, size (8 bytes each).
const RECORD: usize = 40;
const SYNCED: u64 = 2;
/// The numbers of the files that are remembered, and what their names end with.
const FILES: [(u64, &str); 2] = [(1, ""), (2, "-wal")];

static LIBRARY: LazyLock<PathBuf> = LazyLock::new(compile);

/// Compiles what is loaded before the program, once for each test process.
fn compile() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crash/faulty_disk.c");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let library = folder.join("faulty_disk.so");
    // Renamed when it is whole: another test process may be using it.
    let new = folder.join(format!("faulty_disk-{}.so", std::process::id()));
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", "-pthread", "-o"]).arg(&new).arg(&source);
    let output = compiler.output().expect("a C compiler is needed: run `make test`, which installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::rename(&new, &library).unwrap();
    library
}

/// What a power cut takes of what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    Everything,
    /// Any sectors, as the disk happened to write them.
    Anything,
}

/// What goes wrong with the program's files and clock; the program is started by it.
pub struct Disk {
    control: File,
    control_path: PathBuf,
    database: PathBuf,
    undo: PathBuf,
}

impl Disk {
    pub fn new(database: &TestDatabase) -> Self {
        let folder = database.folder.path();
        let (control_path, undo) = (folder.join("control"), folder.join("undo"));
        std::fs::write(&control_path, [0; 16]).unwrap();
        let control = OpenOptions::new().write(true).open(&control_path).unwrap();
        Self { control, control_path, database: folder.join("test.db"), undo }
    }

    /// Starts the program on it.
    pub fn start(&self, scene: &Scene) -> Program {
        let program = scene.start_with(&[
            ("LD_PRELOAD", LIBRARY.to_str().unwrap()),
            ("FAULTY_DISK_CONTROL", self.control_path.to_str().unwrap()),
            ("FAULTY_DISK_FILES", self.database.to_str().unwrap()),
            ("FAULTY_DISK_UNDO", self.undo.to_str().unwrap()),
        ]);
        assert!(self.undo.exists(), "the faulty disk was not loaded");
        program
    }

    /// From now on writing fails with this `errno`; 0 makes the disk well again.
    pub fn refuse_writes(&self, errno: i32) {
        self.control.write_all_at(&errno.to_ne_bytes(), 8).unwrap();
    }

    /// Sets the program's clock so many seconds off.
    pub fn move_clock(&self, seconds: i64) {
        self.control.write_all_at(&seconds.to_ne_bytes(), 0).unwrap();
    }

    /// Makes the files what they may be after a power cut at the moment when the program was killed. Says how many
    /// writes had not been synced.
    pub fn lose_power(&self, rng: &mut StdRng, loss: Loss) -> usize {
        let writes = self.read_unsynced();
        for (number, suffix) in FILES {
            let of_file: Vec<_> = writes.iter().filter(|write| write.file == number).collect();
            if !of_file.is_empty() {
                let path = format!("{}{suffix}", self.database.display());
                undo(&OpenOptions::new().read(true).write(true).open(path).unwrap(), &of_file, rng, loss);
            }
        }
        File::create(&self.undo).unwrap();
        writes.len()
    }

    fn read_unsynced(&self) -> Vec<Write> {
        let bytes = std::fs::read(&self.undo).unwrap();
        let (mut rest, mut writes) = (bytes.as_slice(), Vec::new());
        while let Some((head, after)) = rest.split_at_checked(RECORD) {
            let short = |at: usize| u64::from(u32::from_ne_bytes(head[at..at + 4].try_into().unwrap()));
            let long = |at: usize| u64::from_ne_bytes(head[at..at + 8].try_into().unwrap());
            let (what, file) = (short(0), short(4));
            // The last record may have been cut off: then nothing was written after it.
            let Some((before, after)) = after.split_at_checked(long(24) as usize) else { break };
            if what == SYNCED {
                writes.retain(|write: &Write| write.file != file);
            } else {
                writes.push(Write { file, offset: long(8), length: long(16), size: long(32), before: before.to_vec() });
            }
            rest = after;
        }
        writes
    }
}

/// A write, and what was there before.
struct Write {
    file: u64,
    offset: u64,
    length: u64,
    /// Of the file, before.
    size: u64,
    before: Vec<u8>,
}

impl Write {
    /// What was there; nothing but zeros beyond the end of the file.
    fn before(&self, from: u64, to: u64) -> Vec<u8> {
        let byte = |at: u64| self.before.get((at - self.offset) as usize).copied().unwrap_or(0);
        (from..to).map(byte).collect()
    }
}

/// Takes writes back, from the last to the first. A sector that stays keeps what it holds at that moment.
fn undo(file: &File, writes: &[&Write], rng: &mut StdRng, loss: Loss) {
    let mut staying = HashSet::new();
    for write in writes.iter().rev() {
        let end = write.offset + write.length;
        for sector in write.offset / SECTOR..end.div_ceil(SECTOR) {
            if staying.contains(&sector) {
                continue;
            }
            if loss == Loss::Anything && rng.random_bool(0.5) {
                staying.insert(sector);
                continue;
            }
            let (from, to) = (write.offset.max(sector * SECTOR), end.min((sector + 1) * SECTOR));
            file.write_all_at(&write.before(from, to), from).unwrap();
        }
    }
    if loss == Loss::Everything || rng.random_bool(0.5) {
        let stays = staying.iter().max().map_or(0, |sector| (sector + 1) * SECTOR);
        let length = file.metadata().unwrap().len();
        file.set_len(writes[0].size.max(stays.min(length))).unwrap();
    }
}
