//! Pages of clicks, read day by day and hour by hour: whatever lies on which day, each click is on one page, in order.

use domain::{ClickFilter, ClickId, ClickKind, Cursor, Day, ListQuery, OfferId, Place, Timestamp};
use store::{Conn, Db, Scope, clicks::NewClick};

use crate::{
    network::{NOW, Network, add_link, add_visit, change, id_at, record, visit, visit_at},
    queries::{all, read_all, sorted},
    with_recording,
};

const KINDS: [ClickKind; 3] = [ClickKind::Human, ClickKind::Bot, ClickKind::Prefetch];
const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600_000;

/// A click, and what it is found by.
struct Placed<'n> {
    click: NewClick,
    of: &'n Network,
    is_of_guest: bool,
}

/// What a list is asked for.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    scope: Scope,
    kind: Option<ClickKind>,
    offer: Option<OfferId>,
}

impl Wanted {
    fn holds(&self, placed: &Placed<'_>, guest: &Network) -> bool {
        let affiliate = if placed.is_of_guest { guest.affiliate.id } else { placed.of.affiliate.id };
        let is_in_scope = match self.scope {
            Scope::Partner(id) => id == placed.of.partner.id,
            Scope::Affiliate(id) => id == affiliate,
            Scope::Network => true,
        };
        is_in_scope
            && self.kind.is_none_or(|kind| kind == placed.click.kind)
            && self.offer.is_none_or(|offer| offer == placed.of.offer)
    }

    /// All pages of the list, put together.
    async fn read(&self, conn: &mut Conn, sort: &str) -> Vec<ClickId> {
        let asked: ListQuery<ClickFilter> = sorted(sort);
        let list = ListQuery::from(ClickFilter { kind: self.kind, offer: self.offer, ..asked.filter });
        let read = async |conn: &mut Conn, list: &ListQuery<ClickFilter>| {
            crate::lists::clicks(conn, self.scope, list).await.unwrap()
        };
        read_all(conn, &list, read).await.into_iter().map(|row| row.id).collect()
    }
}

/// Moments of a busy day: its first and last, and many in three hours that don't touch.
fn busy_moments(day: Day, count: i64) -> Vec<Timestamp> {
    let spread = (0..count - 2).map(|n| day.hour_start([2, 3, 21][n as usize % 3]).plus_millis(n * SECOND));
    let borders = [day.start(), day.hour_start(24).plus_millis(-1)];
    spread.chain(borders).collect()
}

/// The moments of the shop's clicks: days with many and with few, and empty ones between them.
fn shop_moments() -> Vec<Timestamp> {
    let day = |back| NOW.day().minus_days(back);
    let mut moments = busy_moments(day(0), 501);
    moments.extend(busy_moments(day(1), 500));
    // The ends of hours that are apart, next to each other, and next to another day.
    moments.extend([0, 1, 5, 6, 7, 23].map(|hour| day(2).hour_start(hour)));
    moments.extend([0, 1, 5, 6, 7, 23].map(|hour| day(2).hour_start(hour).plus_millis(HOUR - 1)));
    moments.extend((0..60).map(|n| day(5).hour_start(n % 24).plus_millis(n)));
    moments.push(day(6).start());
    moments.extend(busy_moments(day(400), 1_100));
    moments.push(Timestamp::from_millis(0));
    moments
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_hold_every_click_once_and_in_order_over_days_with_many_and_few() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        // Forum brings a few clicks to the shop too, so that scopes overlap.
        let guest = change(db, async |conn: &mut Conn| add_link(conn, shop.offer, &rival.affiliate).await).await;
        let mut placed = Vec::new();
        for (n, at) in shop_moments().into_iter().enumerate() {
            // The day of long ago is nearly all bots: a kind alone can be many.
            let is_old = at.day() == NOW.day().minus_days(400);
            let kind = if is_old && n % 20 != 0 { ClickKind::Bot } else { KINDS[n % 3] };
            let is_of_guest = n % 9 == 0;
            let link = if is_of_guest { &guest } else { &shop.link };
            placed.push(Placed { click: NewClick { kind, ..visit_at(link, at) }, of: &shop, is_of_guest });
        }
        // The rival's lie in the same hours, in others, and on a day of their own.
        for (n, hour) in (0..200_i64).flat_map(|n| [(n, 2), (n, 12)]) {
            let at = NOW.day().minus_days(n % 4).hour_start(hour).plus_millis(n * SECOND + 1);
            let click = NewClick { kind: KINDS[n as usize % 2], ..visit_at(&rival.link, at) };
            placed.push(Placed { click, of: &rival, is_of_guest: false });
        }
        for batch in placed.chunks(700) {
            record(db, &batch.iter().map(|placed| &placed.click).collect::<Vec<_>>(), &[]).await;
        }
        placed.sort_by_key(|placed| placed.click.id);

        let mut lists = Vec::new();
        for kind in [None].into_iter().chain(KINDS.map(Some)) {
            lists.push(Wanted { scope: Scope::Network, kind, offer: None });
            lists.push(Wanted { scope: Scope::Network, kind, offer: Some(shop.offer) });
            for scope in [Scope::Partner(shop.partner.id), Scope::Affiliate(shop.affiliate.id)] {
                lists.push(Wanted { scope, kind, offer: None });
            }
            lists.push(Wanted { scope: Scope::Affiliate(rival.affiliate.id), kind, offer: Some(shop.offer) });
            lists.push(Wanted { scope: Scope::Partner(rival.partner.id), kind, offer: Some(rival.offer) });
        }
        for wanted in lists {
            let mut ids: Vec<ClickId> =
                placed.iter().filter(|placed| wanted.holds(placed, &rival)).map(|placed| placed.click.id).collect();
            assert_eq!(wanted.read(conn, "oldest").await, ids, "oldest first: {wanted:?}");
            ids.reverse();
            assert_eq!(wanted.read(conn, "").await, ids, "newest first: {wanted:?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_far_within_a_busy_day_is_what_a_list_of_all_has_there() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let mut moments = busy_moments(NOW.day(), 700);
        moments.sort();
        let batch: Vec<_> = moments.iter().map(|at| visit_at(&shop.link, *at)).collect();
        record(db, &batch.iter().collect::<Vec<_>>(), &[]).await;
        // A newer one, so that no page begins where the day does.
        let newer = NewClick { id: id_at(NOW.day().hour_start(30)), ..visit(&shop.link) };
        record(db, &[&newer], &[]).await;
        let scope = Scope::Partner(shop.partner.id);
        let beside = |click: &NewClick| Cursor { key: String::new(), id: click.id.uuid() };
        let after = all().at(Place::After(beside(&batch[350])));
        let before = all().at(Place::Before(beside(&batch[299])));
        for list in [after, before] {
            let page = crate::lists::clicks(conn, scope, &list).await.unwrap();
            let found: Vec<_> = page.rows.iter().map(|row| row.id).collect();
            let wanted: Vec<_> = batch[300..350].iter().rev().map(|click| click.id).collect();
            assert_eq!(found, wanted, "{list:?}");
            assert!(page.previous.is_some() && page.next.is_some());
        }
        let last = sorted("oldest").at(Place::After(beside(&batch[699])));
        let last = crate::lists::clicks(conn, scope, &last).await.unwrap();
        assert_eq!(last.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [newer.id]);
        assert!(last.next.is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clicks_of_one_millisecond_and_around_midnight_stay_in_their_order() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let midnight = NOW.day().start();
        let moments = [-1, -1, 0, 0, 0].map(|millis| midnight.plus_millis(millis));
        let batch = moments.map(|at| visit_at(&shop.link, at));
        // Recorded in another order than made, as it happens when several requests hurry.
        record(db, &[&batch[3], &batch[0], &batch[4], &batch[2], &batch[1]], &[]).await;
        let now = add_visit(db, &shop.link).await;
        let rows = crate::lists::clicks(conn, Scope::Network, &all()).await.unwrap().rows;
        let wanted: Vec<_> = [now].into_iter().chain(batch.iter().rev().map(|click| click.id)).collect();
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), wanted);
        let at: Vec<_> = rows.iter().rev().map(|row| row.at).collect();
        assert_eq!(at[..5], moments);
    })
    .await;
}
