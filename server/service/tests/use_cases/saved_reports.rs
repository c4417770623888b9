//! Reports that somebody keeps.

use domain::{
    AppError,
    report::{ReportPlace, ReportQuery, ZoneName},
};
use service::Session;

use crate::network::Site;

fn asked(address: &str) -> ReportQuery {
    ReportQuery::from_address(address)
}

#[tokio::test]
async fn what_is_kept_is_what_is_asked_and_not_the_page() {
    let site = Site::open().await;
    let reader = Session::Partner(site.partner.clone());
    let address = "by=offer&range=7d&f.country=DE&sort=-clicks&page=3&open=off_1";
    site.service.save_report(&reader, " Germany ", asked(address)).await.unwrap();
    let saved = site.service.list_saved_reports(&reader).await.unwrap();
    assert_eq!((saved.len(), saved[0].name.as_str()), (1, "Germany"));
    assert_eq!(saved[0].address, "by=offer&range=7d&f.country=DE&sort=-clicks");
    let refused = site.service.save_report(&reader, "  ", asked("by=offer")).await.unwrap_err();
    assert_eq!(refused.http_status(), 422);
    let long = format!("f.browser={}", vec!["x".repeat(100); 90].join(","));
    assert_eq!(site.service.save_report(&reader, "Long", asked(&long)).await.unwrap_err().http_status(), 422);
    site.close().await;
}

#[tokio::test]
async fn fifty_can_be_kept_and_changed() {
    let site = Site::open().await;
    let reader = Session::Affiliate(site.affiliate.clone());
    for number in 0..50 {
        site.service.save_report(&reader, &format!("Report {number}"), asked("by=offer")).await.unwrap();
    }
    let refused = site.service.save_report(&reader, "One more", asked("by=offer")).await.unwrap_err();
    assert!(matches!(refused, AppError::Invalid { fields } if fields[0].message.contains("50 can be kept")));
    site.service.save_report(&reader, "Report 7", asked("by=link")).await.unwrap();
    site.close().await;
}

#[tokio::test]
async fn the_report_on_a_first_screen_is_counted_like_any_other() {
    let site = Site::open().await;
    let (offer, slug, _) = site.live_link().await;
    site.visit(&slug).await;
    let (reader, zone) = (Session::Partner(site.partner.clone()), ZoneName::default());
    assert!(site.service.pinned_report(&reader, &zone).await.unwrap().is_none());
    site.service.save_report(&reader, "Offers", asked("by=offer&range=today")).await.unwrap();
    let id = site.service.list_saved_reports(&reader).await.unwrap()[0].id;
    site.service.choose_saved_report(&reader, ReportPlace::Pinned, Some(id)).await.unwrap();
    let (saved, report) = site.service.pinned_report(&reader, &zone).await.unwrap().unwrap();
    assert_eq!((saved.name.as_str(), report.rows.len(), report.total.clicks()), ("Offers", 1, 1));
    assert_eq!(report.rows[0].key, offer.to_string());
    // What can't be counted any more is left out, and the screen is there.
    site.service.save_report(&reader, "Offers", asked("by=offer&tz=Mars/Base")).await.unwrap();
    assert!(site.service.pinned_report(&reader, &zone).await.unwrap().is_none());
    let unknown = domain::ReportId::parse("rep_01h455vb4pex5vsknk084sn02q").unwrap();
    let refused = site.service.choose_saved_report(&reader, ReportPlace::Pinned, Some(unknown)).await.unwrap_err();
    assert_eq!(refused, AppError::NotFound);
    assert!(site.service.list_saved_reports(&reader).await.unwrap()[0].is_pinned, "and nothing was changed");
    site.close().await;
}
