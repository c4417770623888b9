//! Small numbers for what has none of its own, so that counting compares numbers and not texts.

use std::{collections::HashMap, hash::Hash};

/// What was met, each under the number of its first time.
#[derive(Debug, Clone)]
pub(super) struct Codes<T> {
    known: HashMap<T, u32>,
    all: Vec<T>,
}

impl<T> Default for Codes<T> {
    fn default() -> Self {
        Self { known: HashMap::new(), all: Vec::new() }
    }
}

impl<T: Clone + Eq + Hash> Codes<T> {
    /// The number of something; the next one where it is new.
    pub(super) fn code(&mut self, of: &T) -> u32 {
        if let Some(code) = self.known.get(of) {
            return *code;
        }
        // Nobody has four thousand million different ones.
        let code = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.known.insert(of.clone(), code);
        self.all.push(of.clone());
        code
    }

    /// What a number stands for.
    pub(super) fn get(&self, code: u32) -> Option<&T> {
        self.all.get(code as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::Codes;

    #[test]
    fn each_has_one_number() {
        let mut codes = Codes::default();
        assert_eq!(["a", "b", "a"].map(|text| codes.code(&text)), [0, 1, 0]);
        assert_eq!((codes.get(1), codes.get(2)), (Some(&"b"), None));
    }
}
