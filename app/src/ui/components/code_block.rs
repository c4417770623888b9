//! An example to copy.

use leptos::prelude::*;

use super::CopyButton;

/// A piece of code with its language and a copy button.
#[component]
pub fn CodeBlock(
    /// The code.
    #[prop(into)]
    code: String,
    /// Its language, as shown.
    #[prop(into)]
    language: String,
) -> impl IntoView {
    view! {
        <div class="code">
            <div class="code__head">
                <span>{language.clone()}</span>
                <CopyButton text=code.clone() what=format!("the {language} example") />
            </div>
            <pre tabindex="0">
                <code>{code}</code>
            </pre>
        </div>
    }
}
