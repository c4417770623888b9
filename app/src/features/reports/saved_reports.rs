//! The reports that a reader keeps.

use domain::report::{ReportPlace, ReportQuery, SavedReport};
use leptos::prelude::*;

use super::{api::PinnedReport, report_page::report_href, report_table::ReportTable};
use crate::ui::{
    components::{ButtonKind, Field, SubmitButton},
    forms::PostForm,
};

/// What is kept, and the form that keeps what is shown.
#[component]
pub(super) fn SavedReports(
    /// The page's own path.
    path: String,
    /// What is asked now.
    query: ReportQuery,
    /// One's own, by their names.
    saved: Vec<SavedReport>,
) -> impl IntoView {
    let address = query.to_keep().address();
    let open = saved.iter().find(|one| one.address == address).map(|one| one.name.clone());
    let label = open.clone().unwrap_or_else(|| "Saved reports".to_owned());
    let items = saved.into_iter().map(|one| view! { <Saved path=path.clone() one=one /> }).collect_view();
    view! {
        <details class="menu">
            <summary class=ButtonKind::Secondary.class()>
                <bdi class="truncate">{label}</bdi>
            </summary>
            <div class="menu__panel menu__panel--list saved-reports">
                <ul>{items}</ul>
                <PostForm action="save_report" done="Report saved">
                    <input type="hidden" name="address" value=address />
                    <Field
                        label="Save this report as"
                        name="name"
                        value=open.unwrap_or_default()
                        required=true
                        maxlength=80
                        autocomplete="off"
                    />
                    <SubmitButton label="Save" pending_label="Saving…" kind=ButtonKind::Secondary />
                </PostForm>
            </div>
        </details>
    }
}

/// One that is kept.
#[component]
fn Saved(
    /// The page's own path.
    path: String,
    /// The report.
    one: SavedReport,
) -> impl IntoView {
    let SavedReport { id, name, address, is_default, is_pinned } = one;
    let (id, href) = (id.to_string(), format!("{path}?{address}"));
    let choices = [
        (ReportPlace::Default, is_default, "Show first", "Shown first"),
        (ReportPlace::Pinned, is_pinned, "Pin to overview", "Pinned to overview"),
    ];
    let choices = choices.map(|(place, is_chosen, choose, chosen)| {
        let word = match place {
            ReportPlace::Default => "default",
            ReportPlace::Pinned => "pinned",
        };
        // Pressed once more, it is chosen no more.
        let value = if is_chosen { String::new() } else { id.clone() };
        view! {
            <PostForm action="choose_saved_report" key=format!("{word}-{id}") class="inline-form">
                <input type="hidden" name="place" value=word />
                <input type="hidden" name="id" value=value />
                <button
                    type="submit"
                    class="button button--quiet button--small"
                    aria-pressed=is_chosen.to_string()
                    title=if is_chosen { chosen } else { choose }
                >
                    {if is_chosen { chosen } else { choose }}
                </button>
            </PostForm>
        }
    });
    view! {
        <li class="saved-report">
            <a href=href>
                <bdi>{name.clone()}</bdi>
            </a>
            <span class="cluster">
                {choices.collect_view()}
                <PostForm action="delete_saved_report" key=id.clone() done="Report deleted" class="inline-form">
                    <input type="hidden" name="id" value=id.clone() />
                    <button
                        type="submit"
                        class="button button--quiet button--small"
                        aria-label=format!("Delete {name}")
                    >
                        "Delete"
                    </button>
                </PostForm>
            </span>
        </li>
    }
}

/// The report that a reader has put on the first screen.
#[component]
pub(super) fn Pinned(
    /// The report, its first rows.
    pinned: PinnedReport,
    /// Where reports are.
    path: String,
) -> impl IntoView {
    let PinnedReport { saved, report } = pinned;
    let query = ReportQuery::from_address(&saved.address);
    let href = report_href(&path, &query);
    view! {
        <section class="stack stack--tight" aria-labelledby="pinned">
            <div class="cluster cluster--apart">
                <h2 id="pinned">
                    <bdi>{saved.name}</bdi>
                </h2>
                <a href=href>"View report"</a>
            </div>
            <ReportTable path=path query=query report=report />
        </section>
    }
}
