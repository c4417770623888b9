//! Names, texts and the brand are text on every page, whatever they hold.

use domain::{OfferInput, Role};
use service::Session;

use super::browser::Browser;
use crate::support::{App, on_both_with};

/// Ends the elements whose content isn't parsed as HTML, and begins one that sends the reader away.
const MARKUP: &str = "</title></script></textarea><meta http-equiv=refresh content=\"0;url=//evil.example/\">";

/// The page as HTML, after making sure that none of it comes from [`MARKUP`].
async fn assert_is_text(app: &App, browser: &Browser, page: &str, status: u16) -> String {
    let response = browser.open(app, page).await;
    let html = response.text();
    assert_eq!(response.status, status, "{page}");
    assert!(!html.contains("<meta http-equiv=refresh"), "{page}: {html}");
    let head = html.split("<body").next().unwrap_or_default();
    assert_eq!(head.matches("</title>").count(), 1, "{page}: {head}");
    html
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn markup_in_a_name_is_text_on_every_page_and_in_its_title() {
    on_both_with(
        |settings| MARKUP.clone_into(&mut settings.site_name),
        |app| async move {
            let service = &app.service;
            let (partner, partner_cookie) = app.person(Role::Partner, "partner@test.example").await;
            let (affiliate, affiliate_cookie) = app.person(Role::Affiliate, "affiliate@test.example").await;
            let (admin, admin_cookie) = app.person(Role::Admin, "admin@test.example").await;
            for session in [&partner, &affiliate, &admin] {
                service.change_name(session, MARKUP).await.unwrap();
            }
            let (Session::Partner(partner), Session::Affiliate(affiliate), Session::Admin(admin)) =
                (partner, affiliate, admin)
            else {
                unreachable!()
            };
            let input = OfferInput {
                name: MARKUP.to_owned(),
                description: MARKUP.to_owned(),
                destination: "https://shop.example/".to_owned(),
                commission_terms: MARKUP.to_owned(),
                ..OfferInput::default()
            };
            // One is let out and changed after that; one waits.
            let offer = service.create_offer(&partner, &input).await.unwrap();
            service.approve_offer(&admin, offer, 1).await.unwrap();
            let changed = OfferInput { description: format!("{MARKUP} changed"), ..input.clone() };
            service.edit_offer(&partner, offer, &changed).await.unwrap();
            service.create_offer(&partner, &input).await.unwrap();
            service.apply(&affiliate, offer, MARKUP).await.unwrap();

            let nobody = Browser::default();
            for page in ["/", "/signin", "/signup", "/reset", "/docs/tracking"] {
                assert_is_text(&app, &nobody, page, 200).await;
            }
            assert_is_text(&app, &nobody, "/nowhere", 404).await;
            let of_partner = Browser::with_session(&partner_cookie);
            let own = format!("/partner/offers/{offer}");
            for page in ["/partner", "/partner/offers", "/partner/applications", "/partner/settings", &own] {
                assert_is_text(&app, &of_partner, page, 200).await;
            }
            let of_admin = Browser::with_session(&admin_cookie);
            for page in ["/admin", "/admin/reviews", "/admin/offers", "/admin/links", "/admin/users"] {
                assert_is_text(&app, &of_admin, page, 200).await;
            }
            let of_affiliate = Browser::with_session(&affiliate_cookie);
            for page in ["/affiliate", "/affiliate/marketplace", "/affiliate/offers", "/affiliate/settings"] {
                assert_is_text(&app, &of_affiliate, page, 200).await;
            }
            let page = format!("/affiliate/marketplace/{offer}");
            let html = assert_is_text(&app, &of_affiliate, &page, 200).await;
            let title = "<title>\u{2068}&lt;/title&gt;&lt;/script&gt;&lt;/textarea&gt;&lt;meta http-equiv=refresh";
            assert!(html.contains(title), "{html}");
        },
    )
    .await;
}
