//! How loud a button is.

/// How loud a button is: one primary on a screen, danger for what can't be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ButtonKind {
    /// What most people came to do here.
    #[default]
    Primary,
    /// Everything else.
    Secondary,
    /// What can't be undone.
    Danger,
    /// A link in a button's size.
    Quiet,
}

impl ButtonKind {
    /// Its CSS classes.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button button--primary",
            Self::Secondary => "button button--secondary",
            Self::Danger => "button button--danger",
            Self::Quiet => "button button--quiet",
        }
    }
}
