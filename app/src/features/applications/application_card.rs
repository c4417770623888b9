//! One application, as the partner decides about it.

use domain::{Application, ApplicationDecision, ApplicationStatus};
use leptos::{either::Either, prelude::*};

use crate::{
    features::{applications::application_badge, organisations::ProfileLine},
    ui::{
        components::{
            Avatar, ButtonKind, ConfirmButton, Moment, SubmitButton, TextareaField, counted, isolated, visible,
        },
        forms::{PostForm, Undo},
    },
};

/// One application, with everything needed to decide.
#[component]
pub(crate) fn ApplicationCard(
    /// The application.
    application: Application,
    /// Whether who applies stands above already.
    is_alone: bool,
) -> impl IntoView {
    let Application {
        id,
        offer_id,
        offer_name,
        affiliate_id,
        affiliate_name,
        message,
        status,
        reason,
        created_at,
        clicks,
        conversions,
        profile,
        ..
    } = application;
    let id = id.to_string();
    let message = if message.is_empty() {
        Either::Left(view! { <p class="muted">"No message."</p> })
    } else {
        Either::Right(view! { <p class="prewrap">{message}</p> })
    };
    let who = (!is_alone).then(|| {
        view! {
            <Avatar name=affiliate_name.clone() />
            <a class="strong" href=format!("/partner/affiliates/{affiliate_id}")>
                <bdi>{affiliate_name.clone()}</bdi>
            </a>
        }
    });
    let profile = (!is_alone).then(|| view! { <ProfileLine profile=profile /> });
    let reason = (!reason.is_empty()).then(|| view! { <p class="prewrap small">"You told them: " {reason}</p> });
    let brought = format!("{} and {} so far", counted(clicks, "click"), counted(conversions, "conversion"));
    view! {
        <article class="card stack stack--tight">
            <div class="cluster cluster--apart">
                <div class="cluster">
                    {who}
                    <span>
                        "for " <a href=format!("/partner/offers/{offer_id}")>
                            <bdi>{visible(offer_name, offer_id)}</bdi>
                        </a>
                    </span> {application_badge(status)}
                </div>
                <span class="small muted">
                    <Moment at=created_at />
                </span>
            </div>
            {profile}
            {message}
            {reason}
            <div class="cluster cluster--apart">
                <span class="small muted">{brought}</span>
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
    let can = |decision| status.after(decision).is_some();
    let name = isolated(&affiliate);
    let approve = can(ApplicationDecision::Approve).then(|| {
        let id = id.clone();
        view! { <DecisionForm id=id decision=ApplicationDecision::Approve label="Approve" kind=ButtonKind::Primary /> }
    });
    let reject = can(ApplicationDecision::Reject).then(|| {
        let (id, key) = (id.clone(), form_key(&id, ApplicationDecision::Reject));
        view! {
            <ConfirmButton
                label="Reject"
                question=format!("Reject the application of {name}?")
                consequence="Their link stays off. They can apply again."
                action="decide_application"
                key=key
            >
                <DecisionForm id=id decision=ApplicationDecision::Reject label="Reject" kind=ButtonKind::Danger />
            </ConfirmButton>
        }
    });
    let revoke = can(ApplicationDecision::Revoke).then(|| {
        let (id, key) = (id.clone(), form_key(&id, ApplicationDecision::Revoke));
        view! {
            <ConfirmButton
                label="Revoke"
                question=format!("Revoke the approval of {name}?")
                consequence="Visitors of this link go to the homepage at once. Sales of earlier clicks are still recorded. \
                You can approve it again."
                action="decide_application"
                key=key
            >
                <DecisionForm id=id decision=ApplicationDecision::Revoke label="Revoke" kind=ButtonKind::Danger />
            </ConfirmButton>
        }
    });
    view! { <div class="cluster">{approve} {reject} {revoke}</div> }
}

/// Tells the forms of a page apart.
fn form_key(id: &str, decision: ApplicationDecision) -> String {
    format!("{id}-{}", decision.as_str())
}

/// A button that decides; with a reason where it is a no.
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
    let key = form_key(&id, decision);
    let field = format!("{key}-reason");
    let asks_why = decision != ApplicationDecision::Approve;
    // What was rejected waited: nothing leads back there, and to approve it would be another thing.
    let back = match decision {
        ApplicationDecision::Approve => Some(ApplicationDecision::Revoke),
        ApplicationDecision::Revoke => Some(ApplicationDecision::Approve),
        ApplicationDecision::Reject => None,
    };
    let undo = back.map(|back| Undo {
        action: "decide_application",
        fields: vec![("id", id.clone()), ("decision", back.as_str().to_owned())],
    });
    view! {
        <PostForm action="decide_application" key=key done=done undo=undo>
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="decision" value=decision.as_str() />
            {asks_why.then(|| view! { <ReasonField id=field /> })}
            <SubmitButton label=label kind=kind />
        </PostForm>
    }
}

/// Why not.
#[component]
fn ReasonField(
    /// The field's id.
    id: String,
) -> impl IntoView {
    view! {
        <TextareaField
            label="Reason"
            name="reason"
            id=id
            hint="The affiliate is told. At most 500 characters; optional."
            maxlength=500
            rows=2
        />
    }
}
