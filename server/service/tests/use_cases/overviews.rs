//! First screens say what reports say.

use domain::report::{Dimension, Metric, Overview, ReportQuery, ZoneName};
use service::Session;

use crate::{
    network::{DAY, MINUTE, Site},
    reports::{ask, busy_network},
};

pub async fn overview(site: &Site, reader: &Session, address: &str) -> Overview {
    site.service.overview(reader, &ReportQuery::from_address(address), &ZoneName::default()).await.unwrap()
}

fn readers(site: &Site) -> [Session; 3] {
    [
        Session::Partner(site.partner.clone()),
        Session::Affiliate(site.affiliate.clone()),
        Session::Admin(site.admin.clone()),
    ]
}

#[tokio::test]
async fn a_first_screen_shows_the_numbers_of_the_report() {
    let site = busy_network().await;
    // Asked again some hours later, when some days are known already and others have begun.
    for wait in [0, 5, 24] {
        site.wait(wait * 60 * MINUTE);
        for reader in readers(&site) {
            for asked in [
                "range=30d",
                "range=7d&tz=Asia/Kathmandu",
                "range=today&tz=America/Los_Angeles",
                "range=all&compare=year",
            ] {
                for chart in ["clicks", "conversions", "cr", "earnings", "epc"] {
                    let days = asked.trim_end_matches("&compare=year");
                    let address = format!("{asked}&chart={chart}");
                    let Overview { report, best, has_history } = overview(&site, &reader, &address).await;
                    let compared =
                        if asked.contains("compare") { address.clone() } else { format!("{address}&compare=previous") };
                    let whole = ask(&site, &reader, &format!("{compared}&by=day")).await;
                    assert!(has_history);
                    assert_eq!((&report.total, &report.total_before), (&whole.total, &whole.total_before), "{address}");
                    assert_eq!((&report.series, &report.currencies), (&whole.series, &whole.currencies), "{address}");
                    assert_eq!(
                        (report.days, report.days_before, &report.zone),
                        (whole.days, whole.days_before, &whole.zone)
                    );
                    let metric = Metric::parse(chart).unwrap().ranking();
                    let dimensions: Vec<_> = best.iter().map(|one| one.dimension).collect();
                    assert_eq!(dimensions.contains(&Dimension::Affiliate), !matches!(reader, Session::Affiliate(_)));
                    for list in best {
                        let by = list.dimension.as_str();
                        let rows = ask(&site, &reader, &format!("{days}&by={by}&sort=-{}", metric.as_str())).await.rows;
                        let is_some = |row: &&domain::report::ReportRow| {
                            metric.of(&row.numbers, report.currencies.first()).is_some_and(|value| value.is_positive())
                        };
                        let first: Vec<_> = rows.iter().filter(is_some).take(5).cloned().collect();
                        assert_eq!(list.rows, first, "{address} {by}");
                    }
                }
            }
        }
    }
    site.close().await;
}

#[tokio::test]
async fn before_the_first_click_there_is_no_history() {
    let site = Site::open().await;
    for reader in readers(&site) {
        let Overview { report, best, has_history } = overview(&site, &reader, "range=all").await;
        assert!(!has_history && report.currencies.is_empty());
        assert_eq!((report.total.clicks(), report.total.conversions()), (0, 0));
        assert!(best.iter().all(|list| list.rows.is_empty()));
    }
    let (_, slug, _) = site.live_link().await;
    site.visit(&slug).await;
    site.wait(60 * DAY);
    let later = overview(&site, &Session::Partner(site.partner.clone()), "range=7d").await;
    assert!(later.has_history, "whatever the period");
    assert_eq!(later.report.total.clicks(), 0);
    site.close().await;
}
