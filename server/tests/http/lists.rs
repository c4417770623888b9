//! "Lists page, sort and filter by the URL", by plain links.

use std::collections::BTreeSet;

use domain::ClickId;

use super::browser::Browser;
use crate::support::{App, PASSWORD, Response, on_both};

/// The clicks that a page shows.
fn clicks(page: &Response) -> BTreeSet<ClickId> {
    let html = page.text();
    html.match_indices("clk_").filter_map(|(at, _)| ClickId::parse(html.get(at..at + 30)?).ok()).collect()
}

/// Where a link leads, by its text.
fn link(page: &Response, text: &str) -> Option<String> {
    // A comment marks where a text ends that the browser may change.
    let html = page.text().replace("<!>", "").replace("<!---->", "");
    let (before, _) = html.split_once(&format!(">{text}</a>"))?;
    let (_, href) = before.rsplit_once("href=\"")?;
    let (href, _) = href.split_once('"')?;
    Some(href.replace("&amp;", "&"))
}

/// The page behind a link.
async fn follow(browser: &Browser, app: &App, page: &Response, text: &str) -> Response {
    let href = link(page, text).unwrap_or_else(|| panic!("there is no link {text:?}"));
    let page = browser.open(app, &href).await;
    assert_eq!(page.status, 200, "{href}");
    page
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_clicks_between_two_pages_put_no_row_on_both_and_keep_none_from_either() {
    on_both(|app| async move {
        let net = app.network().await;
        let click = async || ClickId::parse(&app.click(&net.slug).await).unwrap();
        let mut made = BTreeSet::new();
        for _ in 0..60 {
            made.insert(click().await);
        }
        let mut browser = Browser::default();
        browser.sign_in(&app, "partner@test.example", PASSWORD).await;
        let first = browser.open(&app, "/partner/clicks").await;
        assert_eq!((clicks(&first).len(), link(&first, "First"), link(&first, "Previous")), (50, None, None));
        let new = BTreeSet::from([click().await, click().await, click().await]);

        let second = follow(&browser, &app, &first, "Next").await;
        assert!(clicks(&first).is_disjoint(&clicks(&second)));
        assert_eq!(&clicks(&first) | &clicks(&second), made);
        assert_eq!(link(&second, "Next"), None);
        let back = follow(&browser, &app, &second, "Previous").await;
        assert_eq!(clicks(&back), clicks(&first));
        let newest = follow(&browser, &app, &back, "Previous").await;
        assert_eq!((clicks(&newest), link(&newest, "Previous")), (new.clone(), None));
        assert_eq!(clicks(&follow(&browser, &app, &newest, "Next").await), clicks(&first));

        let start = follow(&browser, &app, &second, "First").await;
        assert!(clicks(&start).len() == 50 && clicks(&start).is_superset(&new));
        // As addresses were before.
        assert_eq!(clicks(&browser.open(&app, "/partner/clicks?page=2").await), clicks(&start));
        let nonsense = "/partner/clicks?after=%00~%25&before=clk_1";
        assert_eq!(clicks(&browser.open(&app, nonsense).await), clicks(&start));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_pages_keep_filter_and_order() {
    on_both(|app| async move {
        let net = app.network().await;
        for _ in 0..51 {
            app.click(&net.slug).await;
        }
        let mut browser = Browser::default();
        browser.sign_in(&app, "partner@test.example", PASSWORD).await;
        let asked = format!("/partner/clicks?sort=oldest&offer={}", net.offer);
        let first = browser.open(&app, &asked).await;
        let next = link(&first, "Next").unwrap();
        let oldest = clicks(&first);
        assert!(next.starts_with("/partner/clicks?after=") && next.ends_with("&sort=oldest"), "{next}");
        assert!(next.contains(&format!("&offer={}&", net.offer)), "{next}");
        let second = follow(&browser, &app, &first, "Next").await;
        assert!(clicks(&second).len() == 1 && clicks(&second).first() > oldest.last());
        // What lies behind the end says so, and where the list is.
        let beyond = next.replacen("after=0", "after=f", 1);
        let beyond = browser.open(&app, &beyond).await;
        assert!(beyond.text().contains("This page doesn't exist"), "{}", beyond.text());
        assert_eq!(
            link(&beyond, "Go to the first page").unwrap(),
            format!("/partner/clicks?offer={}&sort=oldest", net.offer)
        );
    })
    .await;
}
