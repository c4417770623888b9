//! Characters that leave no mark on a screen: what comes along when a text is copied, and what makes two names look alike.

/// Whether a character is neither seen nor white space: zero-width characters, fillers, marks of direction, variation
/// selectors and tags. Control characters (C0, C1) are not among them, nor is white space.
pub const fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether an unseen character belongs into texts all the same: the joiners of Persian, Indic scripts and emoji, the
/// selector that makes a sign an emoji, and the tags of some flags.
pub const fn joins(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{e0020}'..='\u{e007f}')
}

/// A text without white space and unseen characters at its ends.
pub fn trim_unseen(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || is_unseen(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_cut_off_at_the_ends() {
        for mark in
            ['\u{200b}', '\u{feff}', '\u{2060}', '\u{202e}', '\u{ad}', '\u{3164}', '\u{2800}', '\u{e0041}', ' ', '\n']
        {
            assert_eq!(trim_unseen(&format!("{mark}a{mark}b{mark}{mark}")), format!("a{mark}b"), "{mark:?}");
        }
        assert_eq!(trim_unseen("\u{200b}\u{feff}"), "");
        assert!(!is_unseen('a') && !is_unseen(' ') && !is_unseen('\u{7}') && !is_unseen('é'));
    }
}
