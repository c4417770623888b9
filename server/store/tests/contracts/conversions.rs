//! Recording conversions: each pair of click and transaction once and for ever, the first of its batch or of any.

use domain::{Amount, ClickId, Earnings, OfferStatus, Organisation, Total, conversion::NotRecorded};
use store::{
    Conn, Db, audit,
    conversions::{ConversionOutcome, NewConversion, StoredConversion},
    offers,
    organisations::api_keys,
    reports,
};

use crate::{
    network::{
        NOW, Network, add_visit, amount, change, currency, new_hash, new_id, new_key, record, record_sale, restore,
        sale, status, suspend,
    },
    with_recording,
};

async fn record_one(db: &Db, new: &NewConversion) -> ConversionOutcome {
    record(db, &[], &[new]).await.conversions.remove(0)
}

async fn count_stored(conn: &mut Conn) -> i64 {
    audit::count_rows(conn).await.unwrap().1
}

/// Whether it was there before, and what is stored; anything else fails.
#[track_caller]
fn stored(recorded: &ConversionOutcome) -> (bool, &StoredConversion) {
    match recorded {
        ConversionOutcome::Stored { duplicate, conversion, .. } => (*duplicate, conversion.as_ref()),
        refused => panic!("not stored: {refused:?}"),
    }
}

/// Fails unless what is stored is what was sent.
#[track_caller]
fn assert_same(stored: &StoredConversion, sent: &NewConversion) {
    assert_eq!(stored.id, sent.id);
    assert_eq!(stored.transaction_id, sent.transaction_id.as_str());
    assert_eq!((&stored.status, &stored.currency), (&sent.status, &sent.currency));
    assert_eq!((stored.amount, stored.commission), (sent.amount, sent.commission));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_conversion_is_stored_as_sent_and_credited_to_the_clicks_affiliate() {
    with_recording(async |db: &Db, _: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        let new = NewConversion {
            status: status("zurückgestellt"),
            amount: amount("0.000001"),
            commission: Amount::MAX,
            currency: currency("USDT"),
            ..sale(&shop.partner, click, "order \"1\" \\ 'ä' \u{1f45f}")
        };
        let recorded = record_one(db, &new).await;
        let ConversionOutcome::Stored { partner_id, affiliate_id, .. } = &recorded else { panic!("{recorded:?}") };
        assert_eq!((*partner_id, *affiliate_id), (shop.partner.id, shop.affiliate.id));
        let (duplicate, conversion) = stored(&recorded);
        assert!(!duplicate);
        assert_same(conversion, &new);
        // Asked again, it is read from the database.
        let again = NewConversion { id: new_id(), ..new.clone() };
        let recorded = record_one(db, &again).await;
        let (duplicate, conversion) = stored(&recorded);
        assert!(duplicate);
        assert_same(conversion, &new);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_group_each_is_answered_in_order_and_only_the_rightful_are_stored() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let rival = Network::commit(db, "Rival", "Hats", "Forum").await;
        let (click, nowhere) = (add_visit(db, &shop.link).await, new_id());
        let no_key = NewConversion { key_hash: new_hash(), ..sale(&shop.partner, click, "1") };
        let no_key_nor_click = NewConversion { click: nowhere, ..no_key.clone() };
        let (no_click, not_owner) = (sale(&shop.partner, nowhere, "1"), sale(&rival.partner, click, "1"));
        let (second, first) = (sale(&shop.partner, click, "2"), sale(&shop.partner, click, "1"));
        let batch = [&no_key, &second, &no_key_nor_click, &no_click, &not_owner, &first];
        let answers = record(db, &[], &batch).await.conversions;
        assert_eq!(answers.len(), 6);
        assert!(matches!(answers[0], ConversionOutcome::NotRecorded(NotRecorded::InvalidKey)), "{:?}", answers[0]);
        assert!(matches!(answers[2], ConversionOutcome::NotRecorded(NotRecorded::InvalidKey)), "{:?}", answers[2]);
        assert!(matches!(answers[3], ConversionOutcome::NotRecorded(NotRecorded::UnknownClick)), "{:?}", answers[3]);
        assert!(matches!(answers[4], ConversionOutcome::NotRecorded(NotRecorded::NotOwner)), "{:?}", answers[4]);
        for (answer, sent) in [(&answers[1], &second), (&answers[5], &first)] {
            let (duplicate, conversion) = stored(answer);
            assert!(!duplicate);
            assert_same(conversion, sent);
        }
        assert_eq!(count_stored(conn).await, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pair_that_was_stored_before_stays_as_it_was() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        let first = sale(&shop.partner, click, "order-1");
        record_sale(db, &first).await;
        let before = reports::conversions_of_link(conn, shop.link.id).await.unwrap();
        let later = NewConversion {
            at: NOW.plus_millis(1),
            status: status("rejected"),
            amount: amount("99"),
            currency: currency("EUR"),
            ..sale(&shop.partner, click, "order-1")
        };
        let recorded = record_one(db, &later).await;
        let (duplicate, conversion) = stored(&recorded);
        assert!(duplicate);
        assert_same(conversion, &first);
        assert_eq!(reports::conversions_of_link(conn, shop.link.id).await.unwrap(), before);
        assert_eq!(count_stored(conn).await, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_equal_pairs_in_one_group_the_first_is_stored() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        // The first has the greatest id, so that it can't win by that.
        let third = NewConversion { amount: amount("3"), ..sale(&shop.partner, click, "order-1") };
        let second = NewConversion { status: status("pending"), ..sale(&shop.partner, click, "order-1") };
        let first = sale(&shop.partner, click, "order-1");
        let batch = [&first, &second, &third];
        let answers = record(db, &[], &batch).await.conversions;
        let duplicates: Vec<_> = answers.iter().map(|answer| stored(answer).0).collect();
        assert_eq!(duplicates, [false, true, true]);
        for answer in &answers {
            assert_same(stored(answer).1, &first);
        }
        let (count, pending, money) = reports::conversions_of_link(conn, shop.link.id).await.unwrap();
        assert_eq!((count, pending, money.len()), (1, 0, 1));
        assert_eq!(money[0].amount, Total::from(first.amount));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pairs_that_differ_in_click_or_transaction_or_its_case_are_different() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let (click, other) = (add_visit(db, &shop.link).await, add_visit(db, &shop.link).await);
        for (click, transaction) in [(click, "order-a"), (click, "order-A"), (click, "order-a "), (other, "order-a")] {
            record_sale(db, &sale(&shop.partner, click, transaction)).await;
        }
        assert_eq!(count_stored(conn).await, 4);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_unknown_while_its_partner_is_suspended_and_once_it_is_replaced() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        let new = sale(&shop.partner, click, "order-1");
        change(db, async |conn: &mut Conn| suspend(conn, shop.partner.user).await).await;
        assert!(matches!(record_one(db, &new).await, ConversionOutcome::NotRecorded(NotRecorded::InvalidKey)));
        change(db, async |conn: &mut Conn| restore(conn, shop.partner.user).await).await;
        let key = new_key();
        change(db, async |conn: &mut Conn| {
            api_keys::replace_key(conn, Organisation::Partner(shop.partner.id), &key, NOW).await
        })
        .await
        .unwrap();
        assert!(matches!(record_one(db, &new).await, ConversionOutcome::NotRecorded(NotRecorded::InvalidKey)));
        assert_eq!(count_stored(conn).await, 0);
        record_sale(db, &NewConversion { key_hash: key.hash, ..new }).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_click_converts_though_its_offer_was_stopped_since() {
    with_recording(async |db: &Db, _: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        let paused = OfferStatus::Paused;
        change(db, async |conn: &mut Conn| offers::set_offer_status(conn, shop.offer, paused, None).await)
            .await
            .unwrap();
        record_sale(db, &sale(&shop.partner, click, "order-1")).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conversions_add_up_per_currency_and_only_some_statuses_are_earned() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        let rows = [
            ("confirmed", "10.50", "1.25", "USD"),
            ("pending", "3", "0.50", "USD"),
            ("rejected", "7", "2", "USD"),
            ("approved", "1.999999", "0.999999", "EUR"),
            ("paid", "0.000002", "0.000002", "EUR"),
        ];
        let order = |(number, row): (usize, &(&str, &str, &str, &str))| NewConversion {
            status: status(row.0),
            amount: amount(row.1),
            commission: amount(row.2),
            currency: currency(row.3),
            ..sale(&shop.partner, click, &format!("order-{number}"))
        };
        let batch: Vec<NewConversion> = rows.iter().enumerate().map(order).collect();
        record(db, &[], &batch.iter().collect::<Vec<_>>()).await;
        let (count, pending, money) = reports::conversions_of_link(conn, shop.link.id).await.unwrap();
        assert_eq!((count, pending), (5, 1));
        let total = |text: &str| Total::from(amount(text));
        let sums = |code: &str, [amount, earned, pending]: [&str; 3]| Earnings {
            currency: currency(code),
            amount: total(amount),
            earned: total(earned),
            pending: total(pending),
        };
        assert_eq!(money, [sums("EUR", ["2.000001", "1.000001", "0"]), sums("USD", ["20.50", "1.25", "0.50"])]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_largest_amounts_add_up_without_overflowing() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click: ClickId = add_visit(db, &shop.link).await;
        for number in 0..12 {
            let largest = sale(&shop.partner, click, &format!("order-{number}"));
            record_sale(db, &NewConversion { amount: Amount::MAX, commission: Amount::MAX, ..largest }).await;
        }
        let (_, _, money) = reports::conversions_of_link(conn, shop.link.id).await.unwrap();
        let twelve: Total = (0..12).map(|_| Total::from(Amount::MAX)).sum();
        assert_eq!((money[0].amount, money[0].earned), (twelve, twelve));
    })
    .await;
}
