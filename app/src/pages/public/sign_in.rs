//! Signing in.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::{
    components::{Callout, Field, PageHead, SubmitButton},
    forms::PostForm,
};

/// Email and password; goes on to where somebody was sent from.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    let was_sent = !next.is_empty();
    view! {
        <Title text="Sign in" />
        <div class="auth">
            <PageHead title="Sign in" />
            {was_sent.then(|| view! { <Callout title="Sign in to continue." /> })}
            <div class="card">
                <PostForm action="sign_in">
                    <input type="hidden" name="next" value=next />
                    <Field
                        label="Email"
                        name="email"
                        kind="email"
                        autocomplete="username"
                        required=true
                        autofocus=true
                    />
                    <Field
                        label="Password"
                        name="password"
                        kind="password"
                        autocomplete="current-password"
                        required=true
                    />
                    <SubmitButton label="Sign in" pending_label="Signing in…" />
                </PostForm>
            </div>
            <div class="cluster cluster--apart">
                <a href="/signup">"Create an account"</a>
                <a href="/reset">"Forgot your password?"</a>
            </div>
        </div>
    }
}
