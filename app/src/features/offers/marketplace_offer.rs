//! One offer, and the way to promote it.

use domain::{ApplicationStatus, MarketplaceOffer};
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_params_map;

use super::terms;
use crate::{
    features::offers::api::find_marketplace_offer,
    ui::{
        components::{
            ButtonLink, Callout, Definition, DefinitionList, PageHead, PageTitle, SubmitButton, TextareaField, Tone,
            isolated, with_name,
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
    let MarketplaceOffer { id, name, partner_name, description, destination, commission_terms, application } = offer;
    let terms = terms(commission_terms);
    let paragraphs = description
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| view! { <p>{line.to_owned()}</p> })
        .collect_view();
    let next = match application {
        Some(status) => Either::Left(view! { <OwnApplication status=status partner=partner_name.clone() /> }),
        None => Either::Right(view! { <ApplyForm offer=id.to_string() partner=partner_name.clone() /> }),
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
                    <Definition term="Visitors land on">
                        <a class="mono" href=landing rel="external noopener nofollow">
                            {destination}
                        </a>
                    </Definition>
                </DefinitionList>
            </section>
            {next}
        </div>
    }
}

/// Asks the partner.
#[component]
fn ApplyForm(
    /// The offer's id.
    offer: String,
    /// Who decides.
    partner: String,
) -> impl IntoView {
    view! {
        <section class="card stack" aria-labelledby="apply">
            <h2 id="apply">"Promote this offer"</h2>
            <p>
                <bdi>{partner}</bdi>
                " decides who may promote it. You get your link right away. It goes live when you're approved."
            </p>
            <PostForm action="apply">
                <input type="hidden" name="offer" value=offer />
                <TextareaField
                    label="Message to the partner"
                    name="message"
                    hint="Where will you promote it, and to whom? At most 1,000 characters; optional."
                    maxlength=1000
                />
                <SubmitButton label="Apply" pending_label="Applying…" />
            </PostForm>
        </section>
    }
}

/// Says where one's own application stands.
#[component]
fn OwnApplication(
    /// Where it stands.
    status: ApplicationStatus,
    /// Who decides.
    partner: String,
) -> impl IntoView {
    let (tone, title, what) = match status {
        ApplicationStatus::Pending => {
            (Tone::Waiting, "You have applied", "{} has not decided yet. Until then your link leads to the homepage.")
        }
        ApplicationStatus::Approved => (Tone::Good, "You may promote this offer", "Your link is live."),
        ApplicationStatus::Rejected => (
            Tone::Refused,
            "Your application was rejected",
            "{} may still change their mind; then your link works at once.",
        ),
        ApplicationStatus::Revoked => (
            Tone::Refused,
            "Your approval was taken back",
            "Your link leads to the homepage now. What it has earned stays yours.",
        ),
    };
    view! {
        <section class="card stack" aria-labelledby="application">
            <h2 id="application">"Your application"</h2>
            <Callout tone=tone title=title>
                <p>{with_name(what, &partner)}</p>
            </Callout>
            <div class="cluster">
                <ButtonLink href="/affiliate/offers" label="Go to My Offers" />
            </div>
        </section>
    }
}
