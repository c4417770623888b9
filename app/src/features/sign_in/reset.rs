//! A new password for those who have forgotten theirs.

use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::ui::{
    components::{Callout, Field, PageHead, PageTitle, SubmitButton, Tone},
    forms::PostForm,
};

/// Asks for a link; with the token of such a link, sets the new password.
#[component]
pub(crate) fn Reset() -> impl IntoView {
    let query = use_query_map();
    let token = Memo::new(move |_| query.with(|query| query.get("token")).filter(|token| !token.is_empty()));
    let is_sent = Memo::new(move |_| query.with(|query| query.get("done")).as_deref() == Some("sent"));
    view! {
        <PageTitle text="Reset your password" />
        <div class="auth">
            {move || match token.get() {
                Some(token) => Either::Left(view! { <NewPassword token=token /> }),
                None => Either::Right(view! { <AskForLink is_sent=is_sent.get() /> }),
            }} <p>
                <a href="/signin">"Back to sign in"</a>
            </p>
        </div>
    }
}

/// Sends a link to anyone who has an account.
#[component]
fn AskForLink(
    /// Whether that has just been done.
    is_sent: bool,
) -> impl IntoView {
    let answer = is_sent.then(|| {
        view! {
            <Callout tone=Tone::Good title="If there is an account with this email, a mail is on its way.">
                <p>"The link in it works for an hour."</p>
            </Callout>
        }
    });
    view! {
        <PageHead title="Reset your password" lead="We'll email you a link to set a new password." />
        {answer}
        <div class="card">
            <PostForm action="request_reset">
                <Field label="Email" name="email" kind="email" autocomplete="username" required=true />
                <SubmitButton label="Send the link" pending_label="Sending…" />
            </PostForm>
        </div>
    }
}

/// Sets the new password and signs in.
#[component]
fn NewPassword(
    /// From the mail.
    token: String,
) -> impl IntoView {
    view! {
        <PageHead
            title="Set a new password"
            lead="You are signed in with it right away; every other session of your account ends."
        />
        <div class="card">
            <PostForm action="reset_password">
                <input type="hidden" name="token" value=token />
                <Field
                    label="New password"
                    name="new_password"
                    kind="password"
                    hint="At least 10 characters; a sentence is a good password."
                    autocomplete="new-password"
                    required=true
                />
                <SubmitButton label="Set the password" pending_label="Saving…" />
            </PostForm>
        </div>
        <p class="small muted">"The link has expired? " <a href="/reset">"Ask for a new one"</a> "."</p>
    }
}
