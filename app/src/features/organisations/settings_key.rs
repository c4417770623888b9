//! API & Webhooks: the key.

use domain::AppError;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{copy_key::CopyKeyButton, partner_settings::OwnKey};
use crate::ui::{
    components::{ButtonKind, Callout, ConfirmButton, SecretBox, SubmitButton, Tone},
    forms::PostForm,
};

/// The key, masked, and the way to a new one.
#[component]
pub(super) fn ApiKeySection(
    /// The key.
    own: OwnKey,
) -> impl IntoView {
    let query = use_query_map();
    let is_new = Memo::new(move |_| query.with(|query| query.get_str("done") == Some("key")));
    let renewed = move || {
        is_new.get().then(|| {
            view! {
                <Callout tone=Tone::Good title="New key created">
                    <p>"The old key has stopped working; update your server now."</p>
                </Callout>
            }
        })
    };
    let unreadable = matches!(own, OwnKey::Unreadable).then(|| {
        view! { <Callout tone=Tone::Danger title=AppError::KeyUnreadable.to_string() /> }
    });
    view! {
        <section class="card stack" aria-labelledby="api">
            <h2 id="api">"API & Webhooks"</h2>
            {renewed}
            {unreadable}
            <p class="muted">
                "Anyone with this key can record sales for you. Keep it on your server, never in a page or an app."
            </p>
            <SecretBox secret=own.fill("{api_key}") label="API key" switch=own.switch("api")>
                <CopyKeyButton template="{api_key}" what="API key" />
            </SecretBox>
            <div>
                <ConfirmButton
                    label="Regenerate key"
                    question="Regenerate the API key?"
                    consequence="Requests with the old key fail from this moment."
                    action="regenerate_api_key"
                >
                    <PostForm action="regenerate_api_key">
                        <SubmitButton label="Regenerate" pending_label="Regenerating…" kind=ButtonKind::Danger />
                    </PostForm>
                </ConfirmButton>
            </div>
        </section>
    }
}
