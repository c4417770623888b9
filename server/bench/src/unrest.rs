//! What else goes on while visitors come: people look at reports, somebody exports, strangers try to sign in.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::task::JoinSet;

use crate::{Failure, http, stages::Target, visitors};

/// How many strangers try at once; the program hashes for one of them per two cores.
const STRANGERS: u64 = 8;

/// How often something was done.
type Count = Arc<AtomicU64>;

/// The people who make it; they stop when this is dropped.
#[derive(Debug)]
pub(crate) struct Unrest {
    people: JoinSet<Result<(), Failure>>,
    reports: Count,
    exported: Count,
    tries: Count,
}

impl Unrest {
    /// Lets them begin: two who look at reports, one who exports, and the strangers.
    pub(crate) async fn begin(target: &Target) -> Result<Self, Failure> {
        let address = &target.address;
        let admin = http::sign_in(address, &target.network.admin).await?;
        let partner = http::sign_in(address, &target.network.partner).await?;
        let (reports, exported, tries) = (Count::default(), Count::default(), Count::default());
        let mut people = JoinSet::new();
        people.spawn(look(address.clone(), admin, &["/admin", "/admin/conversions"], Arc::clone(&reports)));
        people.spawn(look(address.clone(), partner.clone(), &["/partner?range=90d"], Arc::clone(&reports)));
        people.spawn(export(address.clone(), partner, Arc::clone(&exported)));
        for stranger in 0..STRANGERS {
            people.spawn(try_to_sign_in(address.clone(), stranger, Arc::clone(&tries)));
        }
        Ok(Self { people, reports, exported, tries })
    }

    /// Ends it and says how much it was; an error if one of them was turned away or found nothing done.
    pub(crate) fn end(mut self) -> Result<String, Failure> {
        if let Some(ended) = self.people.try_join_next() {
            ended??;
        }
        let [reports, exported, tries] =
            [&self.reports, &self.exported, &self.tries].map(|count| count.load(Ordering::Relaxed));
        if tries == 0 {
            return Err("nobody tried to sign in meanwhile".into());
        }
        Ok(format!("{reports} reports, {exported} pages of an export, {tries} tries to sign in"))
    }
}

/// Pages, again and again.
async fn look(address: String, session: String, paths: &'static [&'static str], seen: Count) -> Result<(), Failure> {
    for path in paths.iter().cycle() {
        http::page(&address, path, &session).await?;
        seen.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// All conversions from the first page to the last, again and again.
async fn export(address: String, session: String, seen: Count) -> Result<(), Failure> {
    const FIRST: &str = "/partner/conversions";
    let mut path = FIRST.to_owned();
    loop {
        let html = http::page(&address, &path, &session).await?;
        seen.fetch_add(1, Ordering::Relaxed);
        path = link_after(&html, FIRST).unwrap_or_else(|| FIRST.to_owned());
    }
}

/// The address of the page that follows, where the page has a link to it.
fn link_after(html: &str, list: &str) -> Option<String> {
    let (_, link) = html.split_once(&format!("href=\"{list}?after="))?;
    let (cursor, _) = link.split_once('"')?;
    Some(format!("{list}?after={cursor}"))
}

/// Ever new accounts from ever new addresses, so that no limit but that of the hashing holds them back.
async fn try_to_sign_in(address: String, stranger: u64, tries: Count) -> Result<(), Failure> {
    for attempt in 0_u64.. {
        let client = visitors::address((stranger << 32) | attempt);
        let head = format!(
            "POST /rpc/sign_in HTTP/1.1\r\nX-Forwarded-For: {client}\r\nAccept: application/json\r\nContent-Type: \
             application/x-www-form-urlencoded"
        );
        let form = format!("email=stranger-{stranger}-{attempt}@bench.example&password=wrong-password");
        let answer = http::ask(&address, &head, &form).await?;
        if !matches!(answer.status, 401 | 429) {
            return Err(format!("a stranger who tried to sign in was answered {}", answer.status).into());
        }
        tries.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
