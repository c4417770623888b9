//! A month of clicks and conversions, recorded by the same use cases as real ones.

use std::net::IpAddr;

use domain::{
    AppError, Country, Referer, Slug, Timestamp, UserAgent,
    postback::{Parameters, Postback},
};
use futures::future::join_all;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use service::{ClickRequest, Clock, PostbackOutcome, Service, TrackOutcome};

use super::{
    DAY_MILLIS, DAYS, LinkRow, PartnerRow,
    cast::{APPLICATIONS, OFFERS},
    progress,
};

/// The same month every time.
const SEED: u64 = 2026;
/// Times of a day at which clicks come, in minutes.
const SLOTS: [i64; 6] = [8 * 60, 11 * 60 + 20, 13 * 60 + 5, 17 * 60 + 45, 20 * 60 + 10, 22 * 60 + 30];
const AGENTS: [&str; 8] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Mobile Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0",
    "Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPad; CPU OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Version/19.1 Mobile Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.1 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/23B80 Instagram 400.0.0.20.80",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
];
/// Where visitors are from: most of them from the first.
const COUNTRIES: [&str; 12] = ["DE", "DE", "DE", "AT", "AT", "CH", "US", "US", "GB", "FR", "NL", "BR"];
const REFERERS: [&str; 4] =
    ["", "https://beans.example/best-espresso-2026", "https://news.example/letter/42", "https://search.example/"];
const STATUSES: [&str; 8] =
    ["confirmed", "confirmed", "confirmed", "approved", "paid", "pending", "pending", "rejected"];

struct Sale {
    link: usize,
    click_id: String,
}

/// The country of a made-up visitor's address, which is nobody's; of some it isn't known.
pub(super) fn country_of(address: IpAddr) -> Option<Country> {
    let IpAddr::V4(address) = address else { return None };
    let host = usize::from(address.octets()[3]);
    COUNTRIES.get(host % (COUNTRIES.len() + 1)).and_then(|country| Country::parse(country).ok())
}

/// Lets visitors come and buy, slot by slot, on every link that is approved.
pub(super) async fn write(
    service: &Service,
    clock: &Clock,
    now: Timestamp,
    partners: &[PartnerRow],
    links: &[LinkRow],
) -> Result<(), AppError> {
    let mut random = StdRng::seed_from_u64(SEED);
    let today = now.day();
    for ago in (0..DAYS).rev() {
        if ago % 10 == 9 {
            progress(&format!("history, {} days to go", ago + 1));
        }
        for minutes in SLOTS {
            let moment = today.start().plus_millis(-ago * DAY_MILLIS + minutes * 60_000);
            if moment >= now {
                continue;
            }
            clock.set(moment);
            let sales = visits(service, &mut random, links).await?;
            clock.set(moment.plus_millis(7 * 60_000).min(now));
            postbacks(service, &mut random, partners, links, sales).await?;
        }
    }
    Ok(())
}

async fn visits(service: &Service, random: &mut StdRng, links: &[LinkRow]) -> Result<Vec<Sale>, AppError> {
    let mut asked = Vec::new();
    for (place, link) in links.iter().enumerate() {
        let Ok(slug) = Slug::parse(&link.slug) else { continue };
        // The first links are the busiest, as ever.
        let most = 6_usize.saturating_sub(place / 3).max(1);
        for _ in 0..random.random_range(0..=most) {
            let host: u8 = random.random_range(1..=254);
            let agent = AGENTS[random.random_range(0..AGENTS.len())];
            let referer = REFERERS[random.random_range(0..REFERERS.len())];
            let buys = random.random_range(0..12) == 0;
            let visit = ClickRequest {
                slug: slug.clone(),
                ip: format!("198.51.100.{host}"),
                user_agent: UserAgent::from_header(agent.as_bytes()),
                referer: Referer::from_header(referer.as_bytes()),
                prefetch: false,
            };
            asked.push(async move { (place, buys, service.track(visit).await) });
        }
    }
    let answers = join_all(asked).await;
    if answers.iter().any(|(_, _, outcome)| *outcome == TrackOutcome::Unavailable) {
        return Err(AppError::Unavailable);
    }
    let sales = answers.into_iter().filter(|(_, buys, _)| *buys).filter_map(|(link, _, outcome)| {
        let TrackOutcome::Redirect(location) = outcome else { return None };
        let click_id = location.split("click_id=").nth(1)?.split('&').next()?.to_owned();
        Some(Sale { link, click_id })
    });
    Ok(sales.collect())
}

async fn postbacks(
    service: &Service,
    random: &mut StdRng,
    partners: &[PartnerRow],
    links: &[LinkRow],
    sales: Vec<Sale>,
) -> Result<(), AppError> {
    let mut asked = Vec::new();
    for sale in sales {
        let offer = &OFFERS[APPLICATIONS[sale.link].offer];
        let cents: i64 = random.random_range(1_900..24_900);
        let decimal = |hundredths: i64| format!("{}.{:02}", hundredths / 100, hundredths % 100);
        let values = [
            ("click_id", sale.click_id),
            ("status", STATUSES[random.random_range(0..STATUSES.len())].to_owned()),
            ("amount", decimal(cents)),
            ("commission", decimal(offer.commission)),
            ("currency", offer.currency.to_owned()),
            ("transaction_id", format!("order-{}", random.random_range(100_000..999_999))),
        ];
        let query = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let key = partners[links[sale.link].partner].api_key.as_str();
        let postback = Postback::read(Some(key), Parameters { query, ..Parameters::default() });
        asked.push(service.receive_postback(postback));
    }
    let answers = join_all(asked).await;
    let all_recorded = answers.iter().all(|outcome| matches!(outcome, PostbackOutcome::Recorded(_)));
    if all_recorded { Ok(()) } else { Err(AppError::Unavailable) }
}
