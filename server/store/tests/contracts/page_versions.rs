//! What open pages watch: it changes with whatever somebody may see, and with nothing else.

use domain::{Action, ActivityId, Actor, Day};
use store::{
    Conn, Db, Scope,
    activity::{NewActivity, insert_activity},
    conversions::NewConversion,
    versions::{Version, read_versions},
};

use crate::{
    network::{NOW, Network, change, new_id, record, record_sale, sale, visit, visit_at},
    with_recording,
};

const DAY: i64 = 86_400_000;

/// Clicks and conversions of each scope.
async fn counts(conn: &mut Conn, scopes: &[Scope], first: Day, last: Day) -> Vec<(i64, i64)> {
    let versions = read_versions(conn, scopes, first, last).await.unwrap();
    versions.into_iter().map(|version| (version.clicks, version.conversions)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_version_changes_with_every_click_and_conversion_of_the_scope() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let scopes = [
            Scope::Partner(shop.partner.id),
            Scope::Partner(rival.partner.id),
            Scope::Network,
            Scope::Affiliate(rival.affiliate.id),
            Scope::Affiliate(shop.affiliate.id),
        ];
        let click = visit(&shop.link);
        for (wanted, of_others) in [((0, 0), (0, 0)), ((1, 0), (0, 0)), ((1, 1), (0, 0))] {
            match wanted {
                (1, 0) => drop(record(db, &[&click], &[]).await),
                (1, 1) => record_sale(db, &sale(&shop.partner, click.id, "order-1")).await,
                _ => {}
            }
            let found = counts(conn, &scopes, NOW.day(), NOW.day()).await;
            assert_eq!(found, [wanted, of_others, wanted, of_others, wanted]);
        }
        assert!(counts(conn, &[], NOW.day(), NOW.day()).await.is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_version_leaves_out_the_days_before_the_one_asked_for() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let (today, tomorrow) = (NOW.day(), NOW.day().minus_days(-1));
        let moments = [today.start().plus_millis(-1), today.start(), NOW, today.start().plus_millis(DAY)];
        let batch = moments.map(|at| visit_at(&shop.link, at));
        let orders = [0, 1].map(|n: usize| NewConversion { at: moments[n], ..sale(&shop.partner, batch[n].id, "1") });
        record(db, &batch.each_ref(), &orders.each_ref()).await;
        let scopes = [Scope::Partner(shop.partner.id), Scope::Affiliate(shop.affiliate.id), Scope::Network];
        for (since, wanted) in [(-1, (1, 0)), (0, (3, 1)), (1, (4, 2)), (400, (4, 2))] {
            let found = counts(conn, &scopes, today.minus_days(since), tomorrow).await;
            assert_eq!(found, [wanted; 3], "since {since} days ago");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_version_changes_with_what_is_done() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let scopes = [
            Scope::Partner(shop.partner.id),
            Scope::Affiliate(shop.affiliate.id),
            Scope::Network,
            Scope::Partner(rival.partner.id),
        ];
        let newest = async |conn: &mut Conn| -> Vec<Option<ActivityId>> {
            let versions = read_versions(conn, &scopes, NOW.day(), NOW.day()).await.unwrap();
            versions.into_iter().map(|version| version.newest_entry).collect()
        };
        assert_eq!(newest(conn).await, [None; 4]);
        let entry = |partner, affiliate| NewActivity {
            id: new_id(),
            actor: Actor::Operator,
            action: Action::ApplicationCreated,
            subject_id: "off_1".to_owned(),
            subject: "Shoes".to_owned(),
            changes: Vec::new(),
            partner,
            affiliate,
            account: None,
        };
        let of_both = entry(Some(shop.partner.id), Some(shop.affiliate.id));
        let of_partner = entry(Some(shop.partner.id), None);
        change(db, async |conn: &mut Conn| insert_activity(conn, &of_both).await.unwrap()).await;
        assert_eq!(newest(conn).await, [Some(of_both.id), Some(of_both.id), Some(of_both.id), None]);
        change(db, async |conn: &mut Conn| insert_activity(conn, &of_partner).await.unwrap()).await;
        assert_eq!(newest(conn).await, [Some(of_partner.id), Some(of_both.id), Some(of_partner.id), None]);
    })
    .await;
}

#[test]
fn a_version_can_stand_in_an_address() {
    let version = Version { first_day: Day::from_number(20_782), clicks: 5, conversions: 0, newest_entry: None };
    assert_eq!(version.to_string(), "20782.5.0.");
    let entry: ActivityId = new_id();
    assert_eq!(Version { newest_entry: Some(entry), ..version }.to_string(), format!("20782.5.0.{entry}"));
}
