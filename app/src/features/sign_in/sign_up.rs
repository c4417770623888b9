//! Signing up, as a partner or as an affiliate.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ui::{
    components::{Field, PageHead, PageTitle, SubmitButton},
    forms::{FormState, PostForm},
};

/// What somebody can be here: the role, its name, and what it does.
const ROLES: [(&str, &str, &str); 2] = [
    ("partner", "Partner", "I sell something and want others to recommend it."),
    ("affiliate", "Affiliate", "I recommend offers and earn a commission."),
];

/// Role, name, email and password.
#[component]
pub(crate) fn SignUp() -> impl IntoView {
    let role = use_query_map().with_untracked(|query| query.get("role")).unwrap_or_default();
    view! {
        <PageTitle text="Create an account" />
        <div class="auth">
            <PageHead title="Create an account" />
            <div class="card">
                <PostForm action="sign_up">
                    <RoleChoice preselected=role />
                    <Field
                        label="Name"
                        name="name"
                        hint="Your own or your company's: others in the network see it."
                        autocomplete="organization"
                        maxlength=120
                        required=true
                    />
                    <Field label="Email" name="email" kind="email" autocomplete="username" required=true />
                    <Field
                        label="Password"
                        name="password"
                        kind="password"
                        hint="At least 10 characters; a sentence is a good password."
                        autocomplete="new-password"
                        required=true
                    />
                    <SubmitButton label="Create account" pending_label="Creating the account…" />
                </PostForm>
            </div>
            <p>"Already have an account? " <a href="/signin">"Sign in"</a> "."</p>
        </div>
    }
}

/// Two radio buttons; keeps what was chosen when the form comes back refused.
#[component]
fn RoleChoice(
    /// The role that the address asks for; may be none.
    preselected: String,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let error: Signal<Option<String>> = form.map_or_else(|| Signal::stored(None), |form| form.error("role"));
    let chosen = match form {
        Some(form) => form.initial("role", preselected),
        None => preselected,
    };
    let choices = ROLES
        .into_iter()
        .map(|(role, name, what)| {
            let is_chosen = role == chosen;
            view! {
                <label class="check">
                    <input type="radio" name="role" value=role checked=is_chosen required=true />
                    <span>
                        <span class="strong">{name}</span>
                        <br />
                        <span class="small muted">{what}</span>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="stack stack--tight">
            <legend class="field__label">"I'm joining as a"</legend>
            {choices}
            {move || {
                error
                    .get()
                    .map(|text| {
                        view! {
                            <p class="field__error" role="alert">
                                {text}
                            </p>
                        }
                    })
            }}
        </fieldset>
    }
}
