//! A resource on a page: waiting, there, or refused.

use domain::AppError;
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};
use leptos_router::hooks::use_location;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    api::{Answer, ApiError},
    ui::{
        components::Failure,
        page_url::{here, sign_in_again},
    },
};

#[cfg(feature = "hydrate")]
use crate::ui::live::use_live;

/// After how long is asked again what could not be loaded.
#[cfg(feature = "hydrate")]
const A_WHILE: std::time::Duration = std::time::Duration::from_secs(5);

/// Shows what a resource brings: once, and what is shown reads on from the signal, so that another answer changes only what
/// is different in it. While it loads again the old content stays; a refusal is explained in its place.
pub(crate) fn loaded<T, V>(
    resource: Resource<Answer<T>>,
    show: impl Fn(Signal<T>) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + Serialize + DeserializeOwned + 'static,
    V: IntoView + 'static,
{
    view! {
        <Transition fallback=|| {
            view! { <p class="muted">"Loading…"</p> }
        }>
            {
                let answer = Memo::new(move |_| resource.get());
                ask_again_when_away(resource);
                let location = use_location();
                let stage = Memo::new(move |before: Option<&(Stage, String)>| {
                    let (now, page) = (answer.with(|answer| Stage::of(answer.as_ref())), here(&location));
                    match before {
                        Some((Stage::Loaded, of)) if now.may_pass() && *of == page => (Stage::Loaded, page),
                        _ => (now, page),
                    }
                });
                let stage = Memo::new(move |_| stage.get().0);
                move || match (stage.get(), answer.get_untracked()) {
                    (Stage::Loaded, Some(Ok(first))) => EitherOf3::A(show(newest(answer, first))),
                    (Stage::Refused(error), _) => EitherOf3::B(view! { <Refused error=error /> }),
                    _ => EitherOf3::C(()),
                }
            }
        </Transition>
    }
}

/// How far a resource has come.
#[derive(Clone, PartialEq)]
enum Stage {
    Loading,
    Loaded,
    Refused(ApiError),
}

impl Stage {
    /// A temporary failure: what was loaded for this very page, and what is typed in it, stays. The page says elsewhere
    /// that it isn't live, of another build, or signed out.
    const fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Refused(ApiError(
                AppError::Unreachable | AppError::Unavailable | AppError::Outdated | AppError::SignedOut
            ))
        )
    }

    fn of<T>(answer: Option<&Answer<T>>) -> Self {
        match answer {
            None => Self::Loading,
            Some(Ok(_)) => Self::Loaded,
            Some(Err(error)) => Self::Refused(error.clone()),
        }
    }
}

/// The value that was loaded last.
fn newest<T>(answer: Memo<Option<Answer<T>>>, first: T) -> Signal<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let newest = Memo::new(move |before: Option<&T>| match answer.get() {
        Some(Ok(value)) => value,
        _ => before.cloned().unwrap_or_else(|| first.clone()),
    });
    newest.into()
}

/// Asks again for what could not be loaded: as soon as the event stream tells of something, since the server is back then;
/// and after a while in any case, since the stream may never have been away.
fn ask_again_when_away<T>(resource: Resource<Answer<T>>)
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
{
    #[cfg(feature = "hydrate")]
    {
        let is_away = StoredValue::new(false);
        let ask = move || {
            if is_away.try_update_value(std::mem::take).unwrap_or_default() {
                resource.refetch();
            }
        };
        Effect::new(move |_| {
            let answer = resource.get();
            let away = matches!(answer, Some(Err(ApiError(AppError::Unreachable | AppError::Unavailable))));
            is_away.set_value(away);
            if away {
                // The page may be gone by then, and the flag with it.
                set_timeout(ask, A_WHILE);
            }
        });
        let live = use_live();
        Effect::new(move |_| {
            live.get();
            ask();
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = resource;
}

/// What a page shows instead of what it couldn't load.
#[component]
fn Refused(
    /// Why it couldn't be loaded.
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
