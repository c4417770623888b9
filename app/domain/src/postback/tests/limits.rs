//! Where each rule ends: what just belongs to it, and what just doesn't.

use super::*;

const ID: &str = "clk_01h455vb4pex5vsknk084sn02q";

/// What is said of a value that was refused.
fn hint_of(parameter: Parameter, text: &str) -> Option<String> {
    value_hint(&InvalidValue { parameter, text: text.to_owned(), reason: String::new() }, text)
}

#[test]
fn a_postback_is_complete_with_a_key_a_click_and_values_that_can_be_taken() {
    assert!(read(&format!("api_key=k&click_id={ID}&amount=5"), "").is_complete());
    for query in [
        format!("click_id={ID}&amount=5"),
        "api_key=k&amount=5".to_owned(),
        "api_key=k&click_id=x&amount=5".to_owned(),
        format!("api_key=k&click_id={ID}&amount=x"),
        "amount=x".to_owned(),
    ] {
        assert!(!read(&query, "").is_complete(), "{query}");
    }
}

#[test]
fn a_name_in_brackets_has_at_most_64_characters() {
    assert!(is_unreplaced_macro("transaction_id", &format!("{{{}}}", "a".repeat(64))));
    assert!(!is_unreplaced_macro("transaction_id", &format!("{{{}}}", "a".repeat(65))));
}

#[test]
fn a_part_of_a_variable_is_a_name_or_a_small_number_behind_a_name() {
    for text in ["{order[0]}", "{order[12]}", "{order['id']}"] {
        assert!(is_unreplaced_macro("transaction_id", text), "{text}");
    }
    for text in ["{1001[0]}", "{order[12345]}"] {
        assert!(!is_unreplaced_macro("transaction_id", text), "{text}");
    }
}

#[test]
fn encoded_brackets_are_seen_around_the_whole_and_braces_within() {
    for text in ["%5Border_id%5D", "%255Border_id%255D", "shop-%7Border_id%7D"] {
        assert!(is_unreplaced_macro("transaction_id", text), "{text}");
    }
}

#[test]
fn a_bare_word_has_at_most_40_characters() {
    assert!(is_unreplaced_macro("transaction_id", &format!("ORDER{}ID", "_".repeat(33))));
    assert!(!is_unreplaced_macro("transaction_id", &format!("ORDER{}ID", "_".repeat(34))));
}

#[test]
fn a_bare_word_of_three_letters_is_read_like_a_longer_one() {
    for (parameter, text) in
        [("transaction_id", "TXN"), ("amount", "SUM"), ("click_id", "cid"), ("currency", "CUR"), ("currency", "CURR")]
    {
        assert!(is_unreplaced_macro(parameter, text), "{parameter} {text}");
    }
}

#[test]
fn what_is_probably_no_clicks_id_is_told_by_its_form() {
    for (text, part) in [
        ("CLK_123".to_owned(), "lower-case"),
        ("clk_01H455VB4PEX5VSKNK084SN02Q".to_owned(), "lower-case"),
        (ID.replace("clk_", "aff_"), "id of an affiliate"),
        (ID.replace("clk_", "cnv_"), "not a click's"),
        (ID.replace("clk_", "par_"), "not a click's"),
        (ID.replace("clk_", "lnk_"), "not a click's"),
        (ID.replace("clk_", "apl_"), "not a click's"),
        (format!("x-clk_{}", "u".repeat(26)), "another platform's"),
        ("3f2504e0".to_owned(), "another platform's"),
        ("z".repeat(36), "another platform's"),
        ("100%".to_owned(), "another platform's"),
    ] {
        let hint = click_hint(&text, &text).unwrap();
        assert!(hint.contains(part), "{text}: {hint}");
    }
    assert_eq!(click_hint(ID, ID), None, "of a click's id there is nothing to say");
}

#[test]
fn an_amount_is_explained_by_what_stands_in_it() {
    assert!(hint_of(Parameter::Amount, "١٠").unwrap().contains("0 to 9"));
    assert!(hint_of(Parameter::Amount, "1.2.3").unwrap().contains("separators"));
    for text in ["-1.5", "5.e309", "100%"] {
        assert_eq!(hint_of(Parameter::Amount, text), None, "{text}");
    }
}

#[test]
fn the_code_of_a_sign_is_named() {
    for (text, part) in
        [("$", "USD"), ("US$", "dollar"), ("€", "EUR"), ("£", "GBP"), ("¥", "JPY"), ("840", "in letters")]
    {
        let hint = hint_of(Parameter::Currency, text).unwrap();
        assert!(hint.contains(part), "{text}: {hint}");
    }
}

#[test]
fn only_a_name_that_was_meant_gives_a_hint() {
    let hint = |query: &str| read(query, "").hint;
    assert_eq!(hint("+other=1&click_id=x"), None, "a space beside a name that means nothing here");
    assert_eq!(hint("api%C3%A9key=k&click_id=x"), None, "a letter that is no mark");
    assert_eq!(hint(&format!("api{}key=k&click_id=x", "-".repeat(40))), None, "too long for a name");
    assert!(hint("api+key=k&click_id=x").unwrap().starts_with("api key was sent"));
}

#[test]
fn names_of_keys_are_known_in_any_spelling() {
    for name in ["apikey", "X-API-Key", "Authorization", "auth_token", "secret", "token[]"] {
        assert!(is_key_spelling(name), "{name}");
    }
    for name in ["", "amount", "click_id", "Host", "X-Forwarded-For", "keys"] {
        assert!(!is_key_spelling(name), "{name}");
    }
}

#[test]
fn a_mangled_currency_stands_for_a_misspelt_one_and_for_nothing_else() {
    let query = "api_key=k&click_id=x&commission=5¤cy=EUR&AMOUNT=7&CURRENCY=GBP";
    assert_eq!(warnings(&read(query, "")), ["mangled_currency_parameter", "misspelt_name: AMOUNT, amount"]);
}

#[test]
fn a_key_is_found_however_often_it_is_encoded() {
    for text in ["sp_live_abc", "x-SP_LIVE_abc", "sp%5Flive%5Fabc", "sp%255Flive%255Fabc"] {
        assert!(holds_key(text, None), "{text}");
    }
    for text in ["", "order-1", "100%", "50%25", "sp%5Fdead"] {
        assert!(!holds_key(text, None), "{text}");
    }
}
