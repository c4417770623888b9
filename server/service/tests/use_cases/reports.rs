//! "One meaning per number": whatever a report is asked, it counts what was recorded.

use std::collections::BTreeMap;

use domain::{
    AppError, Currency, ListQuery, Slug, Total, Words,
    report::{Dimension, Numbers, Report, ReportQuery, ReportRow, ZoneName},
};
use futures::TryStreamExt as _;
use service::{ExportCell, ExportRow, Session};

use crate::network::{DAY, FIREFOX, MINUTE, Site, click_of, input, person, postback};

/// Columns with the one that is told only where it is asked for.
const TIMES: &str = "&metrics=conversions,time_to_convert";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
    Version/18.1 Mobile/15E148 Safari/604.1";
const AGENTS: [&str; 4] = [FIREFOX, IPHONE, "curl/8.5.0", ""];
const REFERERS: [&str; 3] = ["", "https://www.blog.example/a", "https://forum.example/?x=1"];

pub async fn ask(site: &Site, reader: &Session, address: &str) -> Report {
    site.service.report(reader, &ReportQuery::from_address(address), &ZoneName::default()).await.unwrap()
}

/// Two offers, two affiliates, three links; three weeks of visits of all kinds, and sales in two currencies.
pub async fn busy_network() -> Site {
    let site = Site::open().await;
    let Session::Affiliate(other) = person(&site.service, domain::Role::Affiliate, "forum").await else {
        unreachable!()
    };
    let (_, first, _) = site.live_link().await;
    let boots = site.service.create_offer(&site.partner, &input("https://shop.example/boots")).await.unwrap();
    site.service.approve_offer(&site.admin, boots, 1).await.unwrap();
    let mut slugs: Vec<Slug> = vec![first];
    for affiliate in [&site.affiliate, &other] {
        slugs.push(site.service.apply(affiliate, boots, "").await.unwrap());
    }
    for application in site.applications().await.iter().filter(|one| one.status == domain::ApplicationStatus::Pending) {
        let approve = domain::ApplicationDecision::Approve;
        site.service.decide_application(&site.partner, application.id, approve, "").await.unwrap();
    }
    let key = site.key().await;
    let mut random = 7_u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % below
    };
    for number in 0..240 {
        site.wait(i64::try_from(next(240)).unwrap() * MINUTE);
        let (slug, agent, referer) = (&slugs[next(3)], AGENTS[next(4)], REFERERS[next(3)]);
        let click = click_of(&site.visit_from(slug, agent, referer).await);
        if next(3) == 0 {
            site.wait(i64::try_from(next(600)).unwrap() * 1_000);
            let (currency, status) = (["USD", "EUR"][next(2)], ["confirmed", "pending", "rejected", "test"][next(4)]);
            let (amount, order) = (format!("{}.{:02}", 1 + next(500), next(100)), format!("order-{number}"));
            let sale = [
                ("transaction_id", order.as_str()),
                ("currency", currency),
                ("status", status),
                ("amount", amount.as_str()),
                ("commission", "1.25"),
            ];
            assert_eq!(site.service.receive_postback(postback(&key, click, &sale)).await.word(), "recorded");
        }
    }
    site
}

fn sum(rows: &[ReportRow]) -> Numbers {
    rows.iter().fold(Numbers::default(), |mut sum, row| {
        sum.add(&row.numbers);
        sum
    })
}

/// What can be added up.
fn countable(numbers: &Numbers) -> Numbers {
    let mut numbers = Numbers { time_to_convert: None, ..numbers.clone() };
    // A currency without anything says the same as none.
    numbers.money.retain(|_, money| *money != domain::report::Money::default());
    numbers
}

#[tokio::test]
async fn rows_add_up_to_the_total_whatever_they_are_told_apart_by() {
    let site = busy_network().await;
    let admin = Session::Admin(site.admin.clone());
    let total = ask(&site, &admin, "by=day&range=all").await.total;
    assert_eq!((total.clicks(), total.bots > 0, total.conversions() > 30), (240, true, true));
    for dimension in Dimension::ALL {
        let report = ask(&site, &admin, &format!("by={}&range=all", dimension.as_str())).await;
        let mut rows = report.rows;
        for page in 2..=report.row_count.div_ceil(50) {
            rows.extend(ask(&site, &admin, &format!("by={}&range=all&page={page}", dimension.as_str())).await.rows);
        }
        assert_eq!(rows.len(), report.row_count as usize, "{dimension:?}");
        assert_eq!(countable(&sum(&rows)), countable(&report.total), "{dimension:?}");
        if dimension.is_of_conversions() {
            assert_eq!((report.total.clicks(), report.total.conversions()), (0, total.conversions()), "{dimension:?}");
        } else {
            assert_eq!(countable(&report.total), countable(&total), "{dimension:?}");
        }
    }
    site.close().await;
}

#[tokio::test]
async fn a_report_of_one_row_alone_counts_what_the_row_said() {
    let site = busy_network().await;
    let reader = Session::Partner(site.partner.clone());
    for dimension in Dimension::ALL.into_iter().filter(|one| one.is_for(domain::Role::Partner)) {
        let by = dimension.as_str();
        let report = ask(&site, &reader, &format!("by={by}&range=all&sort=-conversions{TIMES}")).await;
        for row in report.rows.iter().take(6) {
            let key: String = url::form_urlencoded::byte_serialize(row.key.as_bytes()).collect();
            let only = ask(&site, &reader, &format!("by={by}&range=all&f.{by}={key}{TIMES}")).await;
            assert_eq!(countable(&only.total), countable(&row.numbers), "{by} {key}");
            assert_eq!(only.total.time_to_convert, row.numbers.time_to_convert, "{by} {key}");
            let mut both = ask(&site, &reader, &format!("by={by}&range=all&x.{by}={key}")).await.total;
            both.add(&row.numbers);
            assert_eq!(countable(&both), countable(&report.total), "{by} {key}");
        }
    }
    site.close().await;
}

#[tokio::test]
async fn what_is_within_a_row_adds_up_to_it() {
    let site = busy_network().await;
    let reader = Session::Partner(site.partner.clone());
    let closed = ask(&site, &reader, "by=affiliate,device&range=all").await;
    assert!(closed.rows.iter().all(|row| row.within.is_empty() && !row.name.is_empty()));
    let one = ask(&site, &reader, &format!("by=affiliate,device&range=all&open={}", closed.rows[0].key)).await;
    assert_eq!(one.rows.iter().map(|row| row.within.is_empty()).collect::<Vec<_>>(), [false, true]);
    let open: Vec<_> = closed.rows.iter().map(|row| row.key.clone()).collect();
    let report = ask(&site, &reader, &format!("by=affiliate,device&range=all&open={}", open.join(","))).await;
    for row in &report.rows {
        assert!(row.within.len() > 1);
        assert_eq!(countable(&sum(&row.within)), countable(&row.numbers), "{}", row.name);
    }
    let lines = ask(&site, &reader, &format!("by=affiliate&range=all&lines={}", open.join(","))).await.series.lines;
    assert_eq!(lines.len(), report.rows.len());
    for (line, row) in lines.iter().zip(&report.rows) {
        let points: i64 = line.points.iter().map(Numbers::clicks).sum();
        assert_eq!((&line.name, points), (&row.name, row.numbers.clicks()));
    }
    site.close().await;
}

#[tokio::test]
async fn days_are_those_of_the_readers_zone() {
    let site = Site::open().await;
    let (_, slug, _) = site.live_link().await;
    // It is 18:20 UTC, and five past midnight in Kathmandu.
    site.visit(&slug).await;
    site.wait(-10 * MINUTE);
    site.visit(&slug).await;
    site.wait(10 * MINUTE);
    let reader = Session::Partner(site.partner.clone());
    let clicks = |report: &Report| {
        let rows = report.rows.iter().filter(|row| row.numbers.clicks() > 0);
        rows.map(|row| (row.key.clone(), row.numbers.clicks())).collect::<BTreeMap<_, _>>()
    };
    let there = ask(&site, &reader, "by=day&range=7d&tz=Asia/Kathmandu").await;
    assert_eq!(there.zone.as_str(), "Asia/Kathmandu");
    assert_eq!(clicks(&there), BTreeMap::from([("2026-11-24".to_owned(), 1), ("2026-11-25".to_owned(), 1)]));
    assert_eq!(clicks(&ask(&site, &reader, "by=day&range=7d").await), BTreeMap::from([("2026-11-24".to_owned(), 2)]));
    let today = ask(&site, &reader, "by=hour&range=today&tz=Asia/Kathmandu").await;
    assert_eq!((today.total.clicks(), today.rows.len()), (1, 24));
    assert_eq!(today.rows[0].key, "2026-11-25T00:00+05:45");
    let own = ZoneName::parse("Asia/Kathmandu").unwrap();
    let own = site.service.report(&reader, &ReportQuery::from_address("by=day&range=today"), &own).await.unwrap();
    assert_eq!(own.total.clicks(), 1, "the reader's own where the address names none");
    site.close().await;
}

#[tokio::test]
async fn conversions_count_at_their_own_time_or_at_their_clicks() {
    let site = Site::open().await;
    let (_, slug, _) = site.live_link().await;
    let (click, key) = (click_of(&site.visit(&slug).await), site.key().await);
    site.wait(3 * DAY + 2_500);
    site.service.receive_postback(postback(&key, click, &[("amount", "10")])).await;
    let reader = Session::Affiliate(site.affiliate.clone());
    let days = |report: &Report| {
        let rows = report.rows.iter().filter(|row| row.numbers.conversions() > 0);
        rows.map(|row| row.key.clone()).collect::<Vec<_>>()
    };
    assert_eq!(days(&ask(&site, &reader, "by=day").await), ["2026-11-27"]);
    let by_click = ask(&site, &reader, &format!("by=day&basis=click{TIMES}")).await;
    assert_eq!(
        (days(&by_click), by_click.total.time_to_convert),
        (vec!["2026-11-24".to_owned()], Some(3 * DAY + 2_500))
    );
    let today = ask(&site, &reader, "by=day&range=today&compare=previous").await;
    assert_eq!((today.total.conversions(), today.total_before.unwrap().conversions()), (1, 0));
    let then = ask(&site, &reader, "by=day&from=2026-11-26&to=2026-11-28&compare=previous").await;
    assert_eq!(then.days_before.unwrap().0.to_string(), "2026-11-23");
    assert_eq!(then.rows[1].before.as_ref().unwrap().clicks(), 1, "what the day at the same place was");
    assert_eq!(then.series.before.iter().map(Numbers::clicks).collect::<Vec<_>>(), [0, 1, 0]);
    site.close().await;
}

#[tokio::test]
async fn currencies_never_share_a_divisor() {
    let site = busy_network().await;
    let admin = Session::Admin(site.admin.clone());
    let offers = ask(&site, &admin, "by=offer&range=all").await;
    let total = &offers.total;
    for code in ["USD", "EUR"] {
        let currency = Currency::parse(code).unwrap();
        let of_offers = offers
            .rows
            .iter()
            .filter(|row| row.numbers.money.get(&currency).is_some_and(|money| money.conversions > 0));
        let clicks: i64 = of_offers.map(|row| row.numbers.human_clicks).sum();
        let money = total.money[&currency];
        assert_eq!((money.human_clicks, money.earnings_per_click()), (clicks, Some(money.earnings.per(clicks))));
        assert!(money.earnings > Total::default());
    }
    site.close().await;
}

#[tokio::test]
async fn nobody_sees_whom_they_may_not_see() {
    let site = busy_network().await;
    let readers = [
        (Session::Affiliate(site.affiliate.clone()), "by=affiliate", "f.affiliate=x"),
        (Session::Affiliate(site.affiliate.clone()), "by=offer,partner", "x.partner=x"),
        (Session::Partner(site.partner.clone()), "by=partner", "f.partner=x"),
    ];
    for (reader, by, condition) in readers {
        for address in [by, condition] {
            let refused = site.service.report(&reader, &ReportQuery::from_address(address), &ZoneName::default()).await;
            assert!(matches!(refused, Err(AppError::Invalid { .. })), "{address}");
        }
    }
    let rival = ask(&site, &Session::Partner(site.rival.clone()), "by=offer&range=all").await;
    assert_eq!((rival.rows, rival.total), (vec![], Numbers::default()));
    let mine = ask(&site, &Session::Affiliate(site.affiliate.clone()), "by=link&range=all").await;
    assert_eq!(mine.rows.len(), 2, "of three links in the network");
    site.close().await;
}

#[tokio::test]
async fn lists_and_their_files_show_what_a_report_counts() {
    let site = busy_network().await;
    let utc = ZoneName::default();
    let readers = [
        Session::Partner(site.partner.clone()),
        Session::Affiliate(site.affiliate.clone()),
        Session::Admin(site.admin.clone()),
    ];
    for reader in &readers {
        for asked in
            ["range=all", "range=7d&tz=Asia/Kathmandu", "range=all&x.device=phone", "range=all&f.hour_of_day=03,11"]
        {
            let report = ask(&site, reader, &format!("by=browser&{asked}")).await;
            let words = Words::parse(asked);
            let clicks = site.service.export_clicks(reader, &ListQuery::from_words(&words), &utc).await.unwrap();
            let sold = site.service.export_conversions(reader, &ListQuery::from_words(&words), &utc).await.unwrap();
            let (columns, clicks): (_, Vec<ExportRow>) = (clicks.columns, clicks.rows.try_concat().await.unwrap());
            let sold: Vec<ExportRow> = sold.rows.try_concat().await.unwrap();
            let counted = (report.total.clicks(), report.total.conversions());
            assert_eq!((clicks.len() as i64, sold.len() as i64), counted, "{asked} {reader:?}");
            assert!(clicks.iter().all(|row| row.len() == columns.len()));
            let listed = site.service.list_clicks(reader, &ListQuery::from_words(&words), &utc).await.unwrap();
            assert_eq!(listed.page.rows.len() as i64, counted.0.min(50), "{asked}");
        }
    }
    let foreign = Words::parse("f.partner=par_1");
    let refused = site.service.list_clicks(&readers[1], &ListQuery::from_words(&foreign), &utc).await;
    assert!(matches!(refused, Err(AppError::Invalid { .. })));
    site.close().await;
}

#[tokio::test]
async fn an_export_is_what_the_report_shows() {
    let site = busy_network().await;
    let reader = Session::Partner(site.partner.clone());
    let query = ReportQuery::from_address("by=offer,device&range=all&sort=name&open=nobody");
    let export = site.service.export_report(&reader, &query, &ZoneName::default()).await.unwrap();
    assert_eq!(export.columns[..6], ["offer_id", "offer", "device", "clicks", "human_clicks", "bots"]);
    let (columns, rows): (_, Vec<ExportRow>) = (export.columns.clone(), export.rows.try_concat().await.unwrap());
    let shown = ask(&site, &reader, "by=offer&range=all").await;
    let place = |name: &str| columns.iter().position(|column| column == name).unwrap();
    let sum_of = |name: &str| -> i64 {
        let numbers = rows.iter().map(|row| match &row[place(name)] {
            ExportCell::Number(number) => number.parse::<i64>().unwrap(),
            cell => panic!("{cell:?}"),
        });
        numbers.sum()
    };
    assert_eq!((sum_of("clicks"), sum_of("conversions")), (shown.total.clicks(), shown.total.conversions()));
    assert!(rows.iter().all(|row| row.len() == columns.len()));
    let euros = columns.iter().filter(|column| column.ends_with("_EUR")).count();
    assert_eq!(euros, 7);
    site.close().await;
}

#[tokio::test]
async fn a_zone_that_does_not_exist_is_refused_by_name() {
    let site = Site::open().await;
    let reader = Session::Partner(site.partner.clone());
    let query = ReportQuery::from_address("tz=Mars/Base");
    let Err(AppError::Invalid { fields }) = site.service.report(&reader, &query, &ZoneName::default()).await else {
        panic!("taken")
    };
    assert_eq!(fields[0].field, "tz");
    site.close().await;
}
