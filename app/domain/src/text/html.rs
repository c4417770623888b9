//! What HTML writes for `&`, as it comes along when an address is copied out of a page's source.

/// Whether an entity, without its own `&` and `;`, stands for `&`: `amp`, `#38`, `#x26`, and `#038`, which is how blogs write it.
pub(crate) fn is_ampersand(entity: &str) -> bool {
    let Some(number) = entity.strip_prefix('#') else { return entity.eq_ignore_ascii_case("amp") };
    match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => hexadecimal.trim_start_matches('0') == "26",
        None => number.trim_start_matches('0') == "38",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ampersands_are_known_by_name_and_number() {
        for entity in ["amp", "AMP", "#38", "#038", "#0038", "#x26", "#X26", "#x026"] {
            assert!(is_ampersand(entity), "{entity}");
        }
        for entity in ["", "am", "amp ", "#", "#x", "38", "#26", "#x38", "#380", "#+38", "curren"] {
            assert!(!is_ampersand(entity), "{entity}");
        }
    }
}
