use proptest::prelude::*;

use super::*;

fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn read(query: &str, body: &str) -> Postback {
    Postback::read(None, Parameters { query: pairs(query), body: pairs(body) })
}

fn warnings(postback: &Postback) -> Vec<String> {
    postback.warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn query_wins_over_body_and_the_first_over_the_second() {
    let both = read("amount=1", "amount=2");
    assert_eq!(both.values.clone().unwrap().amount, Amount::parse("1").ok());
    assert_eq!(warnings(&both), ["in_query_and_body: amount"]);
    let twice = read("amount=&amount=3&amount=4", "");
    assert_eq!(twice.values.clone().unwrap().amount, Amount::parse("3").ok());
    assert_eq!(warnings(&twice), ["given_twice: amount"]);
    assert_eq!(read("amount=", "amount=2").values.unwrap().amount, Amount::parse("2").ok());
}

#[test]
fn the_first_name_wins_and_different_aliases_are_warned_of() {
    let id = "clk_01h455vb4pex5vsknk084sn02q";
    let click = read(&format!("cid=x&click_id={id}"), "");
    assert_eq!(click.click, ClickReference::Id(ClickId::parse(id).unwrap()));
    assert_eq!(warnings(&click), ["aliases_differ: click_id, cid"]);
    let order = read("order_id=3&txn=2", "");
    assert_eq!(order.values.unwrap().transaction_id.unwrap().as_str(), "2");
    assert_eq!(warnings(&read("txn=2&order_id=2", "")), Vec::<String>::new());
}

#[test]
fn the_header_wins_over_the_parameter() {
    let parameters = || Parameters { query: pairs("api_key=b"), ..Parameters::default() };
    assert_eq!(Postback::read(Some(" a ".into()), parameters()).api_key.unwrap().expose(), "a");
    assert_eq!(Postback::read(Some(" ".into()), parameters()).api_key.unwrap().expose(), "b");
}

#[test]
fn a_mangled_currency_is_put_right() {
    for query in [
        "commission=10%C2%A4cy=eur",
        "commission=10¤cy=eur",
        "commission=10%25C2%25A4cy=eur",
        "commission=10%25c2%25a4cy%253Deur",
        "commission=10%A4cy=eur",
        "commission=10%C2%A4cy=eur%C2%A4cy=usd",
    ] {
        let postback = read(query, "");
        assert_eq!(warnings(&postback), ["mangled_currency_parameter"], "{query}");
        let values = postback.values.unwrap();
        assert_eq!(values.commission, Amount::parse("10").ok(), "{query}");
        assert_eq!(values.currency.unwrap().as_str(), "EUR", "{query}");
    }
    let explicit = read("commission=10¤cy=eur&currency=GBP", "");
    assert_eq!(explicit.values.clone().unwrap().currency.unwrap().as_str(), "GBP");
    assert_eq!(warnings(&explicit), ["mangled_currency_parameter"]);
    let empty = read("commission=10¤cy=", "");
    assert_eq!(empty.values.clone().unwrap().currency, None);
    assert_eq!(warnings(&empty), ["mangled_currency_parameter"]);
}

#[test]
fn of_several_bad_values_the_first_in_the_table_is_named() {
    let postback = read("currency=1&commission=x&amount=y", "");
    assert_eq!(postback.values.unwrap_err().parameter, Parameter::Amount);
}

#[test]
fn placeholders_are_recognised() {
    for text in ["{click_id}", "${amount}", "[amount]", "%status%", "{{x}}", "<id>"] {
        assert!(looks_like_a_macro(text), "{text}");
    }
    for text in ["10", "", "{}", "a{b}"] {
        assert!(!looks_like_a_macro(text), "{text}");
    }
}

proptest! {
    #[test]
    fn no_request_panics(query: String, body: String) {
        let _ = read(&query, &body);
    }

    #[test]
    fn cutting_works_at_any_place(before in "[ -~é¤]{0,8}", after in "[A-Z]{3}") {
        let value = format!("{before}¤cy={after}");
        let (_, currency) = split_mangled_currency(&value).unwrap();
        prop_assert!(currency.ends_with(&after));
    }
}
