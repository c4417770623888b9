//! One offer, and the way to promote it.

use domain::{ApplicationStatus, MarketplaceOffer};
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_params_map;

use super::terms;
use crate::{
    features::{offers::api::find_marketplace_offer, organisations::ProfileFacts},
    ui::{
        components::{
            ButtonKind, ButtonLink, Callout, ConfirmButton, Definition, DefinitionList, PageHead, PageTitle,
            SubmitButton, TextareaField, Tone, isolated, with_name,
        },
        forms::PostForm,
        live::use_live,
        loaded::loaded,
    },
};

/// An offer with everything needed to decide, and the form that applies for it.
#[component]
pub(crate) fn MarketplaceOfferPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id")).unwrap_or_default());
    // The application that was just sent, and nothing else, is shown at once: what is typed here stays.
    let live = use_live();
    let offer = Resource::new(move || (id.get(), live.own()), |(id, _)| find_marketplace_offer(id));
    view! {
        <PageTitle text="Marketplace" />
        <p>
            <a href="/affiliate/marketplace">"All offers"</a>
        </p>
        {loaded(offer, |offer| move || view! { <Details offer=offer.get() /> })}
    }
}

/// What the offer is, and where one's own application stands.
#[component]
fn Details(
    /// The offer.
    offer: MarketplaceOffer,
) -> impl IntoView {
    let MarketplaceOffer {
        id,
        name,
        partner_name,
        description,
        destination,
        commission_terms,
        category,
        application,
        message,
        reason,
        partner,
    } = offer;
    let terms = terms(commission_terms);
    let paragraphs = description
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect_view();
    let next = match application {
        Some(status) => {
            let (offer, partner) = (id.to_string(), partner_name.clone());
            Either::Left(
                view! { <OwnApplication offer=offer status=status message=message reason=reason partner=partner /> },
            )
        }
        None => Either::Right(view! {
            <section class="card stack" aria-labelledby="apply">
                <h2 id="apply">"Promote this offer"</h2>
                <p>
                    <bdi>{partner_name.clone()}</bdi>
                    " decides who may promote it. You get your link right away. It goes live when you're approved."
                </p>
                <ApplyForm offer=id.to_string() message=String::new() label="Apply" />
            </section>
        }),
    };
    let landing = destination.clone();
    view! {
        <PageTitle text=isolated(&name) />
        <PageHead title=name lead=format!("by {}", isolated(&partner_name)) />
        <div class="split">
            <section class="card stack" aria-labelledby="about-offer">
                <h2 id="about-offer">"About this offer"</h2>
                {paragraphs}
                <DefinitionList>
                    <Definition term="Commission">{terms}</Definition>
                    {category.map(|category| view! { <Definition term="Category">{category.label()}</Definition> })}
                    <Definition term="Visitors land on">
                        <a class="mono" href=landing rel="external noopener nofollow">
                            {destination}
                        </a>
                    </Definition>
                </DefinitionList>
                <h3>"About the partner"</h3>
                <ProfileFacts profile=partner is_affiliate=false />
            </section>
            {next}
        </div>
    }
}

/// Asks the partner, for the first time or again.
#[component]
fn ApplyForm(
    /// The offer's id.
    offer: String,
    /// What was written the last time.
    message: String,
    /// What the button says.
    label: &'static str,
) -> impl IntoView {
    view! {
        <PostForm action="apply">
            <input type="hidden" name="offer" value=offer />
            <TextareaField
                label="Message to the partner"
                name="message"
                value=message
                hint="Where will you promote it, and to whom? At most 1,000 characters; optional. Your profile goes with it."
                maxlength=1000
            />
            <div class="cluster">
                <SubmitButton label=label pending_label="Applying…" />
                <a href="/affiliate/settings#profile">"Edit your profile"</a>
            </div>
        </PostForm>
    }
}

/// Says where one's own application stands, and what can be done about it.
#[component]
fn OwnApplication(
    /// The offer's id.
    offer: String,
    /// Where it stands.
    status: ApplicationStatus,
    /// What was written with it.
    message: String,
    /// What the partner said about their decision.
    reason: String,
    /// Who decides.
    partner: String,
) -> impl IntoView {
    let (tone, title, what) = match status {
        ApplicationStatus::Pending => {
            (Tone::Waiting, "You have applied", "{} hasn't decided yet. Until then your link leads to the homepage.")
        }
        ApplicationStatus::Approved => (Tone::Good, "You may promote this offer", "Your link is live."),
        ApplicationStatus::Rejected => {
            (Tone::Refused, "Your application was rejected", "You can apply again, for example with more detail.")
        }
        ApplicationStatus::Revoked => (
            Tone::Refused,
            "Your approval was revoked",
            "Your link leads to the homepage now. You keep what you earned, and can apply again.",
        ),
        ApplicationStatus::Withdrawn => {
            (Tone::Neutral, "You withdrew your application", "Your link leads to the homepage. You can apply again.")
        }
    };
    let reason = (!reason.is_empty()).then(|| view! { <p class="prewrap">"Reason: " {reason}</p> });
    let sent = (status.can_be_withdrawn() && !message.is_empty()).then(|| {
        view! { <p class="prewrap small muted">"Your message: " {message.clone()}</p> }
    });
    let again = status.can_be_renewed().then(|| {
        let offer = offer.clone();
        view! { <ApplyForm offer=offer message=message label="Apply again" /> }
    });
    let withdraw = status.can_be_withdrawn().then(|| view! { <Withdraw offer=offer status=status /> });
    view! {
        <section class="card stack" aria-labelledby="application">
            <h2 id="application">"Your application"</h2>
            <Callout tone=tone title=title>
                <p>{with_name(what, &partner)}</p>
                {reason}
            </Callout>
            {sent}
            {again}
            <div class="cluster">
                <ButtonLink href="/affiliate/offers" label="Go to My Offers" kind=ButtonKind::Secondary />
                {withdraw}
            </div>
        </section>
    }
}

/// Takes the own application back.
#[component]
fn Withdraw(
    /// The offer's id.
    offer: String,
    /// Where the application stands.
    status: ApplicationStatus,
) -> impl IntoView {
    let consequence = if status == ApplicationStatus::Approved {
        "Visitors of your link go to the homepage at once. You keep what you earned; sales of earlier clicks are still \
         recorded. You can apply again."
    } else {
        "The partner won't see it as waiting any more. You can apply again."
    };
    view! {
        <ConfirmButton
            label="Withdraw"
            question="Withdraw your application?"
            consequence=consequence
            action="withdraw_application"
        >
            <PostForm action="withdraw_application" done="Withdrawn">
                <input type="hidden" name="offer" value=offer />
                <SubmitButton label="Withdraw" kind=ButtonKind::Danger />
            </PostForm>
        </ConfirmButton>
    }
}
