//! The words of an address.

use url::form_urlencoded;

/// Names and values as they stand behind the `?` of an address, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(Vec<(String, String)>);

impl Words {
    /// From what follows the `?`.
    pub fn parse(address: &str) -> Self {
        Self(form_urlencoded::parse(address.trim_start_matches('?').as_bytes()).into_owned().collect())
    }

    /// What follows the `?`.
    pub fn address(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.iter()).finish()
    }

    /// The first value of a name; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.iter().find(|(one, _)| *one == name).map(|(_, word)| word).unwrap_or_default()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, word)| (name.as_str(), word.as_str()))
    }
}

impl<N: Into<String>, W: Into<String>> FromIterator<(N, W)> for Words {
    fn from_iter<I: IntoIterator<Item = (N, W)>>(words: I) -> Self {
        Self(words.into_iter().map(|(name, word)| (name.into(), word.into())).collect())
    }
}

impl IntoIterator for Words {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<(String, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_given_out_in_their_order() {
        let pairs = [("b", "1"), ("a", "x y"), ("b", "2")];
        let words: Words = pairs.into_iter().collect();
        assert_eq!((words.get("b"), words.get("c"), words.address().as_str()), ("1", "", "b=1&a=x+y&b=2"));
        let wanted = pairs.map(|(name, word)| (name.to_owned(), word.to_owned()));
        assert_eq!(words.into_iter().collect::<Vec<_>>(), wanted);
    }
}
