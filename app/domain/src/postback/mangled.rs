//! What HTML makes of `&currency=`.

/// What stands before and after the sign that HTML made of `&curren`. The sign comes as itself, percent-encoded
/// once more (as UTF-8 or Latin-1), or broken by a decoder that expected UTF-8.
pub(super) fn split(value: &str) -> Option<(&str, &str)> {
    const SIGNS: [&str; 4] = ["¤", "\u{fffd}", "%C2%A4", "%A4"];
    const ENDS: [&str; 2] = ["cy=", "cy%3D"];
    // Each sign begins with one of these, and nearly every value is without.
    if value.bytes().all(|byte| byte.is_ascii() && byte != b'%') {
        return None;
    }
    let lower = value.to_ascii_lowercase();
    SIGNS
        .iter()
        .flat_map(|sign| ENDS.iter().map(move |end| format!("{sign}{end}").to_ascii_lowercase()))
        .filter_map(|mark| lower.find(&mark).map(|at| (at, mark.len())))
        .min()
        .map(|(at, length)| (&value[..at], &value[at + length..]))
}
