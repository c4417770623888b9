//! The own account: another email, a time zone, where one is signed in, and leaving.

use domain::{OwnSession, Role};
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    context::account,
    features::sign_in::api::list_sessions,
    ui::{
        components::{
            Badge, ButtonKind, Callout, Cell, Column, ConfirmButton, DataTable, Field, Moment, PageHead, PageTitle,
            SubmitButton, Tone,
        },
        forms::PostForm,
        layouts::SettingsTabs,
        live::use_live,
        loaded::loaded,
    },
};

/// The page.
#[component]
pub(crate) fn AccountPage() -> impl IntoView {
    view! {
        <PageTitle text="Account" />
        <PageHead title="Settings" />
        <SettingsTabs />
        <div class="stack">
            <EmailSection />
            <ZoneSection />
            <SessionsSection />
            <LeaveSection />
        </div>
    }
}

#[component]
fn EmailSection() -> impl IntoView {
    let email = account().map(|account| account.email).unwrap_or_default();
    let query = use_query_map();
    let is_sent = Memo::new(move |_| query.with(|query| query.get_str("done") == Some("email")));
    let sent = move || {
        is_sent.get().then(|| {
            view! {
                <Callout tone=Tone::Good title="Check the mail at your new address">
                    <p>"The link in it makes it your email. Until then you sign in as before."</p>
                </Callout>
            }
        })
    };
    view! {
        <section class="card stack" aria-labelledby="email-head">
            <h2 id="email-head">"Email"</h2>
            {sent}
            <p class="muted">"You sign in as " <bdi class="strong">{email.clone()}</bdi> "."</p>
            <PostForm action="request_email_change">
                <Field label="New email" name="email" kind="email" required=true autocomplete="email" />
                // Tells password managers whose password this is.
                <input type="hidden" autocomplete="username" value=email />
                <Field
                    label="Current password"
                    name="current_password"
                    kind="password"
                    required=true
                    autocomplete="current-password"
                />
                <SubmitButton label="Send a confirmation link" pending_label="Sending…" kind=ButtonKind::Secondary />
            </PostForm>
        </section>
    }
}

#[component]
fn ZoneSection() -> impl IntoView {
    let zone = account().and_then(|account| account.time_zone).map(|zone| zone.to_string()).unwrap_or_default();
    view! {
        <section class="card stack" aria-labelledby="zone-head">
            <h2 id="zone-head">"Time zone"</h2>
            <p class="muted">"Days of reports, lists and charts begin at midnight there."</p>
            <PostForm action="set_time_zone" reloads=true>
                <Field
                    label="Time zone"
                    name="time_zone"
                    value=zone
                    hint="For example Europe/Berlin. Empty for that of your browser."
                    maxlength=64
                    autocomplete="off"
                />
                <SubmitButton label="Save time zone" pending_label="Saving…" kind=ButtonKind::Secondary />
            </PostForm>
        </section>
    }
}

#[component]
fn SessionsSection() -> impl IntoView {
    let live = use_live();
    let sessions = Resource::new(move || live.own(), |_| list_sessions());
    view! {
        <section class="card stack" aria-labelledby="sessions-head">
            <h2 id="sessions-head">"Where you're signed in"</h2>
            {loaded(sessions, |sessions| { move || view! { <Sessions sessions=sessions.get() /> } })}
        </section>
    }
}

#[component]
fn Sessions(
    /// The newest first.
    sessions: Vec<OwnSession>,
) -> impl IntoView {
    let has_others = sessions.iter().any(|session| !session.is_this);
    let rows = sessions.into_iter().map(|session| view! { <SessionRow session=session /> });
    let columns = vec![Column::text("Signed in"), Column::text("From"), Column::text("Action")];
    view! {
        <DataTable columns=columns caption="Sessions">
            {rows.collect_view()}
        </DataTable>
        {has_others
            .then(|| {
                view! {
                    <PostForm action="end_sessions" key="others" done="Signed out everywhere else">
                        <SubmitButton label="Sign out everywhere else" kind=ButtonKind::Secondary />
                    </PostForm>
                }
            })}
    }
}

#[component]
fn SessionRow(
    /// One of them.
    session: OwnSession,
) -> impl IntoView {
    let OwnSession { id, since, address, is_this } = session;
    let address = if address.is_empty() { "unknown".to_owned() } else { address };
    let act = if is_this {
        Either::Left(view! { <Badge tone=Tone::Good text="This session" /> })
    } else {
        let key = id.clone();
        Either::Right(view! {
            <PostForm action="end_sessions" key=key done="Signed out there">
                <input type="hidden" name="id" value=id />
                <SubmitButton label="Sign out" kind=ButtonKind::Secondary />
            </PostForm>
        })
    };
    view! {
        <tr>
            <Cell label="Signed in">
                <Moment at=since />
            </Cell>
            <Cell label="From">
                <span class="mono small">{address}</span>
            </Cell>
            <Cell label="Action">{act}</Cell>
        </tr>
    }
}

#[component]
fn LeaveSection() -> impl IntoView {
    let role = account().map_or(Role::Affiliate, |account| account.role);
    let consequence = match role {
        Role::Partner => {
            "Your offers leave the marketplace, all their links lead to the homepage, and your API key stops. Your name, \
             email and profile are erased; conversions and what affiliates earned stay. This can't be undone."
        }
        Role::Affiliate => {
            "All your links lead to the homepage. Your name, email and profile are erased; conversions stay with the \
             partners, without your name. Ask for open payouts first. This can't be undone."
        }
        Role::Admin => "Your name and email are erased. This can't be undone.",
    };
    view! {
        <section class="card stack" aria-labelledby="leave-head">
            <h2 id="leave-head">"Delete account"</h2>
            <div>
                <ConfirmButton
                    label="Delete account"
                    question="Delete your account?"
                    consequence=consequence
                    action="delete_account"
                >
                    <PostForm action="delete_account">
                        <Field
                            label="Your password"
                            name="current_password"
                            id="leave-password"
                            kind="password"
                            required=true
                            autocomplete="current-password"
                        />
                        <SubmitButton label="Delete account" pending_label="Deleting…" kind=ButtonKind::Danger />
                    </PostForm>
                </ConfirmButton>
            </div>
        </section>
    }
}
