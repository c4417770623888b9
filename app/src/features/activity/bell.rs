//! What others did lately, behind a bell on every page.

use domain::{ActivityRow, News, Role};
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_location;

use super::{
    activity_table::{actor_words, page_of},
    api::read_news,
};
use crate::{
    context::account,
    ui::{
        components::{ButtonKind, Moment, SubmitButton, isolated},
        forms::PostForm,
        live::use_live,
    },
};

/// The bell, with how much hasn't been read.
#[component]
pub(crate) fn Bell() -> impl IntoView {
    // With the next page, and at once for what is done here: a click of a visitor is no news.
    let (live, path) = (use_live(), use_location().pathname);
    let news = Resource::new(move || (path.get(), live.own()), |_| read_news());
    view! {
        <Transition fallback=|| ()>
            {move || Suspend::new(async move {
                news.await
                    .ok()
                    .map(|news| {
                        // Who isn't told has Activity.
                        view! { <Panel news=news /> }
                    })
            })}
        </Transition>
    }
}

#[component]
fn Panel(
    /// What there is.
    news: News,
) -> impl IntoView {
    let role = account().map_or(Role::Affiliate, |account| account.role);
    let News { rows, unread } = news;
    let count = (unread > 0).then(|| {
        view! { <span class="count">{unread} <span class="visually-hidden">" unread"</span></span> }
    });
    let list = if rows.is_empty() {
        Either::Left(view! { <p class="muted small">"Nothing new: what others do that concerns you appears here."</p> })
    } else {
        let rows = rows.into_iter().enumerate().map(|(place, row)| {
            view! { <Row row=row role=role is_unread=place < unread /> }
        });
        Either::Right(view! { <ul class="news">{rows.collect_view()}</ul> })
    };
    let read = (unread > 0).then(|| {
        view! {
            <PostForm action="mark_news_read" done="Marked as read" class="cluster">
                <SubmitButton label="Mark all as read" kind=ButtonKind::Quiet />
            </PostForm>
        }
    });
    let all =
        if role == Role::Admin { "/admin/activity".to_owned() } else { format!("{}/settings/activity", role.home()) };
    view! {
        <details class="menu bell">
            <summary class=ButtonKind::Quiet.class()>"News" {count}</summary>
            <div class="menu__panel bell__panel">
                {list}
                <div class="cluster cluster--apart">
                    {read} <a class="small" href=all>
                        "View all activity"
                    </a>
                </div>
            </div>
        </details>
    }
}

#[component]
fn Row(
    /// What was done.
    row: ActivityRow,
    /// What its reader is.
    role: Role,
    /// Whether it is new to them.
    is_unread: bool,
) -> impl IntoView {
    let ActivityRow { id, actor, action, subject, subject_id, .. } = row;
    let subject = match page_of(&subject_id, Some(role)) {
        Some(href) => Either::Left(view! { <a href=href>{isolated(&subject)}</a> }),
        None => Either::Right(view! { <bdi class="strong">{subject}</bdi> }),
    };
    let told = is_unread.then(|| view! { <span class="visually-hidden">"Unread: "</span> });
    view! {
        <li class="news__row" class:news__row--unread=is_unread>
            <p>{told} {actor_words(actor)} " " {action.text()} " " {subject}</p>
            <span class="small muted">
                <Moment at=id.made_at() />
            </span>
        </li>
    }
}
