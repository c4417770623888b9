//! What is packed says what the rows say: on both engines, at every stage, whatever a report is asked.

use std::collections::HashSet;

use domain::{
    ClickFilter, ClickKind, ConversionFilter, Country, Day, Place, Referer, Timestamp, UserAgent,
    report::{Basis, Buckets, CivilDay, Dimension, Numbers, quarters},
};
use jiff::tz::TimeZone;
use store::{
    Conn, Db, Picked, Scope,
    clicks::{self, NewClick},
    conversions::{self, NewConversion},
    maintenance,
    reports::{Axis, CountMemory, CountedRow, ReportPlan, Wanted},
    rollups::{self, PackerMemory, VisitorKeys, WrongDays},
};

use crate::{
    counted::{count, count_remembering, plan_of},
    in_transaction,
    lists::Plain,
    network::{
        DAY, Link, NOW, Network, add_affiliate, add_link, amount, change, currency, id_at, record, record_sale, sale,
        status, visit,
    },
    with_recording,
};

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn keys() -> VisitorKeys {
    VisitorKeys::new((-9..9_i64).map(|day| (NOW.day().minus_days(day), [u8::try_from(day + 9).unwrap(); 32])))
}

/// Packs all that is older than a moment.
pub async fn pack(db: &Db, now: Timestamp) {
    let mut memory = PackerMemory::default();
    loop {
        let mut conn = db.read().await.unwrap();
        let stretch = rollups::next_stretch(&mut conn, now).await.unwrap();
        drop(conn);
        let Some(stretch) = stretch else { break };
        assert!(stretch.day() <= now.day());
        rollups::pack_clicks_of(db, stretch, &Plain, &keys(), &mut memory).await.unwrap();
    }
    while rollups::pack_next_conversions(db, now).await.unwrap() {}
}

async fn wrong_days(conn: &mut Conn) -> WrongDays {
    let days = rollups::packed_days(conn).await.unwrap();
    rollups::find_wrong_days(conn, days).await.unwrap()
}

/// Two partners, three links, some days of clicks and sales that end a minute ago.
async fn fill(db: &Db) -> (Network, Network) {
    let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
    let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
    let more = change(db, async |conn: &mut Conn| {
        let affiliate = add_affiliate(conn, "More").await;
        add_link(conn, shop.offer, &affiliate).await
    });
    let more = more.await;
    let links: [&Link; 3] = [&shop.link, &rival.link, &more];
    let mut chance = Chance(5);
    let mut at = NOW.plus_millis(-3 * DAY);
    let mut sales: Vec<NewConversion> = Vec::new();
    while at < NOW.plus_millis(-60_000) {
        let link = links[usize::try_from(chance.below(3)).unwrap()];
        let kind = [ClickKind::Human, ClickKind::Human, ClickKind::Bot, ClickKind::Prefetch];
        let click = NewClick {
            id: id_at(at),
            kind: kind[usize::try_from(chance.below(4)).unwrap()],
            ip: format!("192.0.2.{}", chance.below(20)),
            user_agent: UserAgent::from_header([&b"Phone/1"[..], b"Desk/2"][usize::try_from(chance.below(2)).unwrap()]),
            referer: Referer::from_header(format!("https://site{}.example/", chance.below(3)).as_bytes()),
            country: (chance.below(3) > 0)
                .then(|| Country::parse(["DE", "AT"][usize::try_from(chance.below(2)).unwrap()]).unwrap()),
            ..visit(link)
        };
        record(db, &[&click], &[]).await;
        if chance.below(4) == 0 {
            let partner = if std::ptr::eq(link, &raw const rival.link) { &rival.partner } else { &shop.partner };
            let sold_at =
                at.plus_millis(i64::try_from(chance.below(20_000_000)).unwrap()).min(NOW.plus_millis(-30_000));
            sales.push(NewConversion {
                id: id_at(sold_at),
                at: sold_at,
                status: status(["confirmed", "pending", "test"][usize::try_from(chance.below(3)).unwrap()]),
                currency: currency(["USD", "EUR"][usize::try_from(chance.below(2)).unwrap()]),
                amount: amount(&format!("{}.05", chance.below(900))),
                ..sale(partner, click.id, &format!("order-{}", sales.len()))
            });
        }
        at = at.plus_millis(i64::try_from(chance.below(3_600_000)).unwrap());
    }
    for sale in &sales {
        record_sale(db, sale).await;
    }
    assert!(sales.len() > 10, "{}", sales.len());
    (shop, rival)
}

/// All that reports say of a scope, whatever they are asked.
async fn all_reports(conn: &mut Conn, scope: Scope, is_unique_told: bool) -> Vec<Vec<CountedRow>> {
    let zone = TimeZone::fixed(jiff::tz::offset(5));
    let day = |back: i32| CivilDay::at(NOW, &zone).plus_days(-back);
    let mut found = Vec::new();
    for (from, to) in [(day(3), day(0)), (day(2), day(1)), (day(0), day(0))] {
        let axis = |dimension| Axis::new(dimension, Buckets::new(dimension, from, to, &zone));
        for basis in [Basis::Conversion, Basis::Click] {
            let mut tables: Vec<Vec<Axis>> = Dimension::ALL
                .into_iter()
                .filter(|one| !one.is_of_conversions())
                .map(|dimension| vec![axis(dimension)])
                .collect();
            tables.push(vec![axis(Dimension::Hour), axis(Dimension::Browser)]);
            tables.push(vec![axis(Dimension::Country), axis(Dimension::ReferringSite)]);
            tables.push(vec![axis(Dimension::Affiliate), axis(Dimension::Weekday)]);
            let wanted = |dimension, keys: &[&str], is_excluded| {
                let keys: HashSet<String> = keys.iter().map(|key| (*key).to_owned()).collect();
                Wanted { axis: axis(dimension), keys, is_excluded }
            };
            let conditions = [
                vec![],
                vec![wanted(Dimension::Device, &["phone"], false)],
                vec![wanted(Dimension::Country, &["DE", ""], true), wanted(Dimension::ClickKind, &["bot"], true)],
                vec![wanted(Dimension::HourOfDay, &["07", "19", "20"], false)],
                vec![wanted(Dimension::Status, &["pending"], false)],
            ];
            for conditions in conditions {
                let quarters = quarters(from, to, &zone);
                let plan = ReportPlan { scope, quarters, basis, conditions, tables: tables.clone(), tells_times: true };
                let counted = count(conn, &plan).await;
                for table in counted {
                    let mut rows = table.rows;
                    rows.sort_by(|one, other| one.keys.cmp(&other.keys));
                    rows.push(CountedRow { keys: vec!["total".to_owned()], numbers: table.total });
                    if !is_unique_told {
                        rows.iter_mut().for_each(|row| row.numbers.unique_visitors = 0);
                    }
                    found.push(rows);
                }
            }
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reports_say_the_same_whatever_is_packed() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let (shop, rival) = fill(db).await;
        let scopes = [
            Scope::Network,
            Scope::Partner(shop.partner.id),
            Scope::Affiliate(rival.affiliate.id),
            Scope::Affiliate(shop.affiliate.id),
        ];
        let mut of_rows = Vec::new();
        for scope in scopes {
            of_rows.push(all_reports(conn, scope, false).await);
        }
        let mut of_segments = Vec::new();
        for (until, stage) in [(-2 * DAY, "some of it"), (-DAY / 3, "more of it"), (0, "all")] {
            pack(db, NOW.plus_millis(until)).await;
            for (scope, rows) in scopes.into_iter().zip(&of_rows) {
                assert_eq!(&all_reports(conn, scope, false).await, rows, "{stage} is packed, {scope:?}");
            }
        }
        for scope in scopes {
            of_segments.push(all_reports(conn, scope, true).await);
        }
        while rollups::compact_segments(db).await.unwrap() {}
        for (scope, segments) in scopes.into_iter().zip(&of_segments) {
            assert_eq!(&all_reports(conn, scope, true).await, segments, "in large segments, {scope:?}");
        }
        assert_eq!(wrong_days(conn).await, WrongDays::default());
    })
    .await;
}

/// How many rows the lists have of one row of a report; of everything where there is none.
async fn rows_of(conn: &mut Conn, plan: &ReportPlan, row: Option<(&Axis, &str)>) -> (i64, i64) {
    let own = row.map(|(axis, key)| Wanted { axis: axis.clone(), keys: [key.to_owned()].into(), is_excluded: false });
    let conditions = plan.conditions.iter().cloned().chain(own).collect();
    let picked = Picked { quarters: Some(plan.quarters.clone()), basis: plan.basis, conditions };
    let (first, all) = (Place::First, i64::MAX);
    let (clicks, sold) = (ClickFilter::default(), ConversionFilter::default());
    let clicks = clicks::next_clicks(conn, plan.scope, &clicks, &picked, &Plain, &first, all).await.unwrap();
    let sold = conversions::next_conversions(conn, plan.scope, &sold, &picked, &Plain, &first, all).await.unwrap();
    (i64::try_from(clicks.len()).unwrap(), i64::try_from(sold.len()).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_show_as_many_rows_as_reports_count() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let (shop, rival) = fill(db).await;
        let zone = TimeZone::fixed(jiff::tz::offset(5));
        let (from, to) = (CivilDay::at(NOW, &zone).plus_days(-2), CivilDay::at(NOW, &zone));
        let axis = |dimension| Axis::new(dimension, Buckets::new(dimension, from, to, &zone));
        let not_phones = Wanted { axis: axis(Dimension::Device), keys: ["phone".to_owned()].into(), is_excluded: true };
        for (until, is_erased) in [(None, false), (Some(-DAY), false), (Some(0), false), (Some(0), true)] {
            if let Some(until) = until {
                pack(db, NOW.plus_millis(until)).await;
            }
            if is_erased {
                // What told a visitor is gone; what was found of them isn't.
                let until = NOW.plus_millis(-DAY);
                change(db, async |conn: &mut Conn| maintenance::erase_visitors(conn, until, 1_000).await.unwrap())
                    .await;
            }
            for scope in [Scope::Network, Scope::Partner(shop.partner.id), Scope::Affiliate(rival.affiliate.id)] {
                for (basis, conditions) in
                    [(Basis::Conversion, vec![]), (Basis::Click, vec![]), (Basis::Conversion, vec![not_phones.clone()])]
                {
                    let tables = Dimension::ALL.into_iter().map(|dimension| vec![axis(dimension)]);
                    for table in tables {
                        let dimension = table[0].dimension();
                        let quarters = quarters(from, to, &zone);
                        let conditions = conditions.clone();
                        let plan =
                            ReportPlan { scope, quarters, basis, conditions, tables: vec![table], tells_times: true };
                        let counted = count(conn, &plan).await.remove(0);
                        let told = |numbers: &Numbers| {
                            let sold = numbers.money.values().map(|money| money.conversions).sum::<i64>();
                            let clicks = numbers.human_clicks + numbers.bots + numbers.prefetches;
                            (if dimension.is_of_conversions() { 0 } else { clicks }, sold)
                        };
                        for row in &counted.rows {
                            let found = rows_of(conn, &plan, Some((&plan.tables[0][0], &row.keys[0]))).await;
                            assert_eq!(
                                found,
                                told(&row.numbers),
                                "{dimension:?} {:?} {scope:?} {until:?} {is_erased}",
                                row.keys
                            );
                        }
                        if !dimension.is_of_conversions() {
                            assert_eq!(rows_of(conn, &plan, None).await, told(&counted.total), "{scope:?}");
                        }
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_human_click_of_a_visitor_on_a_link_in_24_hours_is_unique() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let hour = 3_600_000;
        let visit_from = |hours_ago: i64, ip: &str, kind| NewClick {
            id: id_at(NOW.plus_millis(-hours_ago * hour)),
            ip: ip.to_owned(),
            kind,
            ..visit(&shop.link)
        };
        let human = ClickKind::Human;
        // 18:20 two days ago, then again within and beyond 24 hours, a bot, and somebody else.
        let clicks = [
            visit_from(48, "192.0.2.1", human),
            visit_from(30, "192.0.2.1", human),
            visit_from(29, "192.0.2.2", human),
            visit_from(28, "192.0.2.3", ClickKind::Bot),
            visit_from(5, "192.0.2.1", human),
            visit_from(4, "192.0.2.1", human),
        ];
        for click in &clicks {
            record(db, &[click], &[]).await;
        }
        pack(db, NOW).await;
        let (from, to) = (CivilDay::at(NOW, &TimeZone::UTC).plus_days(-3), CivilDay::at(NOW, &TimeZone::UTC));
        let plan = plan_of(Scope::Network, Dimension::Day, from, to);
        let found = count(conn, &plan).await;
        let unique: i64 = found[0].rows.iter().map(|row| row.numbers.unique_visitors).sum();
        let Numbers { human_clicks, bots, .. } = found[0].total;
        assert_eq!((unique, human_clicks, bots), (3, 5, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_begins_knows_who_was_there_until_that_is_forgotten() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let mut at = NOW;
        for (is_forgotten, unique) in [(false, 1), (true, 2)] {
            if is_forgotten {
                let day = at.plus_millis(3 * DAY).day();
                change(db, async |conn: &mut Conn| {
                    rollups::forget_visitors(conn, day, 1).await.unwrap()
                        && rollups::forget_visitors(conn, day, 9).await.unwrap()
                })
                .await;
            }
            record(db, &[&NewClick { id: id_at(at), ..visit(&shop.link) }], &[]).await;
            at = at.plus_millis(60_000);
            // Each time by a worker that remembers nothing.
            pack(db, at).await;
            record(db, &[&NewClick { id: id_at(at), ..visit(&shop.link) }], &[]).await;
            at = at.plus_millis(60_000);
            pack(db, at).await;
            let day = CivilDay::at(NOW, &TimeZone::UTC);
            let plan = plan_of(Scope::Network, Dimension::Day, day, day);
            let found = count(conn, &plan).await;
            assert_eq!(found[0].rows[0].numbers.unique_visitors, unique, "{is_forgotten}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_late_is_found_and_its_day_is_packed_again() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        const HOUR: i64 = 3_600_000;
        for (is_over, at) in [(true, NOW.plus_millis(-2 * DAY)), (false, NOW.plus_millis(2 * HOUR))] {
            let click = NewClick { id: id_at(at), ..visit(&shop.link) };
            record(db, &[&click], &[]).await;
            let newest = NOW.max(at.plus_millis(HOUR));
            record(db, &[&NewClick { id: id_at(newest), ..visit(&shop.link) }], &[]).await;
            let in_time = sale(&shop.partner, click.id, "in time");
            record_sale(db, &NewConversion { id: id_at(newest), at: newest, ..in_time }).await;
            pack(db, newest.plus_millis(2 * HOUR)).await;
            assert_eq!(wrong_days(conn).await, WrongDays::default(), "{is_over}");
            // By a clock that is behind, or a commit that took as long.
            let late = NewClick { id: id_at(at.plus_millis(5)), kind: ClickKind::Bot, ..visit(&shop.link) };
            record(db, &[&late], &[]).await;
            let sold_at = at.plus_millis(9);
            let sold = NewConversion { id: id_at(sold_at), at: sold_at, ..sale(&shop.partner, click.id, "late") };
            record_sale(db, &sold).await;
            let day = at.day();
            let wrong = WrongDays { clicks: [day].into(), conversions: [day].into() };
            let of_rows = all_reports(conn, Scope::Network, false).await;
            assert_eq!(wrong_days(conn).await, wrong, "{is_over}");
            rollups::repack_clicks(db, day, &Plain, &keys()).await.unwrap();
            rollups::repack_conversions(db, day).await.unwrap();
            assert_eq!(all_reports(conn, Scope::Network, false).await, of_rows, "reports were right before");
            assert_eq!(wrong_days(conn).await, WrongDays::default(), "{is_over}");
            while rollups::compact_segments(db).await.unwrap() {}
            assert_eq!(wrong_days(conn).await, WrongDays::default(), "{is_over}");
            for finding in store::audit::check_invariants(conn).await.unwrap() {
                assert_eq!(finding.broken, 0, "{}", finding.invariant);
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clicks_of_one_millisecond_are_packed_together_however_many_they_are() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let clicks: Vec<_> = (0..10_050).map(|_| visit(&shop.link)).collect();
        record(db, &clicks.iter().collect::<Vec<_>>(), &[]).await;
        let after = NewClick { id: id_at(NOW.plus_millis(1)), ..visit(&shop.link) };
        record(db, &[&after], &[]).await;
        pack(db, NOW.plus_millis(60_000)).await;
        assert_eq!(wrong_days(conn).await, WrongDays::default());
        rollups::repack_clicks(db, NOW.day(), &Plain, &keys()).await.unwrap();
        assert_eq!(wrong_days(conn).await, WrongDays::default());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_packs_second_packs_nothing() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        record(db, &[&visit(&shop.link)], &[]).await;
        let now = NOW.plus_millis(60_000);
        let stretch = rollups::next_stretch(conn, now).await.unwrap().unwrap();
        let mut memories = [PackerMemory::default(), PackerMemory::default()];
        for memory in &mut memories {
            assert!(rollups::pack_clicks_of(db, stretch, &Plain, &keys(), memory).await.unwrap());
        }
        assert_eq!(stretch.age(now).as_secs(), 50, "it has been old enough for so long");
        assert!(stretch.is_newest(NOW.plus_millis(10_000)) || !stretch.is_newest(now));
        assert_eq!(rollups::next_stretch(conn, now).await.unwrap(), None);
        assert_eq!(wrong_days(conn).await, WrongDays::default());
        assert_eq!(rollups::next_stretch(conn, NOW).await.unwrap(), None, "what is younger than ten seconds waits");
    })
    .await;
}

#[tokio::test]
async fn keys_and_visitors_are_forgotten_two_days_later() {
    in_transaction(async |conn: &mut Conn| {
        let days: [Day; 3] = [2, 1, 0].map(|back| NOW.day().minus_days(back));
        for (number, day) in days.into_iter().enumerate() {
            let key = [u8::try_from(number).unwrap()];
            rollups::insert_visitor_key(conn, day, &key).await.unwrap();
            rollups::insert_visitor_key(conn, day, b"another").await.unwrap();
        }
        rollups::forget_visitor_keys(conn, days[2]).await.unwrap();
        let mut keys = rollups::read_visitor_keys(conn, days[2]).await.unwrap();
        keys.sort();
        assert_eq!(keys, [(days[1], vec![1]), (days[2], vec![2])], "each day keeps its first");
        assert!(rollups::read_visitor_keys(conn, days[0]).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_remembered_of_days_that_are_over_is_what_would_be_counted() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let (from, to) = (CivilDay::at(NOW, &TimeZone::UTC).plus_days(-9), CivilDay::at(NOW, &TimeZone::UTC));
        let mut plan = plan_of(Scope::Network, Dimension::Day, from, to);
        plan.tables.push(vec![Axis::new(Dimension::ReferringSite, None)]);
        plan.tables.push(vec![Axis::new(Dimension::Offer, None), Axis::new(Dimension::Browser, None)]);
        let memory = CountMemory::default();
        let mut at = NOW.plus_millis(-5 * DAY);
        for step in 0..9_i64 {
            let referer = |step: i64| Referer::from_header(format!("https://{step}.example/").as_bytes());
            let click = NewClick { id: id_at(at), referer: referer(step), ..visit(&shop.link) };
            record(db, &[&click], &[]).await;
            let order = sale(&shop.partner, click.id, &format!("order-{step}"));
            // A currency that the offer didn't pay in before changes what clicks of long ago are divided by.
            let currency = currency(if step % 4 == 3 { "EUR" } else { "USD" });
            record_sale(db, &NewConversion { id: id_at(at), at, currency, ..order }).await;
            match step % 3 {
                0 => pack(db, at.plus_millis(60_000)).await,
                // What comes late to a day that is over, and then is packed again.
                1 => {
                    let late =
                        NewClick { id: id_at(at.plus_millis(-2 * DAY)), referer: referer(-step), ..visit(&shop.link) };
                    record(db, &[&late], &[]).await;
                }
                _ => {
                    let days = rollups::packed_days(conn).await.unwrap();
                    for day in rollups::find_wrong_days(conn, days).await.unwrap().clicks {
                        rollups::repack_clicks(db, day, &Plain, &keys()).await.unwrap();
                    }
                }
            }
            let fresh = count_remembering(conn, &plan, &Plain, &CountMemory::default()).await;
            assert_eq!(count_remembering(conn, &plan, &Plain, &memory).await, fresh, "{step}");
            assert_eq!(fresh[1].total.conversions(), step + 1);
            // Another plan is another count.
            let of_bots = Wanted {
                axis: Axis::new(Dimension::ClickKind, None),
                keys: ["bot".to_owned()].into(),
                is_excluded: false,
            };
            let bots = ReportPlan { conditions: vec![of_bots], ..plan.clone() };
            assert_eq!(count_remembering(conn, &bots, &Plain, &memory).await[0].total, Numbers::default());
            at = at.plus_millis(DAY / 2 + 7_200_000);
        }
    })
    .await;
}
