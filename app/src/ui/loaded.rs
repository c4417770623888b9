//! A resource on a page: waiting, there, or refused.

use domain::AppError;
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_location;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    api::{Answer, ApiError},
    ui::{
        components::Failure,
        listing::{here, sign_in_again},
        live::use_live,
    },
};

/// After how long is asked again what could not be loaded.
#[cfg(feature = "hydrate")]
const A_WHILE: std::time::Duration = std::time::Duration::from_secs(5);

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
                    again.note(resource, &answer);
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
                    again.note(resource, &answer);
                    answer.ok().map(show)
                })
            }}
        </Transition>
    }
}

/// Whether a resource has to be asked for again: as soon as the event stream tells of something, since the server is back
/// then; and after a while in any case, since the stream may never have been away.
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
            again.ask(resource);
        });
        again
    }

    fn ask<T>(self, resource: Resource<Answer<T>>)
    where
        T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    {
        if self.0.try_update_value(std::mem::take).unwrap_or_default() {
            resource.refetch();
        }
    }

    fn note<T>(self, resource: Resource<Answer<T>>, answer: &Answer<T>)
    where
        T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    {
        let is_away = matches!(answer, Err(ApiError(AppError::Unreachable | AppError::Unavailable)));
        let _ = self.0.try_set_value(is_away);
        #[cfg(feature = "hydrate")]
        if is_away {
            // The page may be gone by then, and the flag with it.
            set_timeout(move || self.ask(resource), A_WHILE);
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = resource;
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
