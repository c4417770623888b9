//! The form whose fields are the page's address.

use leptos::{ev::SubmitEvent, prelude::*};

/// A form that asks for another view of the page. Without scripts it is sent by its button; with them a choice shows at once,
/// in place, and fields with nothing in them are left out of the address.
#[component]
pub(crate) fn GetForm(
    /// CSS class.
    class: &'static str,
    /// Fields and the button.
    children: Children,
) -> impl IntoView {
    view! {
        <form method="get" class=class role="search" on:submit=go_in_place() on:change=submit_at_once>
            {children()}
        </form>
    }
}

#[cfg(feature = "hydrate")]
fn go_in_place() -> impl Fn(SubmitEvent) + 'static {
    use leptos_router::{
        NavigateOptions,
        hooks::{use_location, use_navigate},
    };
    use wasm_bindgen::JsCast as _;
    let (location, navigate) = (use_location(), use_navigate());
    move |event| {
        let form = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok());
        let data = form.and_then(|form| web_sys::FormData::new_with_form(&form).ok());
        let fields = data.and_then(|data| web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok());
        let Some(fields) = fields else { return };
        event.prevent_default();
        let asked = super::sending::pairs_of(&fields).into_iter();
        // A condition on what isn't known has an empty value, and a point in its name. What begins with a line is for those
        // who have no scripts.
        let asked = asked.filter(|(name, value)| !name.starts_with('_') && (!value.is_empty() || name.contains('.')));
        let path = location.pathname.get_untracked();
        let to = crate::ui::page_url::with_words(&path, asked);
        let focused = document().active_element().map(|element| element.id()).filter(|id| !id.is_empty());
        navigate(&to, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        // The form may be made anew for what it asks now.
        request_animation_frame(move || {
            let field = focused.and_then(|id| document().get_element_by_id(&id));
            if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = field.focus();
            }
        });
    }
}

#[cfg(not(feature = "hydrate"))]
fn go_in_place() -> impl Fn(SubmitEvent) + 'static {
    |_| ()
}

/// Whether days of one's own are wanted, and not both are there yet.
#[cfg(feature = "hydrate")]
fn is_half_asked(form: &web_sys::HtmlFormElement) -> bool {
    let Ok(data) = web_sys::FormData::new_with_form(form) else { return false };
    let word = |name: &str| data.get(name).as_string().unwrap_or_default();
    word("range") == "custom" && (word("from").is_empty() || word("to").is_empty())
}

/// As if its button had been pressed, unless boxes are ticked or days are missing.
fn submit_at_once(event: leptos::ev::Event) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast as _;
        let is_box = event.target().is_some_and(|target| {
            target.has_type::<web_sys::HtmlInputElement>() && {
                let field: web_sys::HtmlInputElement = target.unchecked_into();
                field.type_() == "checkbox"
            }
        });
        // Of several boxes more than one is meant.
        if is_box {
            return;
        }
        let form = event.current_target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok());
        if let Some(form) = form.filter(|form| !is_half_asked(form)) {
            let _ = form.request_submit();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = event;
}
