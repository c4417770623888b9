//! Signing in.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ui::{
    components::{Callout, Field, PageHead, PageTitle, SubmitButton, Tone},
    forms::PostForm,
};

/// Email and password; goes on to where somebody was sent from.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let next = query.get("next").unwrap_or_default();
    let is_new = query.get("done").is_some_and(|done| done == "signed_up");
    let has_new_email = query.get("done").is_some_and(|done| done == "email");
    let was_sent = !next.is_empty();
    view! {
        <PageTitle text="Sign in" />
        <div class="auth">
            <PageHead title="Sign in" />
            {is_new
                .then(|| {
                    view! {
                        <Callout tone=Tone::Good title="You're almost in: sign in to continue.">
                            "Already had an account? Use your existing password."
                        </Callout>
                    }
                })}
            {has_new_email
                .then(|| {
                    view! { <Callout tone=Tone::Good title="Your email is confirmed. Sign in with it from now on." /> }
                })}
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
