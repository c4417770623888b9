//! What a page says of itself when it is no longer what the server would show.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Connection, use_live};
use crate::ui::{
    components::{ButtonKind, Callout, Tone},
    page_url::{here, page_now, sign_in_again},
};

/// Says that numbers don't move, and why, and that the program was replaced; nothing while all is well.
#[component]
pub(crate) fn LiveNotice() -> impl IntoView {
    let (live, location) = (use_live(), use_location());
    #[cfg(feature = "hydrate")]
    {
        let location = location.clone();
        // What an older build would show of the next page may be wrong already.
        Effect::new(move |before: Option<String>| {
            let page = page_now(&location);
            if live.is_outdated.get_untracked() && before.is_some_and(|before| before != page) {
                load(&page);
            }
            page
        });
    }
    let page = {
        let location = location.clone();
        move || here(&location)
    };
    let connection = move || match live.connection.get() {
        Connection::Live => None,
        Connection::Lost => Some(view! { <Callout tone=Tone::Waiting title="Not live — reconnecting…" /> }.into_any()),
        Connection::Replaced => {
            Some(view! { <Callout tone=Tone::Waiting title="Not live — you have newer tabs open" /> }.into_any())
        }
        Connection::SignedOut => {
            let href = sign_in_again(&page_now(&location));
            let notice = view! {
                <Callout tone=Tone::Danger title="You are signed out">
                    <p>
                        <a href=href rel="external">
                            "Sign in and come back"
                        </a>
                    </p>
                </Callout>
            };
            Some(notice.into_any())
        }
    };
    let version = move || {
        let page = page.clone();
        live.is_outdated.get().then(|| {
            view! {
                <Callout tone=Tone::Waiting title="A new version is here">
                    <p>
                        <button type="button" class=ButtonKind::Secondary.class() on:click=move |_| load(&page())>
                            "Reload"
                        </button>
                    </p>
                </Callout>
            }
        })
    };
    view! {
        <div class="live-notice" role="status">
            {connection}
            {version}
        </div>
    }
}

/// Loads a page from the server; the one that is shown, too, but never the form again that it was the answer to.
#[cfg(feature = "hydrate")]
fn load(page: &str) {
    let _ = window().location().set_href(page);
}

#[cfg(not(feature = "hydrate"))]
fn load(_page: &str) {}
