//! Name and password, the same for everybody.

use domain::Role;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    context::account,
    ui::{
        components::{ButtonKind, Callout, Field, SubmitButton, Tone},
        forms::PostForm,
    },
};

/// The forms that change one's name and password, and the way to what was done.
#[component]
pub(crate) fn AccountSettings() -> impl IntoView {
    let account = account();
    // Admins have it beside their other pages.
    let activity = account.as_ref().filter(|account| account.role != Role::Admin).map(|account| {
        let href = format!("{}/settings/activity", account.role.home());
        view! {
            <p>
                <a href=href>"What was done"</a>
                " with your account and what is yours: by whom, when, and from where you signed in."
            </p>
        }
    });
    let name = account.as_ref().map(|account| account.name.clone()).unwrap_or_default();
    let email = account.map(|account| account.email).unwrap_or_default();
    let is_changed = use_query_map().with_untracked(|query| query.get("done")).as_deref() == Some("password");
    let changed = is_changed.then(|| {
        view! {
            <Callout tone=Tone::Good title="Your password is changed">
                <p>"Every other session of this account has ended."</p>
            </Callout>
        }
    });
    view! {
        <section class="card stack" aria-labelledby="account">
            <h2 id="account">"Your account"</h2>
            {changed}
            <p class="muted">"You sign in as " <bdi class="strong">{email.clone()}</bdi> "."</p>
            <div class="split split--even">
                <PostForm action="change_name" reloads=true>
                    <Field
                        label="Name"
                        name="name"
                        value=name
                        hint="Shown to others in the network."
                        required=true
                        maxlength=120
                        autocomplete="organization"
                    />
                    <SubmitButton label="Save name" pending_label="Saving…" kind=ButtonKind::Secondary />
                </PostForm>
                <PostForm action="change_password">
                    // Tells password managers whose password this is.
                    <input type="hidden" autocomplete="username" value=email />
                    <Field
                        label="Current password"
                        name="current_password"
                        kind="password"
                        required=true
                        autocomplete="current-password"
                    />
                    <Field
                        label="New password"
                        name="new_password"
                        kind="password"
                        hint="At least 10 characters; a sentence is a good password. You'll be signed out on all other devices."
                        required=true
                        autocomplete="new-password"
                    />
                    <SubmitButton label="Change password" pending_label="Changing…" kind=ButtonKind::Secondary />
                </PostForm>
            </div>
            {activity}
        </section>
    }
}
