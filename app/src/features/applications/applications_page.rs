//! Applications for a partner's offers.

use domain::{Application, ApplicationDecision, ApplicationStatus};
use leptos::{either::Either, prelude::*};

use crate::{
    features::applications::{api::list_applications, application_badge, application_statuses},
    ui::{
        Empty, FilterMenus, ListPage,
        components::{Avatar, ButtonKind, ConfirmButton, Moment, SubmitButton, grouped, isolated, visible},
        forms::PostForm,
        keyed,
    },
};

/// The list. It doesn't move by itself: a row must not slip away under the hand that decides about it.
#[component]
pub(crate) fn Applications() -> impl IntoView {
    let empty = Empty {
        title: "No applications yet",
        why: "Affiliates apply for offers that are active. Each application waits here for your decision.",
        href: "/partner/offers",
        label: "Look at your offers",
    };
    view! {
        <ListPage
            title="Applications"
            lead="Affiliates who ask to promote your offers."
            is_live=false
            has_file=true
            fetch=|list| Box::pin(list_applications(list))
            menus=FilterMenus {
                statuses: application_statuses(),
                ..FilterMenus::default()
            }
            empty=empty
            show=|applications| {
                let card = |application| view! { <Card application=application /> };
                view! { <div class="stack">{keyed(applications, |application| application.id, card)}</div> }.into_any()
            }
        />
    }
}

/// One application, with everything needed to decide.
#[component]
fn Card(
    /// The application.
    application: Application,
) -> impl IntoView {
    let Application {
        id, offer_id, offer_name, affiliate_name, message, status, created_at, clicks, conversions, ..
    } = application;
    let id = id.to_string();
    let message = if message.is_empty() {
        Either::Left(view! { <p class="muted">"No message."</p> })
    } else {
        Either::Right(view! { <p class="prewrap">{message}</p> })
    };
    view! {
        <article class="card stack stack--tight">
            <div class="cluster cluster--apart">
                <div class="cluster">
                    <Avatar name=affiliate_name.clone() />
                    <bdi class="strong">{affiliate_name.clone()}</bdi>
                    <span>
                        "for " <a href=format!("/partner/offers/{offer_id}")>
                            <bdi>{visible(offer_name, offer_id)}</bdi>
                        </a>
                    </span>
                    {application_badge(status)}
                </div>
                <span class="small muted">
                    <Moment at=created_at />
                </span>
            </div>
            {message}
            <div class="cluster cluster--apart">
                <span class="small muted">
                    {format!("{} clicks, {} conversions so far", grouped(clicks), grouped(conversions))}
                </span>
                <Decisions id=id affiliate=affiliate_name status=status />
            </div>
        </article>
    }
}

/// The decisions that the state allows.
#[component]
fn Decisions(
    /// Which application.
    id: String,
    /// The affiliate's name.
    affiliate: String,
    /// Where it stands.
    status: ApplicationStatus,
) -> impl IntoView {
    let key = form_key(&id, ApplicationDecision::Revoke);
    let form = move |decision, label, kind| {
        let id = id.clone();
        status
            .after(decision)
            .is_some()
            .then(|| view! { <DecisionForm id=id decision=decision label=label kind=kind /> })
    };
    let approve = form(ApplicationDecision::Approve, "Approve", ButtonKind::Primary);
    let reject = form(ApplicationDecision::Reject, "Reject", ButtonKind::Secondary);
    let revoke = form(ApplicationDecision::Revoke, "Revoke", ButtonKind::Danger).map(|revoke| {
        view! {
            <ConfirmButton
                label="Revoke"
                question=format!("Revoke the approval of {}?", isolated(&affiliate))
                consequence="Visitors of this link go to the homepage at once. Sales of earlier clicks are still recorded. \
                You can approve it again."
                action="decide_application"
                key=key
            >
                {revoke}
            </ConfirmButton>
        }
    });
    view! { <div class="cluster">{approve} {reject} {revoke}</div> }
}

/// Tells the forms of a page apart.
fn form_key(id: &str, decision: ApplicationDecision) -> String {
    format!("{id}-{}", decision.as_str())
}

/// A button that decides.
#[component]
fn DecisionForm(
    /// Which application.
    id: String,
    /// What the button decides.
    decision: ApplicationDecision,
    /// What the button says.
    label: &'static str,
    /// How loud it is.
    kind: ButtonKind,
) -> impl IntoView {
    let done = match decision {
        ApplicationDecision::Approve => "Approved",
        ApplicationDecision::Reject => "Rejected",
        ApplicationDecision::Revoke => "Revoked",
    };
    view! {
        <PostForm action="decide_application" key=form_key(&id, decision) done=done>
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="decision" value=decision.as_str() />
            <SubmitButton label=label kind=kind />
        </PostForm>
    }
}
