//! A resource on a page: waiting, there, or refused.

use domain::AppError;
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_location;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    api::{Answer, ApiError},
    components::Failure,
    listing::{here, sign_in_again},
    live::use_live,
};

/// Shows what a resource brings. While it loads again the old content stays; a refusal is explained in its place.
pub(crate) fn loaded<T, V>(
    resource: Resource<Answer<T>>,
    show: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    let again = Again::when_live(resource);
    view! {
        <Transition fallback=|| view! { <p class="muted">"Loading…"</p> }>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    let answer = resource.await;
                    again.note(&answer);
                    match answer {
                        Ok(value) => Either::Left(show(value)),
                        Err(error) => Either::Right(view! { <Refused error=error /> }),
                    }
                })
            }}
        </Transition>
    }
}

/// Shows what a resource brings beside something that says why it couldn't be loaded: then there is nothing.
pub(crate) fn loaded_beside<T, V>(
    resource: Resource<Answer<T>>,
    show: impl Fn(T) -> V + Clone + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    let again = Again::when_live(resource);
    view! {
        <Transition>
            {move || {
                let show = show.clone();
                Suspend::new(async move {
                    let answer = resource.await;
                    again.note(&answer);
                    answer.ok().map(show)
                })
            }}
        </Transition>
    }
}

/// Whether a resource has to be asked for again as soon as the server is back; not every one is loaded again with each
/// click.
#[derive(Clone, Copy)]
struct Again(StoredValue<bool>);

impl Again {
    fn when_live<T>(resource: Resource<Answer<T>>) -> Self
    where
        T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    {
        let (again, live) = (Self(StoredValue::new(false)), use_live());
        Effect::new(move |_| {
            live.get();
            if again.0.try_update_value(std::mem::take).unwrap_or_default() {
                resource.refetch();
            }
        });
        again
    }

    fn note<T>(self, answer: &Answer<T>) {
        let is_away = matches!(answer, Err(ApiError(AppError::Unreachable | AppError::Unavailable)));
        let _ = self.0.try_set_value(is_away);
    }
}

/// What a page shows instead of what it couldn't load.
#[component]
fn Refused(
    /// Why.
    error: ApiError,
) -> impl IntoView {
    if error.0 == AppError::SignedOut {
        return Either::Left(view! {
            <Failure title="You are signed out" message="Your session has ended. Nothing of yours is lost.">
                <a href=sign_in_again(&here(&use_location())) rel="external">
                    "Sign in and come back"
                </a>
            </Failure>
        });
    }
    let title = match error.0 {
        AppError::NotFound => "Not found",
        _ => "This could not be loaded",
    };
    let (href, way_on) = match error.0 {
        AppError::Outdated => (here(&use_location()), "Reload the page"),
        _ => ("/".to_owned(), "Go to the homepage"),
    };
    Either::Right(view! {
        <Failure title=title message=error.0.to_string()>
            <a href=href rel="external">
                {way_on}
            </a>
        </Failure>
    })
}
