//! What a colour means.

/// What a badge or a callout says about its subject; colours carry no other meaning in this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// In order, done, approved.
    Good,
    /// Somebody has to act first.
    Waiting,
    /// Somebody decided against it.
    Refused,
    /// Broken, or can't be undone.
    Danger,
    /// None of these.
    #[default]
    Neutral,
}

impl Tone {
    /// The ending of its CSS class.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Danger => "danger",
            Self::Neutral => "neutral",
        }
    }
}
