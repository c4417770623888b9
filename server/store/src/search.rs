//! Searches ignore case in every script.
//!
//! Neither engine's own folding does: SQLite's `lower` knows the letters of ASCII, PostgreSQL's those of the database's
//! locale, which may be "C". So a pattern names all forms of each letter, `[éÉ][cC]…`: SQLite's `glob` and PostgreSQL's
//! `~` take such a set literally, whatever the locale.

use std::{collections::BTreeMap, sync::LazyLock};

use domain::SearchText;

use crate::Conn;

/// What a list is searched for.
#[derive(Debug)]
pub(crate) struct Search {
    is_embedded: bool,
    text: String,
}

impl Search {
    /// What is asked for, in the words of the connection's engine.
    pub(crate) fn of(conn: &Conn, text: &SearchText) -> Self {
        Self { is_embedded: conn.is_embedded(), text: text.normalised() }
    }

    /// What is bound to the parameter of [`Search::condition`]; empty for all.
    pub(crate) fn pattern(&self) -> String {
        match (self.text.is_empty(), self.is_embedded) {
            (true, _) => String::new(),
            (false, true) => format!("*{}*", pattern(&self.text, glob_literal)),
            (false, false) => pattern(&self.text, regex_literal),
        }
    }

    /// Whether nothing is searched for, or one of the columns contains it. It goes on well with `or`.
    pub(crate) fn condition(&self, parameter: &str, columns: &[&str]) -> String {
        let operator = if self.is_embedded { "glob" } else { "~" };
        // In capitals "ß" is "SS", too.
        let contains =
            |column: &&str| format!(" or replace(replace({column}, 'ß', 'ss'), 'ẞ', 'ss') {operator} {parameter}");
        let contains: String = columns.iter().map(contains).collect();
        format!("{parameter} = ''{contains}")
    }
}

/// The letters with other forms of them than their own, by their small form, which is the first.
static FORMS: LazyLock<BTreeMap<char, Vec<char>>> = LazyLock::new(|| {
    let mut forms: BTreeMap<char, Vec<char>> = BTreeMap::new();
    // No script with cases lies behind these.
    for letter in 'A'..='\u{1ffff}' {
        let small = folded(letter);
        if small != letter {
            forms.entry(small).or_insert_with(|| vec![small]).push(letter);
        }
    }
    forms
});

/// One letter for all that differ in case only: "ς" and "Σ" are "σ". So are the four of Turkish, because nobody knows
/// in which language a name is written.
fn folded(letter: char) -> char {
    if letter == 'İ' {
        return 'i';
    }
    let capital = only(letter.to_uppercase()).unwrap_or(letter);
    only(capital.to_lowercase()).unwrap_or(capital)
}

/// The character, if it is just one.
fn only(mut chars: impl Iterator<Item = char>) -> Option<char> {
    let first = chars.next()?;
    chars.next().is_none().then_some(first)
}

/// A pattern that takes each letter in all its forms.
fn pattern(text: &str, literal: fn(char) -> String) -> String {
    let mut pattern = String::new();
    for letter in text.replace(['ß', 'ẞ'], "ss").chars() {
        if let Some(forms) = FORMS.get(&folded(letter)) {
            pattern.push('[');
            pattern.extend(forms);
            pattern.push(']');
        } else {
            pattern.push_str(&literal(letter));
        }
    }
    pattern
}

fn glob_literal(c: char) -> String {
    if "*?[".contains(c) { format!("[{c}]") } else { c.to_string() }
}

fn regex_literal(c: char) -> String {
    if r".*+?()[]{}^$|\".contains(c) { format!(r"\{c}") } else { c.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_is_taken_in_all_its_forms() {
        for (text, wanted) in [
            ("éC1", "[éÉ][cC]1"),
            ("Шоп", "[шШ][оО\u{1c82}][пП]"),
            ("ς", "[σΣς]"),
            ("Σ", "[σΣς]"),
            ("K", "[kK\u{212a}]"),
            ("I", "[iIİı]"),
            ("ı", "[iIİı]"),
            ("İ", "[iIİı]"),
            ("ẞ", "[sSſ][sSſ]"),
            ("ǅ", "[ǆǄǅ]"),
            ("𐐀", "[𐐨𐐀]"),
            ("中 の!", "中 の!"),
        ] {
            assert_eq!(pattern(text, glob_literal), wanted, "{text}");
        }
    }

    #[test]
    fn every_letter_finds_all_letters_with_the_same_capital_or_small_form() {
        for letter in ('\0'..=char::MAX).filter(|letter| !matches!(letter, 'ß' | 'ẞ')) {
            let others = [only(letter.to_lowercase()), only(letter.to_uppercase())].into_iter().flatten();
            for other in others.filter(|other| *other != letter) {
                let pattern = pattern(&letter.to_string(), glob_literal);
                assert!(pattern.contains(letter) && pattern.contains(other), "{letter:?} finds {pattern:?}");
            }
        }
    }

    #[test]
    fn what_a_pattern_gives_a_meaning_to_is_a_character_like_any_other() {
        assert_eq!(pattern("*?[]%_^-", glob_literal), "[*][?][[]]%_^-");
        assert_eq!(pattern(r".*+?()[]{}^$|\-_%", regex_literal), r"\.\*\+\?\(\)\[\]\{\}\^\$\|\\-_%");
    }
}
