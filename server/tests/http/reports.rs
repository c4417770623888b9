//! Reports: the page reads without scripts, and the file has all that the page shows.

use super::{browser::Browser, encoded};
use crate::support::{App, PASSWORD, on_both};

async fn sign_in(app: &App, email: &str) -> Browser {
    let mut browser = Browser::default();
    browser.sign_in(app, email, PASSWORD).await;
    browser
}

/// Follows a link with a browser.
async fn visit(app: &App, slug: &str) -> String {
    let headers = [("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0")];
    let response = app.request("GET", &format!("/t/{slug}"), &headers, b"").await;
    let (_, click) = response.header("location").unwrap().split_once("click_id=").unwrap();
    click.split('&').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_is_an_address_that_is_read_without_scripts() {
    on_both(|app| async move {
        let net = app.network().await;
        let click = visit(&app, &net.slug).await;
        visit(&app, &net.slug).await;
        let sale = format!("/api/postback?click_id={click}&amount=1234.5&commission=10&currency=EUR&transaction_id=1");
        let key = [("X-API-Key", net.partner.key.as_str())];
        assert_eq!(app.request("GET", &sale, &key, b"").await.status, 200);
        let partner = sign_in(&app, "partner@test.example").await;
        let page = partner.open(&app, "/partner/reports?by=affiliate&tz=Europe/Berlin&compare=previous").await;
        let html = page.text();
        assert_eq!(page.status, 200);
        for told in ["Europe/Berlin time", "1,234.50 EUR", "Total of 1 row", "10.00 EUR", "compared with"] {
            assert!(html.contains(told), "{told} in {html}");
        }
        let one = partner.open(&app, "/partner/reports?by=day&range=today&f.kind=bot").await.text();
        assert!(one.contains("Click type is"), "what is left out is said");
        let empty = partner.open(&app, "/partner/reports?by=offer&f.kind=prefetch").await.text();
        assert!(empty.contains("Nothing matches"), "{empty}");
        let wrong = partner.open(&app, "/partner/reports?tz=Mars/Base").await;
        assert_eq!(wrong.status, 422);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_has_what_the_report_shows() {
    on_both(|app| async move {
        let net = app.network().await;
        let click = visit(&app, &net.slug).await;
        let sale = format!("/api/postback?click_id={click}&amount=1234.5&commission=10&currency=EUR&transaction_id=1");
        app.request("GET", &sale, &[("X-API-Key", net.partner.key.as_str())], b"").await;
        let partner = sign_in(&app, "partner@test.example").await;
        let file = partner.open(&app, "/partner/reports.csv?by=offer").await;
        assert_eq!((file.status, file.header("content-type")), (200, Some("text/csv; charset=utf-8")));
        assert!(file.header("content-disposition").unwrap().starts_with("attachment; filename=\"report-by-offer-"));
        let text = file.text();
        let (head, rows) = text.split_once("\r\n").unwrap();
        assert_eq!(
            head,
            "offer_id,offer,clicks,human_clicks,bots,prefetches,unique_visitors,conversions,approved,pending,rejected,cr,amount_EUR,\
             amount_approved_EUR,amount_pending_EUR,commission_EUR,earnings_EUR,commission_pending_EUR,epc_EUR"
        );
        assert!(rows.starts_with(&net.offer.to_string()), "{rows}");
        assert!(rows.ends_with(",1,1,0,0,0,1,1,0,0,100.0,1234.50,1234.50,0.00,10.00,10.00,0.00,10.00\r\n"), "{rows}");
        let marked = partner.open(&app, "/partner/reports.csv?by=offer&bom=1").await;
        assert!(marked.text().starts_with('\u{feff}'));
        let affiliate = sign_in(&app, "affiliate@test.example").await;
        let own = affiliate.open(&app, "/affiliate/reports.csv?by=offer").await;
        assert_eq!((own.status, own.text().lines().count()), (200, 2));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_takes_along_what_is_not_theirs() {
    on_both(|app| async move {
        app.network().await;
        let partner = sign_in(&app, "partner@test.example").await;
        assert_eq!(partner.open(&app, "/admin/reports.csv").await.status, 404);
        assert_eq!(partner.open(&app, "/affiliate/reports.csv").await.status, 404);
        let refused = partner.open(&app, "/partner/reports.csv?by=partner").await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("by: can't be “partner” here"), "{}", refused.text());
        let nobody = Browser::default().open(&app, "/partner/reports.csv?by=day").await;
        let next = encoded("/partner/reports.csv?by=day");
        assert_eq!((nobody.status, nobody.header("location")), (303, Some(format!("/signin?next={next}").as_str())));
    })
    .await;
}
