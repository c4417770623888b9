//! Reports, counted from rows: on both engines the same.

use domain::{
    AgentClass, ClickKind, Country, Device, Referer,
    report::{Basis, Buckets, CivilDay, Dimension, Numbers, quarters},
};
use jiff::tz::TimeZone;
use store::{
    Conn, Db, Scope,
    clicks::NewClick,
    conversions::NewConversion,
    reports::{self, Axis, CountedTable, HeaderClasses, ReportPlan, Wanted},
};

use crate::{
    counted::count_by,
    network::{DAY, NOW, Network, currency, new_id, record, record_sale, sale, status, visit, visit_at},
    with_recording,
};

/// A user agent is its own browser.
struct Plain;

impl HeaderClasses for Plain {
    fn agent(&self, user_agent: &str) -> AgentClass {
        AgentClass { device: Device::Desktop, os: String::new(), browser: user_agent.to_owned() }
    }
}

/// The day of [`NOW`], which every dimension of time cuts in its own way.
fn today() -> CivilDay {
    CivilDay::at(NOW, &TimeZone::UTC)
}

fn axis(dimension: Dimension) -> Axis {
    Axis::new(dimension, Buckets::new(dimension, today(), today(), &TimeZone::UTC))
}

fn plan(scope: Scope, tables: Vec<Vec<Axis>>) -> ReportPlan {
    let quarters = quarters(today(), today(), &TimeZone::UTC);
    ReportPlan { scope, quarters, basis: Basis::Conversion, conditions: vec![], tables, tells_times: true }
}

async fn count(conn: &mut Conn, plan: &ReportPlan) -> Vec<CountedTable> {
    count_by(conn, plan, &Plain).await
}

/// The rows of a table: their keys, clicks and conversions.
fn rows(table: &CountedTable) -> Vec<(String, i64, i64)> {
    let of = |numbers: &Numbers| (numbers.clicks(), numbers.conversions());
    let mut rows: Vec<_> =
        table.rows.iter().map(|row| (row.keys.join(" "), of(&row.numbers).0, of(&row.numbers).1)).collect();
    rows.sort();
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clicks_and_conversions_are_told_apart_by_any_two_things() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let referer = |page: &str| Referer::from_header(page.as_bytes());
        let country = Some(Country::parse("DE").unwrap());
        let clicks = [
            NewClick { referer: referer("https://www.forum.example/a"), country, ..visit(&shop.link) },
            NewClick { kind: ClickKind::Bot, ..visit(&shop.link) },
            visit(&rival.link),
            visit_at(&shop.link, NOW.plus_millis(-DAY)),
        ];
        record(db, &clicks.iter().collect::<Vec<_>>(), &[]).await;
        let order = |transaction| sale(&shop.partner, clicks[0].id, transaction);
        let pending = NewConversion { status: status("pending"), currency: currency("EUR"), ..order("2") };
        for new in [order("1"), pending, sale(&shop.partner, clicks[3].id, "3")] {
            record_sale(db, &new).await;
        }
        let offer = |network: &Network| network.offer.to_string();
        let tables = [Dimension::Offer, Dimension::ReferringSite, Dimension::ClickKind, Dimension::Hour];
        let mut tables: Vec<_> = tables.map(|dimension| vec![axis(dimension)]).into();
        tables.push(vec![axis(Dimension::Affiliate), axis(Dimension::ClickKind)]);
        tables.push(vec![axis(Dimension::Country)]);
        let plan = plan(Scope::Network, tables);
        assert!(plan.counts_clicks());
        let found = count(conn, &plan).await;
        let mut offers = vec![(offer(&shop), 2, 3), (offer(&rival), 1, 0)];
        offers.sort();
        assert_eq!(rows(&found[0]), offers);
        assert_eq!(rows(&found[1]), [("blog.example".to_owned(), 2, 1), ("forum.example".to_owned(), 1, 2)]);
        assert_eq!(rows(&found[2]), [("bot".to_owned(), 1, 0), ("human".to_owned(), 2, 3)]);
        assert_eq!(rows(&found[3]), [("2026-11-24T18:00+00:00".to_owned(), 3, 3)]);
        let mut both = vec![
            (format!("{} bot", shop.affiliate.id), 1, 0),
            (format!("{} human", shop.affiliate.id), 1, 3),
            (format!("{} human", rival.affiliate.id), 1, 0),
        ];
        both.sort();
        assert_eq!(rows(&found[4]), both);
        assert_eq!(rows(&found[5]), [(String::new(), 2, 1), ("DE".to_owned(), 1, 2)]);
        for table in &found {
            assert_eq!((table.total.clicks(), table.total.conversions(), table.total.pending), (3, 3, 1));
            let money = &table.total.money;
            assert_eq!((money[&currency("USD")].human_clicks, money[&currency("EUR")].human_clicks), (1, 1));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scope_a_condition_and_a_basis_leave_the_others_out() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let before = visit_at(&shop.link, NOW.plus_millis(-DAY));
        let (ours, theirs) = (visit(&shop.link), visit(&rival.link));
        record(db, &[&before, &ours, &theirs], &[]).await;
        record_sale(db, &sale(&shop.partner, before.id, "1")).await;
        record_sale(db, &sale(&shop.partner, ours.id, "2")).await;
        let day = || vec![vec![axis(Dimension::Day)]];
        let total = |found: Vec<CountedTable>| (found[0].total.clicks(), found[0].total.conversions());
        for (scope, wanted) in [
            (Scope::Network, (2, 2)),
            (Scope::Partner(shop.partner.id), (1, 2)),
            (Scope::Affiliate(rival.affiliate.id), (1, 0)),
        ] {
            assert_eq!(total(count(conn, &plan(scope, day())).await), wanted, "{scope:?}");
        }
        let by_click = ReportPlan { basis: Basis::Click, ..plan(Scope::Network, day()) };
        assert_eq!(total(count(conn, &by_click).await), (2, 1));
        for (is_excluded, wanted) in [(false, (1, 2)), (true, (1, 0))] {
            let keys = [shop.offer.to_string()].into();
            let conditions = vec![Wanted { axis: axis(Dimension::Offer), keys, is_excluded }];
            let only = ReportPlan { conditions, ..plan(Scope::Network, day()) };
            assert_eq!(total(count(conn, &only).await), wanted, "{is_excluded}");
        }
        let statuses = plan(Scope::Network, vec![vec![axis(Dimension::Status)]]);
        assert!(!statuses.counts_clicks());
        assert_eq!(rows(&count(conn, &statuses).await[0]), [("confirmed".to_owned(), 0, 2)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_have_the_names_of_what_they_stand_for() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        assert_eq!(reports::first_day(conn, Scope::Network).await.unwrap(), None);
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        record(db, &[&visit_at(&shop.link, NOW.plus_millis(-3 * DAY)), &visit(&shop.link)], &[]).await;
        assert_eq!(reports::first_day(conn, Scope::Network).await.unwrap(), Some(NOW.day().minus_days(3)));
        let stranger = new_id::<domain::kinds::Partner>();
        assert_eq!(reports::first_day(conn, Scope::Partner(stranger)).await.unwrap(), None);
        assert!(reports::first_day(conn, Scope::Affiliate(shop.affiliate.id)).await.unwrap().is_some());
        let unknown = new_id::<domain::kinds::Offer>().uuid();
        for (dimension, id, name) in [
            (Dimension::Offer, shop.offer.uuid(), "Shoes"),
            (Dimension::Partner, shop.partner.id.uuid(), "Shop"),
            (Dimension::Affiliate, shop.affiliate.id.uuid(), "Blog"),
            (Dimension::Link, shop.link.id.uuid(), shop.link.slug.as_str()),
        ] {
            let names = reports::names_of(conn, Scope::Network, dimension, &[id, unknown]).await.unwrap();
            assert_eq!((names.len(), names[&id].as_str()), (1, name), "{dimension:?}");
            for scope in [Scope::Partner(shop.partner.id), Scope::Affiliate(shop.affiliate.id)] {
                assert_eq!(reports::names_of(conn, scope, dimension, &[id]).await.unwrap(), names, "{scope:?}");
            }
            for scope in [Scope::Partner(rival.partner.id), Scope::Affiliate(rival.affiliate.id)] {
                let names = reports::names_of(conn, scope, dimension, &[id]).await.unwrap();
                assert!(names.is_empty(), "{scope:?} {dimension:?}");
            }
        }
        assert!(reports::names_of(conn, Scope::Network, Dimension::Device, &[unknown]).await.unwrap().is_empty());
    })
    .await;
}

#[test]
fn an_axis_of_time_has_the_parts_of_the_period() {
    let hours = axis(Dimension::Hour);
    assert_eq!((hours.dimension(), hours.buckets().map(|buckets| buckets.keys().len())), (Dimension::Hour, Some(24)));
    assert!(axis(Dimension::Offer).only(&["off_1".to_owned()]).buckets().is_none());
    let nothing = CountedTable::empty();
    assert_eq!((nothing.rows.len(), nothing.total.clicks()), (0, 0));
}
