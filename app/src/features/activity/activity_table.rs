//! What was done, in a table.

use domain::{Action, ActivityActor, ActivityRow, FieldChange, Role};
use leptos::{either::EitherOf3, prelude::*};

use crate::{
    context::account,
    ui::{
        components::{Cell, ChangedValue, Column, DataTable, Definition, DefinitionList, Moment, isolated},
        keyed,
    },
};

/// Entries, in the order they come in.
#[component]
pub(super) fn ActivityTable(
    /// The entries.
    rows: Signal<Vec<ActivityRow>>,
) -> impl IntoView {
    let columns = ["When", "Who", "From", "What"].map(Column::text).to_vec();
    let reader = account().map(|account| account.role);
    view! {
        <DataTable columns=columns caption="Activity">
            {keyed(rows, |row| row.id, move |row| view! { <Row row=row reader=reader /> })}
        </DataTable>
    }
}

/// One entry.
#[component]
fn Row(
    /// The entry.
    row: ActivityRow,
    /// What its reader is.
    reader: Option<Role>,
) -> impl IntoView {
    let ActivityRow { id, actor, action, subject, subject_id, changes, address } = row;
    let subject = match page_of(&subject_id, reader) {
        _ if is_about_oneself(action, &actor) => EitherOf3::A(()),
        Some(href) => EitherOf3::B(view! { <a href=href>{isolated(&subject)}</a> }),
        None => EitherOf3::C(view! { <bdi class="strong">{subject}</bdi> }),
    };
    let address = address.unwrap_or_else(|| "–".to_owned());
    let whole_address = address.clone();
    let changes = (!changes.is_empty()).then(|| view! { <Changes changes=changes /> });
    view! {
        <tr>
            <Cell label="When">
                <Moment at=id.made_at() />
            </Cell>
            <Cell label="Who">{actor_words(actor)}</Cell>
            <Cell label="From">
                <span class="mono small truncate" title=whole_address>
                    {address}
                </span>
            </Cell>
            <Cell label="What">
                <div class="stack stack--tight">
                    <p>{action.text()} " " {subject}</p>
                    {changes}
                </div>
            </Cell>
        </tr>
    }
}

/// What was changed, behind one line.
#[component]
fn Changes(
    /// Value by value.
    changes: Vec<FieldChange>,
) -> impl IntoView {
    let names = changes.iter().map(|change| change.field.as_str()).collect::<Vec<_>>().join(", ");
    let values = changes.into_iter().map(|FieldChange { field, before, after }| {
        view! {
            <Definition term=field>
                <ChangedValue before=before after=after.unwrap_or_default() />
            </Definition>
        }
    });
    view! {
        <details>
            <summary class="small">{names}</summary>
            <DefinitionList>{values.collect_view()}</DefinitionList>
        </details>
    }
}

pub(super) fn actor_words(actor: ActivityActor) -> String {
    match actor {
        ActivityActor::You => "You".to_owned(),
        ActivityActor::Person { name: Some(name), .. } => isolated(&name),
        ActivityActor::Person { role: Role::Admin, name: None } => "An admin".to_owned(),
        ActivityActor::Person { role: Role::Partner, name: None } => "A partner".to_owned(),
        ActivityActor::Person { role: Role::Affiliate, name: None } => "An affiliate".to_owned(),
        ActivityActor::Visitor => "Somebody who wasn't signed in".to_owned(),
        ActivityActor::Operator => "The operator of this site".to_owned(),
    }
}

/// Whether somebody did something to their own account: "You signed in" needs no name behind it.
fn is_about_oneself(action: Action, actor: &ActivityActor) -> bool {
    let is_person = matches!(actor, ActivityActor::You | ActivityActor::Person { .. });
    is_person && action.as_str().starts_with("account.")
}

/// Where its reader finds what something was done to.
pub(super) fn page_of(id: &str, reader: Option<Role>) -> Option<String> {
    match (id.split('_').next()?, reader?) {
        ("off", Role::Partner) => Some(format!("/partner/offers/{id}")),
        ("apl", Role::Partner) => Some("/partner/applications".to_owned()),
        ("apl", Role::Affiliate) => Some("/affiliate/offers".to_owned()),
        ("off", Role::Admin) => Some(format!("/admin/offers/{id}")),
        ("par", Role::Admin) => Some(format!("/admin/partners/{id}")),
        ("aff", Role::Admin) => Some(format!("/admin/affiliates/{id}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_leads_to_a_page_that_its_reader_has() {
        assert_eq!(page_of("off_1", Some(Role::Partner)).as_deref(), Some("/partner/offers/off_1"));
        assert_eq!(page_of("apl_1", Some(Role::Affiliate)).as_deref(), Some("/affiliate/offers"));
        for (id, reader) in
            [("off_1", Some(Role::Affiliate)), ("usr_1", Some(Role::Partner)), ("off_1", None), ("", None)]
        {
            assert_eq!(page_of(id, reader), None, "{id}");
        }
    }

    #[test]
    fn what_people_do_to_their_own_account_names_nobody() {
        assert!(is_about_oneself(Action::SignedIn, &ActivityActor::You));
        assert!(!is_about_oneself(Action::ResetRequested, &ActivityActor::Visitor));
        assert!(!is_about_oneself(Action::UserSuspended, &ActivityActor::You));
    }

    #[test]
    fn an_admin_without_a_name_is_an_admin() {
        let nameless = |role| actor_words(ActivityActor::Person { role, name: None });
        assert_eq!((nameless(Role::Admin), nameless(Role::Affiliate)), ("An admin".into(), "An affiliate".into()));
    }
}
