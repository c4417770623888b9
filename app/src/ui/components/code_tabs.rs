//! The same example in several languages.

use leptos::prelude::*;

use super::CodeBlock;

/// The same example in several languages, one at a time: radio buttons, so it works without scripts and with the
/// arrow keys.
#[component]
pub fn CodeTabs(
    /// Each language's name and code.
    samples: Vec<(String, String)>,
    /// A name that no other tabs on the page have.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let tabs = samples
        .into_iter()
        .enumerate()
        .map(|(index, (title, code))| {
            let id = format!("{name}-{index}");
            let is_first = index == 0;
            view! {
                <input
                    class="code-tabs__radio visually-hidden"
                    type="radio"
                    id=id.clone()
                    name=name.clone()
                    checked=is_first
                />
                <label class="code-tabs__tab" for=id>
                    {title.clone()}
                </label>
                <div class="code-tabs__panel">
                    <CodeBlock code=code language=title />
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="code-tabs" role="group" aria-label="Language of the example">
            {tabs}
        </div>
    }
}
