mod hints;
mod limits;
mod names;

use proptest::prelude::*;

use super::*;

fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn read(query: &str, body: &str) -> Postback {
    Postback::read(None, Parameters { query: pairs(query), body: pairs(body), ..Parameters::default() })
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
    assert_eq!(Postback::read(Some(" a "), parameters()).api_key.unwrap().expose(), "a");
    assert_eq!(Postback::read(Some(" "), parameters()).api_key.unwrap().expose(), "b");
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
fn what_cannot_be_seen_is_cut_off_at_the_ends_and_control_characters_are_refused() {
    let id = "clk_01h455vb4pex5vsknk084sn02q";
    let postback =
        read(&format!("api_key=%E2%80%8Bk%EF%BB%BF&click_id=%EF%BB%BF{id}%E2%80%8B&status=paid%E2%81%A0"), "");
    assert_eq!(postback.api_key.unwrap().expose(), "k");
    assert_eq!(postback.click, ClickReference::Id(ClickId::parse(id).unwrap()));
    assert_eq!(postback.values.unwrap().status.unwrap().as_str(), "paid");
    assert!(postback.warnings.is_empty());
    let header = Postback::read(Some("\u{feff}k\u{200b} "), Parameters::default());
    assert_eq!(header.api_key.unwrap().expose(), "k");
    for (query, parameter) in [
        ("status=paid%00", Parameter::Status),
        ("status=a%C2%81b", Parameter::Status),
        ("order_id=a%07", Parameter::TransactionId),
        ("txn=a%0Ab", Parameter::TransactionId),
    ] {
        assert_eq!(read(query, "").values.unwrap_err().parameter, parameter, "{query}");
    }
    assert_eq!(
        read("status=%E2%80%8B&amount=%EF%BB%BF", "").values,
        Ok(Values::default()),
        "nothing but such is absent"
    );
}

#[test]
fn a_name_that_html_mangled_is_read_without_it() {
    let postback = read("api_key=k&amp;amount=5&amp;amp;status=paid&AMP;txn=1", "amp;currency=eur");
    assert_eq!(warnings(&postback), ["mangled_ampersand"]);
    let values = postback.values.unwrap();
    assert_eq!((values.amount, values.status.unwrap().as_str()), (Amount::parse("5").ok(), "paid"));
    assert_eq!((values.transaction_id.unwrap().as_str(), values.currency.unwrap().as_str()), ("1", "EUR"));
    assert_eq!(warnings(&read("ampamount=5&am=1&amp=2", "")), Vec::<String>::new());
}

#[test]
fn a_word_for_nothing_is_nothing() {
    for word in ["undefined", "null", "NULL", "None", "NaN", "(null)"] {
        let postback = read(&format!("currency={word}&transaction_id={word}"), "");
        assert_eq!(warnings(&postback), ["absent_word: currency", "absent_word: transaction_id"], "{word}");
        assert_eq!(postback.values, Ok(Values::default()), "{word}");
        let status = read(&format!("status={word}"), "");
        let kept = word.to_ascii_lowercase();
        assert_eq!(warnings(&status), ["absent_word: status".to_owned(), format!("status_does_not_count: {kept}")]);
        assert_eq!(status.values.unwrap().status.unwrap().as_str(), kept);
        for name in ["amount", "commission"] {
            let invalid = read(&format!("{name}={word}"), "").values.unwrap_err();
            assert!(value_hint(&invalid, word).unwrap().contains(word), "{word}");
        }
    }
    let other = read("transaction_id=null&order_id=77&amount=1%C2%A4cy=undefined", "");
    assert_eq!(
        warnings(&other),
        ["absent_word: transaction_id", "mangled_currency_parameter", "absent_word: currency"]
    );
    let values = other.values.unwrap();
    assert_eq!((values.transaction_id.unwrap().as_str(), values.currency), ("77", None));
    for id in ["nullable", "none-1", "0", "undefined2"] {
        assert_eq!(warnings(&read(&format!("txn={id}"), "")), Vec::<String>::new(), "{id}");
    }
}

#[test]
fn a_status_that_was_probably_meant_to_earn_is_warned_of() {
    for text in [
        "completed",
        "Success",
        "sale",
        "1",
        "processing",
        "con\u{200b}firmed",
        "test",
        "Duplicate",
        "expired",
        "invalid",
    ] {
        let postback = read(&format!("status={text}"), "");
        assert_eq!(warnings(&postback), [format!("status_does_not_count: {}", text.to_ascii_lowercase())]);
        assert_eq!(postback.values.unwrap().status.unwrap().as_str(), text.to_ascii_lowercase());
    }
    for text in ["", "confirmed", "PAID", "pending", "rejected", "chargeback", "Canceled", "failed"] {
        assert_eq!(warnings(&read(&format!("status={text}"), "")), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_macro_in_a_value_that_is_stored_is_warned_of() {
    let query = "transaction_id={transaction_id}&status={status}&currency=CURRENCY";
    assert_eq!(
        warnings(&read(query, "")),
        [
            "unreplaced_macro: status",
            "status_does_not_count: {status}",
            "unreplaced_macro: currency",
            "unreplaced_macro: transaction_id"
        ]
    );
    assert_eq!(warnings(&read("order_id=%257Border%257D", "")), ["unreplaced_macro: order_id"]);
}

#[test]
fn bytes_that_were_not_utf8_are_warned_of_where_they_are_left() {
    let read = |query: &[(&str, &str)]| {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let not_utf8 = ["amp;txn", "amount", "other"].map(str::to_owned).to_vec();
        warnings(&Postback::read(None, Parameters { query, not_utf8, ..Parameters::default() }))
    };
    assert_eq!(read(&[("amp;txn", "Stück"), ("other", "ä")]), ["mangled_ampersand", "not_utf8: txn"]);
    assert_eq!(read(&[("amount", "10¤cy=EUR")]), ["mangled_currency_parameter"]);
    assert_eq!(read(&[("status", "bestätigt")]), ["status_does_not_count: bestätigt"]);
}

#[test]
fn a_query_that_names_the_click_is_whole() {
    let names = |query: &str| Parameters { query: pairs(query), ..Parameters::default() }.query_names_click();
    for query in ["click_id=x", "cid=x", "amp;cid=x", "click_id=&cid=x", "click_id={click_id}"] {
        assert!(names(query), "{query}");
    }
    for query in ["", "click_id=", "click_id=%E2%80%8B+", "clickid=x", "cid=¤cy=EUR"] {
        assert!(!names(query), "{query}");
    }
}

proptest! {
    #[test]
    fn no_request_panics(query: String, body: String) {
        let _ = read(&query, &body);
    }

    #[test]
    fn no_text_panics(text in any::<String>(), parameter in "api_key|click_id|status|amount|currency|transaction_id|other") {
        let _ = (is_unreplaced_macro(&parameter, &text), click_hint(&text, &text), key_hint(&text));
        for parameter in [Parameter::Status, Parameter::Amount, Parameter::Currency, Parameter::TransactionId] {
            let _ = value_hint(&InvalidValue { parameter, text: text.clone(), reason: String::new() }, &text);
        }
    }

    #[test]
    fn an_orders_own_id_is_never_called_a_macro(
        id in "[A-Za-z]{0,6}[-_#./ ]?[0-9]{3,12}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\
               |[\\[{#][0-9]{1,9}[\\]}#]|[(][A-Za-z]{1,6}-?[0-9]{0,9}[)]|[a-z0-9]{20,40}|[A-Z]{2,3}-[0-9]{2}-[A-Z]{1,3}",
    ) {
        prop_assert!(!is_unreplaced_macro("transaction_id", &id), "{}", id);
    }

    #[test]
    fn cutting_works_at_any_place(before in "[ -~é¤]{0,8}", after in "[A-Z]{3}") {
        let value = format!("{before}¤cy={after}");
        let (_, currency) = mangled::split(&value).unwrap();
        prop_assert!(currency.ends_with(&after));
    }
}

#[test]
fn a_key_is_stored_in_no_spelling() {
    let secret = "0123456789abcdefghijklmnopqrstuvwxyzABCD";
    for text in [secret.to_owned(), format!("x{secret}"), format!("sp%5Flive%5F{secret}"), secret.to_uppercase()] {
        for name in ["transaction_id", "status"] {
            let query = vec![("api_key".to_owned(), format!("sp_live_{secret}")), (name.to_owned(), text.clone())];
            let read = Postback::read(None, Parameters { query, ..Parameters::default() });
            assert!(read.values.is_err(), "{name} {text}");
        }
    }
}
