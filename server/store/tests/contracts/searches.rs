//! Searches ignore case in every script, on either engine, whatever the locale; nothing else is taken for another.

use domain::{OfferStatus, Role};
use store::{Conn, Db, Scope, applications, offers, sign_in::users};

use crate::{
    in_transaction,
    network::{Network, add_offer, add_partner, add_user, add_visit, record_sale, sale},
    queries::by_text,
    with_recording,
};

/// As the name is written, in another case, decomposed, and as it comes along when it is copied.
const FOUND: [&str; 6] = ["Äpfel", "äPFEL", " ÄPFEL ", "Äpf", "A\u{308}pfel", "\u{200b}äpfel\u{feff}"];

/// Names, and what finds each of them and no other.
const SCRIPTS: [(&str, &[&str]); 8] = [
    ("ÉCLAIR", &["éclair", "Éclair", "e\u{301}CLAIR", "é"]),
    ("Шоп Ёлка", &["шоп", "ШОП", "ёлка", "ОП Ё"]),
    // The small letter at the end of a word is another than within it.
    ("ΟΔΥΣΣΕΥΣ", &["οδυσσευς", "Οδυσσευσ", "ς"]),
    ("Straße", &["STRASSE", "strasse", "straẞe", "ß", "ẞ", "SS"]),
    // Turkish knows four letters where others know two, and a name doesn't tell its language.
    ("ışık İZMİR Isparta", &["IŞIK", "ışık", "izmir", "IZMIR", "ISPARTA", "ısparta"]),
    ("ՀԱՅ", &["հայ"]),
    ("𐐀𐐁", &["𐐨𐐩"]),
    ("日本 100 %", &["本", "0 %"]),
];

/// The names of the offers that a search finds.
async fn offer_names(conn: &mut Conn, text: &str) -> Vec<String> {
    let page = offers::list_offers(conn, Scope::Network, &by_text(text)).await.unwrap();
    page.rows.into_iter().map(|offer| offer.name).collect()
}

#[tokio::test]
async fn case_is_ignored_in_every_script() {
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "42").await;
        for (name, _) in SCRIPTS {
            add_offer(conn, &shop, name, OfferStatus::Active).await;
        }
        for (name, texts) in SCRIPTS {
            for text in texts {
                assert_eq!(offer_names(conn, text).await, [name], "{text}");
            }
        }
        assert!(offer_names(conn, "eclair").await.is_empty(), "an accent makes another letter");
    })
    .await;
}

#[tokio::test]
async fn what_patterns_give_a_meaning_to_is_searched_for_as_it_is() {
    const NAME: &str = r#"a%b_c*d[e]f\g?h^i$j(k)l|m.n+o{p}q-r~s't"u&v***:[[.x.]]"#;
    in_transaction(async |conn: &mut Conn| {
        let shop = add_partner(conn, "42").await;
        let letters = NAME.replace(|c: char| !c.is_ascii_alphabetic(), "x");
        add_offer(conn, &shop, &letters, OfferStatus::Active).await;
        add_offer(conn, &shop, NAME, OfferStatus::Active).await;
        for part in NAME.split(char::is_alphabetic).filter(|part| !part.is_empty()) {
            assert_eq!(offer_names(conn, part).await, [NAME], "{part}");
        }
        for text in [NAME, &NAME.to_uppercase(), &NAME[1..20], &NAME[20..]] {
            assert_eq!(offer_names(conn, text).await, [NAME], "{text}");
        }
        for text in ["a.b", "a?b", "a*b", "[a-z]", "[^a]", "a|b", "(?i)A", "^a", "***=a", r"\w", r"\u0061", "%a", "_b_"]
        {
            assert!(offer_names(conn, text).await.is_empty(), "{text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_with_other_letters_is_found_by_them_in_every_list() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        // Each name on its own, so that each of the places that are searched is.
        let by_offer = Network::commit(db, "Shop", "Äpfel", "Blog").await;
        let by_affiliate = Network::commit(db, "Rival", "Hats", "Äpfel am Abend").await;
        for network in [&by_offer, &by_affiliate] {
            let click = add_visit(db, &network.link).await;
            record_sale(db, &sale(&network.partner, click, "order-1")).await;
        }
        let click = add_visit(db, &by_offer.link).await;
        let by_transaction = Network::commit(db, "Store", "Coats", "Magazine").await;
        let last = add_visit(db, &by_transaction.link).await;
        record_sale(db, &sale(&by_transaction.partner, last, "Äpfel-1")).await;
        record_sale(db, &sale(&by_offer.partner, click, "order-2")).await;
        for text in FOUND {
            let found = crate::lists::conversions(conn, Scope::Network, &by_text(text)).await.unwrap().rows;
            let found: Vec<_> = found.iter().map(|row| row.affiliate_name.as_str()).collect();
            assert_eq!(found, ["Blog", "Magazine", "Äpfel am Abend", "Blog"], "{text}");
            let found = applications::list_applications(conn, Scope::Network, &by_text(text)).await.unwrap().rows;
            let found: Vec<_> = found.iter().map(|row| row.affiliate_name.as_str()).collect();
            assert_eq!(found, ["Äpfel am Abend", "Blog"], "{text}");
            let found = applications::list_links(conn, by_offer.affiliate.id, &by_text(text)).await.unwrap().rows;
            assert_eq!(found.len(), 1, "{text}");
            let found = applications::list_links(conn, by_affiliate.affiliate.id, &by_text(text)).await.unwrap().rows;
            assert!(found.is_empty(), "{text}: one's own name is none of a link's");
            assert_eq!(users::list_users(conn, &by_text(text)).await.unwrap().rows.len(), 1, "{text}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_is_found_as_its_shop_spelt_it() {
    with_recording(async |db: &Db, conn: &mut Conn| {
        let shop = Network::commit(db, "Shop", "Shoes", "Blog").await;
        let click = add_visit(db, &shop.link).await;
        // Decomposed, as it is copied from the list.
        let spelt = "A\u{308}pfel-1";
        record_sale(db, &sale(&shop.partner, click, spelt)).await;
        record_sale(db, &sale(&shop.partner, click, "Apfel-1")).await;
        for (scope, text, wanted) in [
            (Scope::Network, spelt, 1),
            (Scope::Partner(shop.partner.id), spelt, 1),
            (Scope::Network, " A\u{308}pfel-1\u{200b}\0", 1),
            // Who can't see it doesn't find it either.
            (Scope::Affiliate(shop.affiliate.id), spelt, 0),
        ] {
            let found = crate::lists::conversions(conn, scope, &by_text(text)).await.unwrap().rows;
            assert_eq!(found.len(), wanted, "{text:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn offers_are_found_by_other_letters_for_all_who_list_them() {
    in_transaction(async |conn: &mut Conn| {
        let shop = Network::add(conn, "Shop", "Äpfel", "Blog").await;
        let orchard = add_partner(conn, "Obst & Äpfel").await;
        add_offer(conn, &orchard, "Pears", OfferStatus::Active).await;
        add_offer(conn, &shop.partner, "Boots", OfferStatus::Active).await;
        for text in FOUND {
            let found = offers::list_offers(conn, Scope::Network, &by_text(text)).await.unwrap().rows;
            let found: Vec<_> = found.iter().map(|offer| offer.name.as_str()).collect();
            assert_eq!(found, ["Pears", "Äpfel"], "{text}");
            let found = offers::list_marketplace(conn, shop.affiliate.id, &by_text(text)).await.unwrap().rows;
            let found: Vec<_> = found.iter().map(|offer| offer.name.as_str()).collect();
            assert_eq!(found, ["Pears", "Äpfel"], "{text}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_text_that_a_database_could_not_take_is_searched_for_without_harm() {
    in_transaction(async |conn: &mut Conn| {
        add_user(conn, Role::Admin, "Bea").await;
        let long = "b".repeat(100_000);
        for (text, wanted) in [("B\0ea", 1), ("\0", 1), ("   ", 1), ("~", 0), ("~%", 0), (long.as_str(), 0)] {
            let found = users::list_users(conn, &by_text(text)).await.unwrap().rows;
            assert_eq!(found.len(), wanted, "{text:.20}");
        }
    })
    .await;
}
