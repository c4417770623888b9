//! What is recognised, and what is said of it.

use super::*;

#[test]
fn placeholders_are_recognised() {
    for text in [
        "{click_id}",
        "${amount}",
        "[amount]",
        "%status%",
        "{{x}}",
        "<id>",
        "#click_id#",
        "$amount$",
        "$amount",
        ":id:",
        "__CLICK_ID__",
        "{{ order.id }}",
        "{$order}",
        "#{id}",
        "[[sub1]]",
        "*|ORDER|*",
        "@id@",
        "@order_id@",
        "$(order_id)",
        "$( order.id )",
        "((order_id))",
        "(( order_id ))",
        "[(order_id)]",
        "{{order['id']}}",
        "{{ order[\"id\"] }}",
        "{order[0][id]}",
        "%7Bclick_id%7D",
        "%257Bclick_id%257D",
        "shop-{order_id}",
        "<%= id %>",
    ] {
        assert!(is_unreplaced_macro("transaction_id", text), "{text}");
    }
    for (parameter, text) in [
        ("amount", "AMOUNT"),
        ("amount", "ORDER_VALUE"),
        ("commission", "PAYOUT"),
        ("status", "STATUS"),
        ("status", "status"),
        ("currency", "CURRENCY"),
        ("click_id", "YOUR_CLICK_ID"),
        ("click_id", "your-click-id"),
        ("click_id", "CLICK_ID_HERE"),
        ("transaction_id", "ORDER_ID"),
        ("transaction_id", "TRANSACTION_ID"),
        ("transaction_id", "transaction_id"),
        ("api_key", "YOUR_API_KEY"),
    ] {
        assert!(is_unreplaced_macro(parameter, text), "{parameter} {text}");
    }
    for text in [
        "10",
        "",
        "{}",
        "a{b}",
        "ABC-123",
        "USD",
        "order-1001",
        "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}",
        "#1001",
        "[1001]",
        "100%",
        "%",
        "$12",
        "ORDER-77",
        "INV",
        "Bestellung-ä",
        "order",
        "50%25",
        "a:b",
        "__",
        "{1001}",
        "ABCDEF",
        "(A-17)",
        "(order)",
        "(ABC)",
        "((1001))",
        "$(12)",
        "@handle",
        "order['id']",
        "[x][y]z",
    ] {
        assert!(!is_unreplaced_macro("transaction_id", text), "{text}");
    }
    for code in ["USD", "EUR", "USDT", "USDC", "MATIC", "AMD"] {
        assert!(!is_unreplaced_macro("currency", code), "{code}");
    }
}

#[test]
fn a_name_that_was_meant_is_named() {
    let hint = |query: &str| read(query, "").hint;
    for name in ["apikey", "API_KEY", "Api-Key", "key", "token", "apiKey", "api_key[]", "api_key[0]"] {
        let hint = hint(&format!("{name}=secret-of-mine&click_id=x")).unwrap();
        assert!(hint.contains(name) && hint.contains("api_key") && !hint.contains("secret"), "{hint}");
    }
    for name in
        ["clickid", "CLICK_ID", "click_id[]", "click_id[12]", "clickId", "click-id", "CID", "subid", "sub1", "gclid"]
    {
        let hint = hint(&format!("api_key=k&{name}=x")).unwrap();
        assert!(hint.contains(name) && hint.contains("click_id"), "{hint}");
    }
    for (query, name) in [("+api_key=k&click_id=x", "api_key"), ("api_key=k&click_id%E2%80%8B=x", "click_id")] {
        let hint = hint(query).unwrap();
        assert!(hint.starts_with(name) && hint.contains("invisible"), "{hint}");
    }
    for query in [
        "api_key=k&click_id[x]=y",
        "api_key=k&click_id=x&clickid=y",
        "api_key=k&id=1",
        "api_key=k",
        "",
        "sp_live_abc=1",
        "kéy=1",
    ] {
        assert_eq!(hint(query), None, "{query}");
    }
    let parameters = Parameters { body_ignored: Some("larger than 16 KiB".into()), ..Parameters::default() };
    assert!(Postback::read(None, parameters).hint.unwrap().contains("larger than 16 KiB"));
}

#[test]
fn a_value_under_a_misspelt_name_is_warned_of() {
    let whole = "api_key=k&click_id=x";
    for (query, body, expected) in [
        ("AMOUNT=5&Status=paid", "", &["misspelt_name: Status, status", "misspelt_name: AMOUNT, amount"][..]),
        ("orderId=7", "", &["misspelt_name: orderId, order_id"]),
        (
            "amount[]=5&transaction-id=7",
            "",
            &["misspelt_name: amount[], amount", "misspelt_name: transaction-id, transaction_id"],
        ),
        (
            "+amount=5&currency%E2%80%8B=EUR",
            "",
            &["misspelt_name: %20amount, amount", "misspelt_name: currency%E2%80%8B, currency"],
        ),
        // Where the right one is there, the other is somebody else's.
        ("amount=5&AMOUNT=6&orderId=7&txn=8", "", &[]),
        ("AMOUNT=", "", &[]),
        ("amounts=5&amount_total=5&my_status=1&am%C3%B6unt=5", "", &[]),
        // A webhook's body is about other things, whatever it holds.
        ("", "Status=open&orderId=7", &[]),
        ("AMOUNT=99", "amount=9900", &["misspelt_name: AMOUNT, amount"]),
    ] {
        assert_eq!(warnings(&read(&format!("{whole}&{query}"), body)), expected, "{query} {body}");
    }
    assert_eq!(warnings(&read("api_key=k", "click_id=x&Amount=5")), ["misspelt_name: Amount, amount"]);
}

#[test]
fn a_webhooks_body_gives_no_hint_where_the_query_names_the_click() {
    assert_eq!(read("click_id=x", "token=abc&secret=d").hint, None);
    assert!(read("apikey=k&click_id=x", "token=abc").hint.unwrap().starts_with("apikey"));
    assert!(read("clickid=x&api_key=k", "click=y").hint.unwrap().starts_with("clickid"));
    let beside = |query: &str| {
        let (query, key_header) = (pairs(query), Some("Authorization".to_owned()));
        Postback::read(None, Parameters { query, key_header, ..Parameters::default() }).hint.unwrap()
    };
    assert!(beside("apikey=k&click_id=x").starts_with("apikey"), "parameters come before headers");
    assert!(beside("click_id=x").starts_with("The header Authorization"));
}

#[test]
fn a_body_of_another_shape_is_explained() {
    let hint = |query: &str, names: &[&'static str]| {
        let nested = names.iter().map(|name| (*name, "data".to_owned())).collect();
        Postback::read(None, Parameters { query: pairs(query), nested, ..Parameters::default() }).hint
    };
    let both = ["api_key", "click_id"];
    assert_eq!(hint("", &both).unwrap(), "api_key is inside data; it must be at the top of the object.");
    assert_eq!(
        hint("key=k&api_key=k", &both).unwrap(),
        "click_id is inside data; it must be at the top of the object."
    );
    assert!(hint("api_key=k", &["cid"]).unwrap().starts_with("cid is inside data"));
    assert_eq!(hint("click_id=x", &["click_id"]), None, "the key is missing");
    assert_eq!(hint("api_key=k&click_id=x", &both), None);
    let shaped = |query: &str| {
        let parameters = Parameters { query: pairs(query), body_shape: Some("A list."), ..Parameters::default() };
        Postback::read(None, parameters).hint
    };
    assert_eq!(shaped("").as_deref(), Some("A list."));
    assert!(shaped("apikey=k").unwrap().contains("apikey"));
    assert_eq!(shaped("api_key=k&click_id=x"), None);
}

#[test]
fn what_is_no_clicks_id_is_explained() {
    let id = "clk_01h455vb4pex5vsknk084sn02q";
    for (text, part) in [
        (format!("\"{id}\""), "quotes"),
        (format!("“{id}"), "quotes"),
        (format!("{id}'"), "quotes"),
        (format!("%22{id}%22"), "quotes"),
        ("{click_id}".to_owned(), "macro"),
        ("%7Bclick_id%7D".to_owned(), "macro"),
        (id.replace('_', "%5F"), "encoded"),
        (id.to_uppercase(), "lower-case"),
        (id[4..].to_owned(), "begins with clk_"),
        (id[..20].to_owned(), "30 characters"),
        (id.replace("clk_", "off_"), "offer"),
        (id.replace("clk_", "cnv_"), "not a click's"),
        ("sp_live_0123456789".to_owned(), "api_key"),
        ("clk_xxx".to_owned(), "placeholder"),
        ("clk_…".to_owned(), "placeholder"),
        ("clk_YOUR_CLICK_ID".to_owned(), "placeholder"),
        (format!("({id})"), "beside it"),
        (format!("https://shop.example/?click_id={id}"), "beside it"),
        ("undefined".to_owned(), "word"),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301".to_owned(), "UUID"),
        ("EAIaIQobChMI1".to_owned(), "gclid"),
        ("sub1".to_owned(), "begins with clk_"),
    ] {
        let hint = click_hint(&text, &text).unwrap();
        assert!(hint.contains(part), "{text}: {hint}");
    }
}

#[test]
fn what_is_no_amount_or_currency_is_explained() {
    for (query, part) in [
        ("amount=1,5", Some("point")),
        ("amount=1.000,50", Some("point")),
        ("amount=$10", Some("currency=EUR")),
        ("amount=10 USD", Some("currency=EUR")),
        ("amount=AMOUNT", Some("macro")),
        ("amount=\"5\"", Some("quotes")),
        ("amount=2000000000000", Some("cents")),
        ("amount=99.00 EUR", Some("currency=EUR")),
        ("amount=99.00EUR", Some("currency=EUR")),
        ("amount=5 Euro", Some("currency=EUR")),
        ("amount=5e", Some("currency=EUR")),
        ("amount=1e3 EUR", Some("currency=EUR")),
        ("amount=5€", Some("currency=EUR")),
        ("amount=5 zł", Some("currency=EUR")),
        ("amount=100 ₿", Some("currency=EUR")),
        ("amount=1 000", Some("separators")),
        ("amount=1\u{a0}000.50", Some("separators")),
        ("amount=1\u{202f}000", Some("separators")),
        ("amount=1'000", Some("separators")),
        ("amount=1_000", Some("separators")),
        ("amount=1.000.000", Some("separators")),
        ("amount=1 000,50", Some("separators")),
        ("amount=1e%2B309", None),
        ("amount=0x10", None),
        ("amount=-1", None),
        ("amount=1e309", None),
        ("currency=€", Some("EUR")),
        ("currency={currency}", Some("macro")),
        ("currency=us", None),
    ] {
        let invalid = read(query, "").values.unwrap_err();
        let hint = value_hint(&invalid, &invalid.text);
        match part {
            Some(part) => assert!(hint.as_deref().unwrap_or_default().contains(part), "{query}: {hint:?}"),
            None => assert_eq!(hint, None, "{query}"),
        }
    }
    assert!(key_hint("{api_key}").unwrap().contains("macro") && key_hint("'k'").unwrap().contains("quotes"));
    for key in ["Bearer sp_live_1", "bearer\tx", "BEARER  x", "Bearer"] {
        assert!(key_hint(key).unwrap().contains("Bearer"), "{key}");
    }
    for key in ["sp_live_1?click_id=x", "sp_live_1&click_id=x", "api_key=sp_live_1", "https://x.example/?sp_live_1"] {
        assert!(key_hint(key).unwrap().contains("address"), "{key}");
    }
    for key in ["sp_live_xxx", "sp_live_…", "sp_live_...", "sp_live_", "sp_live_••••", "sp_live_YOUR_KEY", "undefined"]
    {
        assert!(key_hint(key).unwrap().contains("macro"), "{key}");
    }
    assert!(key_hint("clk_01h455vb4pex5vsknk084sn02q").unwrap().contains("click_id"));
    for key in ["bearersp_live_1", "sp_live_1", "sp_live_0123456789012345678901234567890123456789,"] {
        assert!(key_hint(key).unwrap().contains("40 letters"), "{key}");
    }
    assert_eq!(key_hint("somebody-elses"), None);
    assert_eq!(key_hint("sp_live_0123456789012345678901234567890123456789"), None);
}
