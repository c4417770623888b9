//! Everybody, and who may not act.

use domain::{Page, Role, UserRow};
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};

use crate::{
    features::organisations::api::list_users,
    ui::{
        EmptyList, ListFilter, choices,
        components::{
            Avatar, Badge, ButtonKind, Cell, Column, ConfirmButton, DataTable, Moment, PageHead, PageTitle,
            SubmitButton, Tone, isolated,
        },
        forms::PostForm,
        listing::{ListPager, use_list_query},
        loaded::loaded,
    },
};

/// The list. It doesn't move by itself: a row must not slip away under the hand that suspends.
#[component]
pub(crate) fn Users() -> impl IntoView {
    let query = use_list_query();
    let users = Resource::new(move || query.get(), list_users);
    let roles = || {
        choices(&[
            ("partner", "Partners"),
            ("affiliate", "Affiliates"),
            ("admin", "Admins"),
            ("suspended", "Suspended"),
        ])
    };
    view! {
        <PageTitle text="Users" />
        <PageHead title="Users" lead="Partners, affiliates and admins, newest first." />
        {move || {
            view! {
                <ListFilter
                    list=query.get()
                    statuses=roles()
                    status_words=("Show", "Everybody")
                    sorts=vec![]
                    searches=true
                />
            }
        }}
        {loaded(
            users,
            move |Page { rows, previous, next }| {
                let list = query.get();
                if rows.is_empty() {
                    return Either::Left(
                        view! {
                            <EmptyList
                                list=list
                                title="Nobody has signed up yet"
                                why="Partners and affiliates sign up by themselves and appear here."
                                href="/"
                                label="Look at the homepage"
                            />
                        },
                    );
                }
                Either::Right(
                    view! {
                        <UsersTable users=rows />
                        <ListPager list=list previous=previous next=next />
                    },
                )
            },
        )}
    }
}

/// Users in a table.
#[component]
fn UsersTable(
    /// The users.
    users: Vec<UserRow>,
) -> impl IntoView {
    let columns = vec![
        Column::text("Name"),
        Column::text("Email"),
        Column::text("Role"),
        Column::text("Signed up"),
        Column::text("Status"),
        Column::text("Action"),
    ];
    let rows = users.into_iter().map(|user| view! { <Row user=user /> }).collect_view();
    view! {
        <DataTable columns=columns caption="Users">
            {rows}
        </DataTable>
    }
}

/// One user.
#[component]
fn Row(
    /// The user.
    user: UserRow,
) -> impl IntoView {
    let UserRow { id, role, name, email, suspended_at, created_at } = user;
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
    let act = view! { <Act id=id.to_string() name=name.clone() role=role is_suspended=suspended_at.is_some() /> };
    view! {
        <tr>
            <Cell label="Name">
                <span class="cluster">
                    <Avatar name=name.clone() />
                    <bdi class="strong">{name}</bdi>
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
fn Act(
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
    if is_suspended {
        return EitherOf3::B(view! {
            <PostForm action="suspend_user" key=key>
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
            <PostForm action="suspend_user" key=key>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="is_suspended" value="true" />
                <SubmitButton label="Suspend" kind=ButtonKind::Danger />
            </PostForm>
        </ConfirmButton>
    })
}
