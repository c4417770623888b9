//! Which name counts, and what HTML made of names.

use super::*;

#[test]
fn the_query_wins_over_the_body_under_whatever_names() {
    let cases: [(&str, &str, &str, &[&str]); 7] = [
        (
            "order_id=W1",
            "transaction_id=ch_77",
            "W1",
            &["aliases_differ: order_id, transaction_id", "in_query_and_body: order_id"],
        ),
        ("order_id=W1", "txn=ch_77", "W1", &["aliases_differ: order_id, txn", "in_query_and_body: order_id"]),
        (
            "txn=1",
            "transaction_id=2&order_id=3",
            "1",
            &["aliases_differ: txn, transaction_id", "aliases_differ: txn, order_id", "in_query_and_body: txn"],
        ),
        ("txn=1&order_id=2", "order_id=2", "1", &["aliases_differ: txn, order_id", "in_query_and_body: txn"]),
        ("order_id=1", "transaction_id=1", "1", &["in_query_and_body: order_id"]),
        ("order_id=", "transaction_id=2&order_id=2", "2", &[]),
        (
            "order_id=1&order_id=1",
            "order_id=1&order_id=1",
            "1",
            &["given_twice: order_id", "in_query_and_body: order_id"],
        ),
    ];
    for (query, body, kept, expected) in cases {
        let postback = read(query, body);
        assert_eq!(warnings(&postback), expected, "{query} {body}");
        assert_eq!(postback.values.unwrap().transaction_id.unwrap().as_str(), kept, "{query} {body}");
    }
    let id = "clk_01h455vb4pex5vsknk084sn02q";
    let click = read(&format!("cid={id}"), "click_id=their-own");
    assert_eq!(click.click, ClickReference::Id(ClickId::parse(id).unwrap()));
    assert_eq!(warnings(&click), ["aliases_differ: cid, click_id", "in_query_and_body: cid"]);
}

#[test]
fn a_currency_whose_name_was_mangled_is_read() {
    for query in [
        "¤cy=EUR&amount=5",
        "amount=5&%C2%A4cy=EUR",
        "amount=5&%25C2%25A4cy=EUR",
        "%C2%A4cy%3DEUR&amount=5",
        "%25A4cy%253DEUR&amount=5",
        "amount=5&curren;cy=EUR",
        "amount=5&curren;cy%3DEUR",
        "amount=5&amp;curren;cy=EUR",
        "amount=5&CURREN;cy=EUR",
        "amount=5&%23164;cy=EUR",
        "amount=5&%23xA4;cy=EUR",
        "commission¤cy=EUR&amount=5",
        "¤cy=EUR%C2%A4cy=USD&amount=5",
        "Â¤cy=EUR&amount=5",
        "amount=5Â¤cy=EUR",
        "amount=5%25C3%2582%25C2%25A4cy=EUR",
        "amount=5%EF%BF%BDcy=EUR",
        "amount=5ï¿½cy=EUR",
        "amount=5Ã‚Â¤cy=EUR",
    ] {
        let postback = read(query, "");
        assert_eq!(warnings(&postback), ["mangled_currency_parameter"], "{query}");
        let values = postback.values.unwrap();
        assert_eq!(values.amount, Amount::parse("5").ok(), "{query}");
        assert_eq!(values.currency.unwrap().as_str(), "EUR", "{query}");
    }
    let explicit = read("¤cy=EUR&currency=GBP", "");
    assert_eq!(explicit.values.clone().unwrap().currency.unwrap().as_str(), "GBP");
    assert_eq!(warnings(&explicit), ["mangled_currency_parameter"]);
    assert_eq!(warnings(&read("¤cy=", "")), ["mangled_currency_parameter"]);
    for query in ["cy=EUR", "50%25cy=EUR", "a;b=5&curren=EUR", "amp;cy=EUR&x;y=¤"] {
        let postback = read(query, "");
        assert!(!warnings(&postback).contains(&"mangled_currency_parameter".to_owned()), "{query}");
        assert_eq!(postback.values.unwrap().currency, None, "{query}");
    }
}

#[test]
fn a_name_behind_a_numbered_ampersand_is_read_without_it() {
    for entity in ["%23038;", "%2338;", "%23x26;", "%23X026;", "amp;%23038;", "AMP;"] {
        let postback = read(&format!("api_key=k&{entity}amount=5&{entity}cid=x"), &format!("{entity}currency=eur"));
        assert_eq!(warnings(&postback), ["mangled_ampersand"], "{entity}");
        assert_eq!(postback.click, ClickReference::Unreadable("x".to_owned()), "{entity}");
        let values = postback.values.unwrap();
        assert_eq!((values.amount, values.currency.unwrap().as_str()), (Amount::parse("5").ok(), "EUR"), "{entity}");
    }
    assert_eq!(warnings(&read("%2339;amount=5&38;amount=5&%23;txn=1", "")), ["misspelt_name: #;txn, txn"]);
}

#[test]
fn ids_that_were_not_utf8_keep_what_is_cut_off_others() {
    let stored = |name: &str, value: &str| {
        let (query, not_utf8) = (vec![(name.to_owned(), value.to_owned())], vec![name.to_owned()]);
        let postback = Postback::read(None, Parameters { query, not_utf8, ..Parameters::default() });
        assert_eq!(warnings(&postback).len(), 1 + usize::from(name.contains(';')), "{name}");
        postback.values.unwrap().transaction_id.unwrap().as_str().to_owned()
    };
    for id in ["A\u{a0}", "A\u{ad}", "\u{a0}"] {
        for name in ["transaction_id", "txn", "order_id", "amp;txn"] {
            assert_eq!(stored(name, &format!(" {id}\r\n")), id, "{name}");
        }
    }
    let query = vec![("amount".to_owned(), "5\u{a0}".to_owned())];
    let parameters = Parameters { query, not_utf8: vec!["amount".to_owned()], ..Parameters::default() };
    assert_eq!(Postback::read(None, parameters).values.unwrap().amount, Amount::parse("5").ok());
    assert_eq!(read("txn=A%C2%A0", "").values.unwrap().transaction_id.unwrap().as_str(), "A");
}
