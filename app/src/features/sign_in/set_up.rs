//! The first admin of a new installation.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    features::sign_in::api::check_setup,
    ui::{
        components::{Field, PageHead, PageTitle, SubmitButton},
        forms::PostForm,
        loaded::loaded,
    },
};

/// Makes the first admin, for the holder of the link from the server's console.
#[component]
pub(crate) fn SetUp() -> impl IntoView {
    let query = use_query_map();
    let token = Memo::new(move |_| query.with(|query| query.get("token")).unwrap_or_default());
    let check = Resource::new(move || token.get(), check_setup);
    view! {
        <PageTitle text="Set up" />
        <div class="auth">
            <PageHead
                title="Make the first admin"
                lead="This account approves offers and looks after everybody else. The page closes once it exists."
            />
            {loaded(check, move |_| view! { <AdminForm token=token.get_untracked() /> })}
        </div>
    }
}

/// Name, email and password of the admin.
#[component]
fn AdminForm(
    /// From the server's console.
    token: String,
) -> impl IntoView {
    view! {
        <div class="card">
            <PostForm action="set_up">
                <input type="hidden" name="token" value=token />
                <Field label="Name" name="name" autocomplete="name" maxlength=120 required=true />
                <Field label="Email" name="email" kind="email" autocomplete="username" required=true />
                <Field
                    label="Password"
                    name="password"
                    kind="password"
                    hint="At least 10 characters; a sentence is a good password."
                    autocomplete="new-password"
                    required=true
                />
                <SubmitButton label="Create the admin" pending_label="Creating…" />
            </PostForm>
        </div>
    }
}
