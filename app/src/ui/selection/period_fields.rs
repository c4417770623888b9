//! The range of a report or of a list.

use domain::{AddressWord as _, report::Period};
use leptos::prelude::*;

use super::period_name;
use crate::ui::components::{Field, SelectField};

/// Days of one's own.
const CUSTOM: &str = "custom";

/// A preset, or days of one's own.
#[component]
pub(crate) fn PeriodFields(
    /// What is asked now.
    period: Option<Period>,
    /// Whether none may be asked: then all time is the usual.
    is_optional: bool,
) -> impl IntoView {
    let presets = Period::PRESETS.into_iter().filter(|preset| !is_optional || *preset != Period::All);
    let presets = presets.map(|preset| (preset.to_word(), period_name(preset).to_owned()));
    let all = is_optional.then(|| (String::new(), period_name(Period::All).to_owned()));
    let options: Vec<_> = all.into_iter().chain(presets).chain([(CUSTOM.to_owned(), "Custom".to_owned())]).collect();
    let (range, from, to) = match period {
        Some(Period::Days(from, to)) => (CUSTOM.to_owned(), from.to_string(), to.to_string()),
        Some(Period::All) if is_optional => (String::new(), String::new(), String::new()),
        Some(preset) => (preset.to_word(), String::new(), String::new()),
        None => (String::new(), String::new(), String::new()),
    };
    view! {
        <input type="hidden" name="_was" value=range.clone() />
        <SelectField label="Range" name="range" options=options value=range />
        <div class="toolbar__pair" on:change=move |_| choose_custom()>
            <Field label="From" name="from" kind="date" value=from />
            <Field label="To" name="to" kind="date" value=to />
        </div>
    }
}

/// Who chooses a day means it, whatever the preset was: some browsers show these fields always.
fn choose_custom() {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast as _;
        let select = document().get_element_by_id("range");
        if let Some(select) = select.and_then(|select| select.dyn_into::<web_sys::HtmlSelectElement>().ok()) {
            select.set_value(CUSTOM);
        }
    }
}
