//! Lists of clicks: shown to whom they belong, in their order, filtered.

use domain::{ClickFilter, ClickKind, Cursor, ListQuery, OfferStatus, Place};
use store::{Conn, Db, Scope, clicks::NewClick, conversions::NewConversion};

use crate::{
    network::{DAY, NOW, Network, add_offer, add_visit, change, id_at, record, record_sale, sale, visit, visit_at},
    queries::{all, assert_two_pages, by_offer, by_offer_and_status, by_status, by_text, page_after, sorted},
    with_recording,
};

/// The affiliates of the clicks that a list shows, in its order.
async fn names(conn: &mut Conn, scope: Scope, list: ListQuery<ClickFilter>) -> Vec<String> {
    let page = crate::lists::clicks(conn, scope, &list).await.unwrap();
    page.rows.into_iter().map(|row| row.affiliate_name).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partners_and_affiliates_see_their_own_clicks_only_and_an_admin_all() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        add_visit(db, &shop.link).await;
        add_visit(db, &rival.link).await;
        assert_eq!(names(conn, Scope::Partner(shop.partner.id), all()).await, ["Blog"]);
        assert_eq!(names(conn, Scope::Partner(rival.partner.id), all()).await, ["Forum"]);
        assert_eq!(names(conn, Scope::Affiliate(shop.affiliate.id), all()).await, ["Blog"]);
        assert_eq!(names(conn, Scope::Affiliate(rival.affiliate.id), all()).await, ["Forum"]);
        assert_eq!(names(conn, Scope::Network, all()).await, ["Forum", "Blog"]);
        assert!(names(conn, Scope::Partner(shop.partner.id), by_offer(rival.offer)).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clicks_are_sorted_by_age_and_filtered_by_kind_and_offer() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        add_visit(db, &shop.link).await;
        record(db, &[&NewClick { kind: ClickKind::Bot, ..visit(&rival.link) }], &[]).await;
        let unclicked =
            change(db, async |conn: &mut Conn| add_offer(conn, &shop.partner, "Boots", OfferStatus::Active).await);
        let unclicked = unclicked.await;
        assert_eq!(names(conn, Scope::Network, sorted("oldest")).await, ["Blog", "Forum"]);
        assert_eq!(names(conn, Scope::Network, sorted("nonsense")).await, ["Forum", "Blog"]);
        assert_eq!(names(conn, Scope::Network, by_status("human")).await, ["Blog"]);
        assert_eq!(names(conn, Scope::Network, by_status("bot")).await, ["Forum"]);
        assert!(names(conn, Scope::Network, by_status("prefetch")).await.is_empty());
        assert_eq!(names(conn, Scope::Network, by_offer(shop.offer)).await, ["Blog"]);
        assert!(names(conn, Scope::Network, by_offer(unclicked)).await.is_empty());
        let both = by_offer_and_status(shop.offer, "bot");
        assert!(names(conn, Scope::Network, both).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clicks_are_listed_in_pages() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let batch: Vec<_> = (0..51).map(|_| visit(&shop.link)).collect();
        record(db, &batch.iter().collect::<Vec<_>>(), &[]).await;
        let first = crate::lists::clicks(conn, Scope::Network, &all()).await.unwrap();
        let second = crate::lists::clicks(conn, Scope::Network, &page_after(&first)).await.unwrap();
        assert_two_pages(&first, &second);
        assert_eq!(second.rows[0].id, batch[0].id);
        let last = Cursor { key: String::new(), id: batch[0].id.uuid() };
        let beyond = all().at(Place::After(last));
        let beyond = crate::lists::clicks(conn, Scope::Network, &beyond).await.unwrap();
        assert_eq!((beyond.rows, beyond.previous, beyond.next), (Vec::new(), None, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clicks_and_conversions_are_found_by_the_beginning_of_their_ids() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let day = NOW.plus_millis(-DAY);
        let clicks: Vec<_> = [day, NOW].iter().map(|at| visit_at(&shop.link, *at)).collect();
        record(db, &clicks.iter().collect::<Vec<_>>(), &[]).await;
        let sold = NewConversion { id: id_at(day.plus_millis(5_000)), ..sale(&shop.partner, clicks[0].id, "1") };
        record_sale(db, &sold).await;
        let text = clicks[0].id.to_string();
        for searched in [text.as_str(), &text[..12], &text[4..12], &text.to_uppercase(), &format!(" {text} ")] {
            let found = crate::lists::clicks(conn, Scope::Network, &by_text(searched)).await.unwrap().rows;
            assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [clicks[0].id], "{searched}");
            let found = crate::lists::conversions(conn, Scope::Network, &by_text(searched)).await.unwrap().rows;
            assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [sold.id], "{searched}");
        }
        let text = sold.id.to_string();
        let found = crate::lists::conversions(conn, Scope::Network, &by_text(&text[..12])).await.unwrap().rows;
        assert_eq!(found.len(), 1);
        for nothing in ["clk_01h455vb", "shoes", "clk_", &text] {
            let found = crate::lists::clicks(conn, Scope::Network, &by_text(nothing)).await.unwrap().rows;
            assert_eq!(found, [], "{nothing}");
        }
    })
    .await;
}
