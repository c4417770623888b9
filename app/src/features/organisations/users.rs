//! Everybody, and who may not act.

use domain::{Role, UserRow};
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};

use crate::{
    features::organisations::api::list_users,
    ui::{
        Empty, FilterMenus, ListPage, choices,
        components::{
            Avatar, Badge, ButtonKind, Cell, Column, ConfirmButton, DataTable, Moment, SubmitButton, Tone, isolated,
        },
        forms::{PostForm, Undo},
        keyed,
    },
};

/// The list. It doesn't move by itself: a row must not slip away under the hand that suspends.
#[component]
pub(crate) fn Users() -> impl IntoView {
    let statuses = choices(&[
        ("partner", "Partners"),
        ("affiliate", "Affiliates"),
        ("admin", "Admins"),
        ("suspended", "Suspended"),
    ]);
    let empty = Empty {
        title: "Nobody has signed up yet",
        why: "Partners and affiliates sign up by themselves and appear here.",
        href: "/",
        label: "View the homepage",
    };
    view! {
        <ListPage
            title="Users"
            lead="Partners, affiliates and admins, newest first."
            is_live=false
            has_file=true
            columns=("users", user_columns())
            fetch=|list| Box::pin(list_users(list))
            menus=FilterMenus {
                statuses,
                status_words: ("Show", "Everybody"),
                ..FilterMenus::default()
            }
            empty=empty
            show=|users| view! { <UsersTable users=users /> }.into_any()
        />
    }
}

/// What the table shows.
fn user_columns() -> Vec<Column> {
    vec![
        Column::text("Name"),
        Column::text("Email"),
        Column::text("Role"),
        Column::text("Signed up"),
        Column::text("Status"),
        Column::text("Action"),
    ]
}

/// Users in a table.
#[component]
fn UsersTable(
    /// The users.
    users: Signal<Vec<UserRow>>,
) -> impl IntoView {
    view! {
        <DataTable columns=user_columns() caption="Users">
            {keyed(users, |user| user.id, |user| view! { <Row user=user /> })}
        </DataTable>
    }
}

/// One user.
#[component]
fn Row(
    /// The user.
    user: UserRow,
) -> impl IntoView {
    let UserRow { id, role, name, email, suspended_at, created_at, organisation } = user;
    let page = organisation.map(|organisation| {
        let section = if role == Role::Partner { "partners" } else { "affiliates" };
        format!("/admin/{section}/{organisation}")
    });
    let shown = match page {
        Some(href) => Either::Left(view! {
            <a class="strong" href=href>
                <bdi>{name.clone()}</bdi>
            </a>
        }),
        None => Either::Right(view! { <bdi class="strong">{name.clone()}</bdi> }),
    };
    let role_word = match role {
        Role::Partner => "Partner",
        Role::Affiliate => "Affiliate",
        Role::Admin => "Admin",
    };
    let state = match suspended_at {
        Some(at) => Either::Left(view! {
            <span class="cluster">
                <Badge tone=Tone::Refused text="Suspended" />
                <span class="small muted">
                    <Moment at=at />
                </span>
            </span>
        }),
        None => Either::Right(view! { <Badge tone=Tone::Good text="Active" /> }),
    };
    let act =
        view! { <SuspendForm id=id.to_string() name=name.clone() role=role is_suspended=suspended_at.is_some() /> };
    view! {
        <tr>
            <Cell label="Name">
                <span class="cluster">
                    <Avatar name=name />
                    {shown}
                </span>
            </Cell>
            <Cell label="Email">
                <bdi>{email}</bdi>
            </Cell>
            <Cell label="Role">{role_word}</Cell>
            <Cell label="Signed up">
                <Moment at=created_at />
            </Cell>
            <Cell label="Status">{state}</Cell>
            <Cell label="Action">{act}</Cell>
        </tr>
    }
}

/// Suspends or restores; admins can't be suspended.
#[component]
pub(super) fn SuspendForm(
    /// Which user.
    id: String,
    /// Their name.
    name: String,
    /// What they are.
    role: Role,
    /// Whether they are suspended now.
    is_suspended: bool,
) -> impl IntoView {
    let consequence = match role {
        Role::Partner => {
            "Their sessions end, every tracking link of their offers leads to the homepage, and their API key stops at \
             once. It can be undone."
        }
        Role::Affiliate => {
            "Their sessions end, and all their tracking links lead to the homepage at once. It can be undone."
        }
        Role::Admin => return EitherOf3::A(view! { <span class="muted">"–"</span> }),
    };
    let key = format!("{id}-suspend");
    let before = vec![("id", id.clone()), ("is_suspended", is_suspended.to_string())];
    let undo = Some(Undo { action: "suspend_user", fields: before });
    if is_suspended {
        return EitherOf3::B(view! {
            <PostForm action="suspend_user" key=key done="Restored" undo=undo>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="is_suspended" value="false" />
                <SubmitButton label="Restore" kind=ButtonKind::Secondary />
            </PostForm>
        });
    }
    EitherOf3::C(view! {
        <ConfirmButton
            label="Suspend"
            question=format!("Suspend {}?", isolated(&name))
            consequence=consequence
            action="suspend_user"
            key=key.clone()
        >
            <PostForm action="suspend_user" key=key done="Suspended" undo=undo>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="is_suspended" value="true" />
                <SubmitButton label="Suspend" kind=ButtonKind::Danger />
            </PostForm>
        </ConfirmButton>
    })
}
