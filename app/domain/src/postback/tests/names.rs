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
