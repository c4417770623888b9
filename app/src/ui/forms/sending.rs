//! A form sends itself, and the page says what became of it.

use std::{cell::Cell, sync::Arc, time::Duration};

use domain::AppError;
use leptos::{
    ev::SubmitEvent,
    prelude::*,
    server_fn::{Bytes, Decodes as _, codec::JsonEncoding, error::FromServerFnError},
    task::spawn_local,
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    location::Location,
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AbortController, FormData, Headers, HtmlElement, HtmlFormElement, RequestInit, Response, UrlSearchParams,
};

use super::{ACTION_FIELD, FormDone, FormOutcome, FormState, KEY_FIELD, Undo, is_shown_again, post_form::After};
use crate::{
    api::ApiError,
    context::form_outcome,
    ui::{
        live::{Live, use_live},
        notices::{Notices, use_notices},
        page_url::here,
    },
};

thread_local! {
    /// Of the last click, which one in a row it was: two for the second of a double click.
    static CLICKS: Cell<i32> = const { Cell::new(0) };
}

/// Counts clicks from here on.
pub(super) fn count_clicks() {
    // It stays as long as the page does.
    let _ = window_event_listener(leptos::ev::click, |event| CLICKS.set(event.detail()));
}

/// How long an answer is waited for. A password takes a second where many sign in.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

/// Goes to another page of the site.
type Navigate = Arc<dyn Fn(&str) + Send + Sync>;

/// A form of an open page.
#[derive(Clone)]
pub(super) struct Form {
    state: FormState,
    action: &'static str,
    key: String,
    after: After,
    live: Live,
    notices: Notices,
    /// Of the page: what is refused because its form is gone is said there.
    refused: RwSignal<Option<FormOutcome>>,
    /// The router's own, which outlives the form.
    location: Location,
    navigate: Navigate,
}

impl Form {
    pub(super) fn new(state: FormState, action: &'static str, key: String, after: After) -> Self {
        let (location, navigate) = (use_location(), use_navigate());
        let go = move |to: &str| navigate(to, NavigateOptions::default());
        Self {
            state,
            action,
            key,
            after,
            live: use_live(),
            notices: use_notices(),
            refused: form_outcome(),
            location,
            navigate: Arc::new(go),
        }
    }

    /// Sends it, unless it is on its way already.
    pub(super) fn submit(&self, event: &SubmitEvent) {
        event.prevent_default();
        let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok()) else { return };
        // What the first of two quick clicks has done may have put another button under the second.
        if CLICKS.take() > 1 || self.state.pending.get_untracked() {
            return;
        }
        let Ok(data) = FormData::new_with_form(&form) else { return };
        let Ok(fields) = UrlSearchParams::new_with_str_sequence_sequence(&data) else { return };
        self.state.pending.set(true);
        let (this, button) = (self.clone(), event.submitter());
        spawn_local(async move {
            match send(&here(&this.location), &fields).await {
                Ok(done) => this.finish(&form, done),
                Err(refusal) => this.show_refusal(&form, &fields, refusal),
            }
            // A button that waits can't keep the focus.
            request_animation_frame(move || give_back_focus(button.as_ref()));
        });
    }

    fn finish(&self, form: &HtmlFormElement, done: FormDone) {
        if done.is_other_session || (self.after.reloads && done.location.is_none()) {
            // It waits until the next page is there.
            let page = done.location.unwrap_or_else(|| here(&self.location));
            let _ = window().location().set_href(&page);
            return;
        }
        let _ = self.state.pending.try_set(false);
        let _ = self.state.outcome.try_set(None);
        self.refused.set(None);
        // The question was answered.
        if let Ok(Some(question)) = form.closest("details") {
            let _ = question.remove_attribute("open");
        }
        match done.location.filter(|location| *location != here(&self.location)) {
            Some(location) => (self.navigate)(&location),
            None => match self.after.undo.clone() {
                Some(undo) => self.notices.say_undoable(self.after.done, self.taking_back(undo)),
                None => self.notices.say(self.after.done),
            },
        }
        self.live.changed_here();
    }

    /// Sends the form that takes this one back, from whatever page is open by then.
    fn taking_back(&self, undo: Undo) -> Arc<dyn Fn() + Send + Sync> {
        let this = self.clone();
        Arc::new(move || {
            let Ok(fields) = UrlSearchParams::new() else { return };
            fields.append(ACTION_FIELD, undo.action);
            fields.append(KEY_FIELD, "undo");
            for (name, value) in &undo.fields {
                fields.append(name, value);
            }
            let this = this.clone();
            spawn_local(async move {
                let text = match send(&here(&this.location), &fields).await {
                    Ok(_) => "Undone".to_owned(),
                    Err(refusal) => refusal.to_string(),
                };
                this.notices.say(text);
                this.live.changed_here();
            });
        })
    }

    fn show_refusal(&self, form: &HtmlFormElement, fields: &UrlSearchParams, refusal: AppError) {
        let is_about_state = refusal.is_about_state();
        let _ = self.state.pending.try_set(false);
        let outcome = FormOutcome {
            path: self.location.pathname.get_untracked(),
            action: self.action.to_owned(),
            key: self.key.clone(),
            values: values_of(fields),
            refusal,
        };
        let _ = self.state.outcome.try_set(Some(outcome.clone()));
        if is_about_state || !form.is_connected() {
            // The form may be far from the top of the page, or gone.
            self.notices.say(outcome.refusal.to_string());
        }
        if is_about_state {
            // What is shown is out of date.
            self.refused.set(Some(outcome));
            self.live.changed_here();
            return;
        }
        let form = form.clone();
        // Once the fields say what is wrong with them.
        request_animation_frame(move || focus_first_error(&form));
    }
}

/// The fields as they were sent, without passwords.
fn values_of(fields: &UrlSearchParams) -> Vec<(String, String)> {
    pairs_of(fields).into_iter().filter(|(name, _)| is_shown_again(name)).collect()
}

/// Names and values of fields.
pub(super) fn pairs_of(fields: &UrlSearchParams) -> Vec<(String, String)> {
    let pairs = js_sys::try_iter(fields).ok().flatten().into_iter().flatten().flatten();
    let pairs = pairs.filter_map(|pair| {
        let pair = js_sys::Array::from(&pair);
        Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
    });
    pairs.collect()
}

fn focus_first_error(form: &HtmlFormElement) {
    let invalid = form.query_selector("[aria-invalid=true]").ok().flatten();
    if let Some(field) = invalid.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// To the button that was pressed, if it is still there and nothing else has the focus.
fn give_back_focus(button: Option<&HtmlElement>) {
    let has_none = document().active_element().is_none_or(|focused| focused.tag_name() == "BODY");
    if let Some(button) = button.filter(|button| has_none && button.is_connected()) {
        let _ = button.focus();
    }
}

/// Posts the fields to the page that the form stands on.
async fn send(page: &str, fields: &UrlSearchParams) -> Result<FormDone, AppError> {
    let unreachable = |_: JsValue| AppError::Unreachable;
    let (request, headers) = (RequestInit::new(), Headers::new().map_err(unreachable)?);
    headers.set("Accept", "application/json").map_err(unreachable)?;
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(fields);
    let abort = AbortController::new().map_err(unreachable)?;
    request.set_signal(Some(&abort.signal()));
    let give_up = {
        let abort = abort.clone();
        set_timeout_with_handle(move || abort.abort(), LONGEST_WAIT).ok()
    };
    let stop = window_event_listener(leptos::ev::keydown, move |event| {
        if event.key() == "Escape" {
            abort.abort();
        }
    });
    let answer = read(page, &request).await.map_err(unreachable);
    stop.remove();
    if let Some(give_up) = give_up {
        give_up.clear();
    }
    let (is_ok, text) = answer?;
    if is_ok {
        // A page that isn't ours, as networks show it that want to be signed in to first.
        return JsonEncoding::decode(Bytes::from(text)).map_err(|_| AppError::Unreachable);
    }
    let ApiError(refusal) = FromServerFnError::de(Bytes::from(text));
    Err(refusal)
}

async fn read(page: &str, request: &RequestInit) -> Result<(bool, String), JsValue> {
    let answer: Response = window().fetch_with_str_and_init(page, request).await?.unchecked_into();
    let text = answer.text()?.await?;
    Ok((answer.ok(), text.as_string().unwrap_or_default()))
}
