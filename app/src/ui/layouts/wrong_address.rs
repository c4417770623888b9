//! What stands above the pages of signing in where no session could be kept.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    context::{opened_at, site},
    ui::{
        components::{Callout, Tone},
        page_url::page_now,
    },
};

/// The pages that start a session or lead to one.
const SIGN_IN_PATHS: [&str; 4] = ["/signin", "/signup", "/setup", "/reset"];

/// Names the address that was opened and the site's own, which is the one to use.
#[component]
pub(super) fn WrongAddress() -> impl IntoView {
    let location = use_location();
    let (opened, site) = (opened_at(), site().public_url);
    move || {
        let page = page_now(&location);
        let shown = opened.clone().filter(|_| location.pathname.with(|path| SIGN_IN_PATHS.contains(&path.as_str())));
        shown.map(|opened| {
            let site = site.clone();
            view! {
                <div class="notice">
                    <Callout tone=Tone::Danger title="Nobody can sign in at this address">
                        <p>
                            {format!(
                                "You opened {opened}, but this site is {site}. Your browser keeps a session there only.",
                            )}
                        </p>
                        <p>
                            <a href=format!("{site}{page}") rel="external">
                                {format!("Open {site}")}
                            </a>
                        </p>
                    </Callout>
                </div>
            }
        })
    }
}
