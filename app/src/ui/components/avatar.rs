//! A face for those without a picture.

use leptos::prelude::*;

/// The initials of a name that stands beside it; hidden from those who hear the name already.
#[component]
pub fn Avatar(
    /// The full name.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    view! {
        <span class="avatar" aria-hidden="true">
            {initials(&name)}
        </span>
    }
}

fn initials(name: &str) -> String {
    let firsts = name.split_whitespace().filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let letters: String = firsts.take(2).flat_map(char::to_uppercase).collect();
    if letters.is_empty() { "?".to_owned() } else { letters }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_the_first_letters_of_two_words() {
        let cases = [("Ada Lovelace King", "AL"), ("acme", "A"), ("  ", "?"), ("(été) & co", "ÉC")];
        for (name, letters) in cases {
            assert_eq!(initials(name), letters);
        }
    }
}
