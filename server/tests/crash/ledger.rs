//! What clients asked and what they were told, in a file of their own: the truth that a database is held against.
//!
//! Every attempt has a number. A visit carries it in the visitor's address, a postback in its transaction_id and its
//! amount: so every stored row says which attempt it is of.

use std::{
    collections::{HashMap, HashSet},
    fs::{File, OpenOptions},
    io::Write as _,
    net::Ipv6Addr,
    path::PathBuf,
    sync::atomic::{AtomicU64, Ordering},
};

use domain::ClickId;
use testkit::{StoredRows, TestDatabase};

/// The network that all visitors of these tests live in; the number is the rest of their address.
const NETWORK: u128 = 0x2001_0db8 << 96;

/// The ledger, while it is written.
pub struct Ledger {
    path: PathBuf,
    file: File,
    next: AtomicU64,
    /// What was there before: not the ledger's affair.
    known_clicks: HashSet<ClickId>,
    known_sales: usize,
}

/// A postback that was sent.
#[derive(Debug, Clone)]
pub struct Sale {
    pub number: u64,
    pub click: String,
}

impl Ledger {
    pub fn open(database: &TestDatabase) -> Self {
        let path = database.folder.path().join("ledger");
        let file = OpenOptions::new().append(true).create_new(true).open(&path).unwrap();
        let rows = super::wait(StoredRows::read(&database.url));
        let known_clicks = rows.clicks.iter().map(|click| ClickId::from_uuid(click.id)).collect();
        Self { path, file, next: AtomicU64::new(1), known_clicks, known_sales: rows.sales.len() }
    }

    /// One line in one write: lines of several clients keep their order in time.
    fn write(&self, line: String) {
        (&self.file).write_all(line.as_bytes()).unwrap();
    }

    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Somebody is about to visit.
    pub fn ask_click(&self) -> u64 {
        let number = self.number();
        self.write(format!("click {number}\n"));
        number
    }

    /// A visit was answered with a redirect.
    pub fn told_click(&self, number: u64, click: &str) {
        self.write(format!("clicked {number} {click}\n"));
    }

    /// A partner is about to report a sale.
    pub fn ask_sale(&self, click: &str) -> Sale {
        let sale = Sale { number: self.number(), click: click.to_owned() };
        self.write(format!("sale {} {click}\n", sale.number));
        sale
    }

    /// A postback was answered with 200.
    pub fn told_sale(&self, sale: &Sale) {
        self.write(format!("sold {} {}\n", sale.number, sale.click));
    }

    /// What was written until now, from the disk.
    pub fn read(&self) -> Book {
        self.file.sync_all().unwrap();
        Book::parse(&std::fs::read_to_string(&self.path).unwrap())
    }

    /// Nothing acknowledged is missing or there twice, nothing is there that was not asked for. The state of the
    /// database is that after the line `Held::last`, if it is a prefix of the truth.
    pub fn compare(&self, rows: &StoredRows) -> Held {
        let book = self.read();
        let mut held = Held { clicks: book.told(&book.clicks), sales: book.told(&book.sales), ..Held::default() };
        let mut clicks = HashSet::new();
        for row in &rows.clicks {
            let id = ClickId::from_uuid(row.id);
            if self.known_clicks.contains(&id) {
                continue;
            }
            let number = number_of(&row.ip).unwrap_or_else(|| panic!("nobody asked for {row:?}"));
            let asked = book.clicks.get(&number).unwrap_or_else(|| panic!("nobody asked for {row:?}"));
            assert!(clicks.insert(number), "the visit {number} is there twice");
            assert!(asked.click.is_none_or(|click| click == id), "the visit {number} was told another id");
            held.last = held.last.max(asked.asked_at);
        }
        let mut sales = HashSet::new();
        let stored = rows.sales.iter().filter_map(|row| Some((row.transaction_id.strip_prefix("torture-")?, row)));
        for (number, row) in stored {
            let number: u64 = number.parse().unwrap();
            let asked = book.sales.get(&number).unwrap_or_else(|| panic!("nobody asked for {row:?}"));
            assert!(sales.insert(number), "the sale {number} is there twice");
            assert_eq!(
                (asked.click, amount_of(number)),
                (Some(ClickId::from_uuid(row.click_id)), row.amount),
                "the sale {number}"
            );
            held.last = held.last.max(asked.asked_at);
        }
        assert_eq!(rows.sales.len() - sales.len(), self.known_sales, "the other sales are those from before");
        held.stored = clicks.len() + sales.len();
        held.lost = book.told_but_not(&book.clicks, &clicks);
        held.lost.extend(book.told_but_not(&book.sales, &sales));
        held
    }
}

/// What came of a comparison.
#[derive(Debug, Default)]
pub struct Held {
    /// Visits that were redirected.
    pub clicks: usize,
    /// Postbacks that were answered with 200.
    pub sales: usize,
    /// Attempts that are stored, answered or not.
    pub stored: usize,
    /// At which line each attempt was acknowledged that is not stored.
    pub lost: Vec<usize>,
    /// The last line of an attempt that is stored.
    pub last: usize,
}

/// The ledger, when it is read.
pub struct Book {
    clicks: HashMap<u64, Attempt>,
    sales: HashMap<u64, Attempt>,
    /// How many lines there are.
    pub lines: usize,
}

struct Attempt {
    asked_at: usize,
    told_at: Option<usize>,
    /// Of a visit: what it was told. Of a sale: whose it is.
    click: Option<ClickId>,
}

impl Book {
    fn parse(text: &str) -> Self {
        let mut book = Self { clicks: HashMap::new(), sales: HashMap::new(), lines: text.lines().count() };
        for (at, line) in text.lines().enumerate() {
            let words: Vec<&str> = line.split(' ').collect();
            let number: u64 = words[1].parse().unwrap();
            let click = words.get(2).map(|id| ClickId::parse(id).unwrap());
            let attempts = if words[0].starts_with("click") { &mut book.clicks } else { &mut book.sales };
            let attempt = attempts.entry(number).or_insert(Attempt { asked_at: at, told_at: None, click });
            if matches!(words[0], "clicked" | "sold") {
                attempt.told_at.get_or_insert(at);
                attempt.click = click;
            }
        }
        let told: Vec<_> = book.clicks.values().filter_map(|attempt| attempt.click).collect();
        assert_eq!(told.iter().collect::<HashSet<_>>().len(), told.len(), "an id was given twice");
        book
    }

    fn told(&self, attempts: &HashMap<u64, Attempt>) -> usize {
        attempts.values().filter(|attempt| attempt.told_at.is_some()).count()
    }

    fn told_but_not(&self, attempts: &HashMap<u64, Attempt>, stored: &HashSet<u64>) -> Vec<usize> {
        attempts.iter().filter(|(number, _)| !stored.contains(number)).filter_map(|(_, a)| a.told_at).collect()
    }

    /// Postbacks that got no answer: a partner asks again.
    pub fn unanswered_sales(&self) -> Vec<Sale> {
        let open = self.sales.iter().filter(|(_, attempt)| attempt.told_at.is_none());
        open.map(|(number, attempt)| Sale { number: *number, click: attempt.click.unwrap().to_string() }).collect()
    }
}

/// The header that a visitor with this number comes with, by a proxy that is trusted.
pub fn visitor(number: u64) -> String {
    format!("X-Forwarded-For: {}\r\n", Ipv6Addr::from(NETWORK | u128::from(number)))
}

fn number_of(ip: &str) -> Option<u64> {
    let rest = u128::from(ip.parse::<Ipv6Addr>().ok()?) ^ NETWORK;
    u64::try_from(rest).ok()
}

/// In 10^-6 units; the postback says it in whole ones.
fn amount_of(number: u64) -> i64 {
    i64::try_from(number).unwrap() * 1_000_000
}
