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
        assert!(empty.contains("No matches"), "{empty}");
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

/// The addresses of a page that begin so.
fn links(html: &str, start: &str) -> Vec<String> {
    let all = html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter(|href| href.starts_with(start)).map(|href| href.replace("&amp;", "&")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_leads_to_the_rows_that_it_counts() {
    on_both(|app| async move {
        let net = app.network().await;
        let click = visit(&app, &net.slug).await;
        visit(&app, &net.slug).await;
        let sale =
            format!("/api/postback?click_id={click}&amount=1234.5&status=pending&currency=EUR&transaction_id==1");
        app.request("GET", &sale, &[("X-API-Key", net.partner.key.as_str())], b"").await;
        let partner = sign_in(&app, "partner@test.example").await;
        let html = partner
            .open(&app, "/partner/reports?by=device&range=today&tz=Europe/Berlin&metrics=clicks&metrics=pending")
            .await;
        let html = html.text();
        let (clicks, sold) = (links(&html, "/partner/clicks?"), links(&html, "/partner/conversions?"));
        assert_eq!((clicks.len(), sold.len()), (2, 2), "of a row and of the total: {html}");
        let page = partner.open(&app, &clicks[0]).await;
        let html = page.text();
        assert_eq!(page.status, 200);
        for told in ["Europe/Berlin time", "Device is", "Remove: Device is"] {
            assert!(html.contains(told), "{told} in {html}");
        }
        assert_eq!(links(&html, "/partner/clicks/clk_").len(), 2);
        let file = partner.open(&app, &clicks[0].replace("/clicks?", "/clicks.csv?")).await.text();
        assert!(
            file.starts_with(
                "click_id,time,slug,offer_id,offer,affiliate_id,affiliate,kind,country,device,os,browser,"
            )
        );
        assert_eq!(file.lines().count(), 3, "{file}");
        assert!(file.contains("127.0.0.1"), "{file}");
        let file = partner.open(&app, &sold[0].replace("/conversions?", "/conversions.csv?")).await.text();
        let (head, rows) = file.split_once("\r\n").unwrap();
        assert_eq!(
            head,
            "conversion_id,time,click_id,click_time,transaction_id,offer_id,offer,affiliate_id,affiliate,status,state,\
             counts_toward_earnings,amount,commission,currency,country,device"
        );
        assert!(rows.contains(",'=1,") && rows.contains(",pending,pending,no,1234.50,0.00,EUR,"), "{rows}");
        let conversion = links(&partner.open(&app, &sold[0]).await.text(), "/partner/conversions/cnv_").remove(0);
        let detail = partner.open(&app, &conversion).await.text();
        for told in ["=1", "1,234.50", click.as_str(), "Pending, so it doesn't earn"] {
            assert!(detail.contains(told), "{told} in {detail}");
        }
        let detail = partner.open(&app, &format!("/partner/clicks/{click}")).await.text();
        assert!(detail.contains(&conversion) && detail.contains(">IP address<"), "{detail}");
        // An affiliate sees neither orders nor addresses.
        let affiliate = sign_in(&app, "affiliate@test.example").await;
        let file = affiliate.open(&app, "/affiliate/conversions.csv").await.text();
        assert!(!file.contains("transaction_id") && !file.contains("=1"), "{file}");
        let file = affiliate.open(&app, "/affiliate/clicks.csv").await.text();
        assert!(!file.contains("127.0.0.1") && file.lines().count() == 3, "{file}");
        let detail = affiliate.open(&app, &conversion.replace("/partner/", "/affiliate/")).await.text();
        assert!(detail.contains("1,234.50") && !detail.contains("=1<") && !detail.contains(">IP address<"), "{detail}");
        let stranger = Browser::default().open(&app, "/partner/clicks.csv").await;
        assert_eq!(stranger.status, 303);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_list_has_a_file_of_all_its_rows() {
    on_both(|app| async move {
        let net = app.network().await;
        for number in 0..50 {
            let input = domain::OfferInput {
                name: format!("Offer {number}, \"quoted\""),
                destination: "https://shop.example/".to_owned(),
                ..domain::OfferInput::default()
            };
            app.service.create_offer(&net.partner.session, &input).await.unwrap();
        }
        let (_, admin) = app.person(domain::Role::Admin, "ad@test.example").await;
        let people = [
            ("partner", sign_in(&app, "partner@test.example").await),
            ("affiliate", sign_in(&app, "affiliate@test.example").await),
            ("admin", Browser::with_session(&admin)),
        ];
        for (file, head, rows) in [
            ("partner/offers", "offer_id,offer,partner_id,partner,status,destination,", [51, 0, 0]),
            ("partner/offers", "offer_id,", [51, 0, 0]),
            (
                "affiliate/offers",
                "link_id,slug,offer_id,offer,partner,application_status,offer_status,live,",
                [0, 1, 0],
            ),
            ("admin/offers", "offer_id,", [0, 0, 51]),
            (
                "partner/applications",
                "application_id,slug,offer_id,offer,affiliate_id,affiliate,status,created,",
                [1, 0, 0],
            ),
            ("admin/links", "application_id,", [0, 0, 1]),
            ("admin/users", "user_id,role,name,email,created,suspended", [0, 0, 5]),
            ("partner/users", "", [0; 3]),
            ("partner/links", "", [0; 3]),
            ("affiliate/applications", "", [0; 3]),
        ] {
            for ((role, browser), rows) in people.iter().zip(rows) {
                let answer = browser.open(&app, &format!("/{file}.csv")).await;
                if rows == 0 {
                    assert_eq!(answer.status, 404, "{file} of {role}");
                } else {
                    let text = answer.text();
                    assert!(text.starts_with(head), "{text}");
                    assert_eq!((answer.status, text.lines().count()), (200, rows + 1), "{file} of {role}");
                }
            }
        }
        let (_, partner) = &people[0];
        let found = partner.open(&app, "/partner/offers.csv?text=Offer+49").await.text();
        assert!(found.lines().count() == 2 && found.contains(",\"Offer 49, \"\"quoted\"\"\","), "{found}");
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
