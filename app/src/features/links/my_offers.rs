//! An affiliate's tracking links.

use domain::{
    ApplicationStatus, Earnings, OfferStatus, TrackingLink,
    tracking::{Decision, NotLive, decide},
};
use leptos::{either::Either, prelude::*};

use super::{share::ShareLink, tracking_url};
use crate::{
    features::{applications::application_statuses, links::api::list_links},
    ui::{
        Empty, FilterMenus, ListPage,
        components::{
            Badge, ButtonKind, ButtonLink, CopyBox, Definition, DefinitionList, Money, Tone, grouped, grouped_amount,
            with_name,
        },
        keyed,
    },
};

/// Every link with its state in words and its numbers.
#[component]
pub(crate) fn MyOffers() -> impl IntoView {
    let empty = Empty {
        title: "No links yet",
        why: "A link of your own appears here with each offer you apply for. It works as soon as the partner has approved you.",
        href: "/affiliate/marketplace",
        label: "Find an offer",
    };
    view! {
        <ListPage
            title="My Offers"
            lead="Your tracking links: share them as they are, on any page and in any mail."
            is_live=true
            has_file=true
            fetch=|list| Box::pin(list_links(list))
            menus=FilterMenus {
                statuses: application_statuses(),
                ..FilterMenus::default()
            }
            empty=empty
            show=|links| {
                view! {
                    <ul class="grid-cards">{keyed(links, |link| link.id, |link| view! { <Card link=link /> })}</ul>
                }
                    .into_any()
            }
        >
            <ButtonLink href="/affiliate/marketplace" label="Find another offer" kind=ButtonKind::Secondary />
        </ListPage>
    }
}

/// One link.
#[component]
fn Card(
    /// The link.
    link: TrackingLink,
) -> impl IntoView {
    let url = tracking_url(link.slug.as_str());
    let (tone, word, meaning) = state(&link);
    let meaning = with_name(meaning, &link.partner_name);
    let reason = (!link.reason.is_empty()).then(|| view! { <p class="prewrap small">"Reason: " {link.reason}</p> });
    let earned = earned(link.earnings);
    let share = view! { <ShareLink slug=link.slug.clone() name=link.offer_name.clone() /> };
    // Other offers have no page any more.
    let name = if link.rules.offer == OfferStatus::Active {
        let href = format!("/affiliate/marketplace/{}", link.offer_id);
        Either::Left(view! {
            <a href=href>
                <bdi>{link.offer_name}</bdi>
            </a>
        })
    } else {
        Either::Right(view! { <bdi>{link.offer_name}</bdi> })
    };
    view! {
        <li class="card">
            <div class="stack stack--tight">
                <div class="cluster cluster--apart">
                    <h2>{name}</h2>
                    <Badge tone=tone text=word />
                </div>
                <p class="muted">"by " <bdi>{link.partner_name}</bdi></p>
                <p>{meaning}</p>
                {reason}
                <CopyBox text=url label="Tracking link" />
                {share}
                <DefinitionList>
                    <Definition term="Clicks">
                        <a href=format!(
                            "/affiliate/clicks?offer={}",
                            link.offer_id,
                        )>{format!("{} ({} by people)", grouped(link.clicks), grouped(link.visits))}</a>
                    </Definition>
                    <Definition term="Conversions">{grouped(link.conversions)}</Definition>
                    <Definition term="Pending">{grouped(link.pending)}</Definition>
                    {earned}
                </DefinitionList>
            </div>
        </li>
    }
}

/// What a link earned and what awaits confirmation, in each currency by itself.
fn earned(earnings: Vec<Earnings>) -> impl IntoView {
    if earnings.is_empty() {
        return Either::Left(view! { <Definition term="Earned">"Nothing yet"</Definition> });
    }
    let lines = earnings
        .into_iter()
        .map(|Earnings { currency, earned, pending, .. }| {
            let pending = (!pending.is_zero()).then(|| {
                let pending = grouped_amount(&pending, &currency);
                view! { <span class="small muted">{format!(" and {pending} {currency} pending")}</span> }
            });
            view! {
                <Definition term="Earned">
                    <Money amount=earned.to_string() currency=currency />
                    {pending}
                </Definition>
            }
        })
        .collect_view();
    Either::Right(lines)
}

/// A link's state: what it means, in a word, and in a sentence with `{}` for its partner.
fn state(link: &TrackingLink) -> (Tone, &'static str, &'static str) {
    match decide(&link.rules) {
        Decision::Offer => (Tone::Good, "Live", "Visitors reach the offer, and every click counts."),
        Decision::NotLive(NotLive::Application(ApplicationStatus::Pending)) => {
            (Tone::Waiting, "Pending", "Waiting for {} to approve you: visitors go to the homepage until then.")
        }
        Decision::NotLive(NotLive::Application(ApplicationStatus::Rejected)) => {
            (Tone::Refused, "Rejected", "{} rejected your application: visitors go to the homepage.")
        }
        Decision::NotLive(NotLive::Application(ApplicationStatus::Revoked)) => (
            Tone::Refused,
            "Revoked",
            "{} revoked your approval: visitors go to the homepage. You keep what you earned.",
        ),
        Decision::NotLive(NotLive::Application(ApplicationStatus::Withdrawn)) => {
            (Tone::Neutral, "Withdrawn", "You withdrew: visitors go to the homepage. You keep what you earned.")
        }
        Decision::NotLive(NotLive::Offer(OfferStatus::Paused)) => {
            (Tone::Neutral, "Paused", "The offer is paused: visitors go to the homepage until {} resumes it.")
        }
        Decision::NotLive(NotLive::Offer(OfferStatus::Archived)) => {
            (Tone::Neutral, "Ended", "{} has ended this offer: visitors go to the homepage. You keep what you earned.")
        }
        Decision::NotLive(_) => (Tone::Neutral, "Not live", "The offer isn't live now: visitors go to the homepage."),
    }
}
