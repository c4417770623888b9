//! The page of the link in the mail to a new email.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ui::{
    components::{PageHead, PageTitle, SubmitButton},
    forms::PostForm,
};

/// Asks to press a button: programs that look into mails open links, too.
#[component]
pub(crate) fn ConfirmEmail() -> impl IntoView {
    let query = use_query_map();
    let token = Memo::new(move |_| query.with(|query| query.get("token")).unwrap_or_default());
    view! {
        <PageTitle text="Confirm your email" />
        <div class="auth">
            <PageHead title="Confirm your new email" lead="From then on you sign in with it." />
            <div class="card">
                <PostForm action="confirm_email">
                    <input type="hidden" name="token" value=move || token.get() />
                    <SubmitButton label="Confirm" pending_label="Confirming…" />
                </PostForm>
            </div>
        </div>
    }
}
