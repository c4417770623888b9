//! One offer with everything needed to decide about it.

use domain::{Category, Offer, OfferReview};
use leptos::prelude::*;

use super::{changed_offer::ChangedOffer, reject_all::RejectAll};
use crate::{
    features::offers::offer_badge,
    ui::{
        components::{
            ButtonKind, Callout, Definition, DefinitionList, Moment, SubmitButton, TextareaField, Tone, prose,
        },
        forms::PostForm,
    },
};

/// What can be said when an offer is refused.
const REASONS: &str = "Tell the partner what to change, for example: the destination doesn't load · the description \
                       doesn't match the page · the commission terms are missing · the product isn't allowed here.";

/// The offer, the change of its destination, and what was changed after its approval: whatever waits of it.
#[component]
pub(super) fn ReviewCard(
    /// The offer.
    review: OfferReview,
) -> impl IntoView {
    let awaits_approval = review.awaits_approval();
    let OfferReview { offer, change, waiting_of_partner } = review;
    let changed = change.map(|change| view! { <ChangedOffer offer=offer.clone() change=change /> });
    let (heading, name) = (format!("review-{}", offer.id), offer.name.clone());
    let (status, created_at) = (offer.status, offer.created_at);
    let (partner, partner_name) = (offer.partner_id, offer.partner_name.clone());
    let reject_all = (awaits_approval && waiting_of_partner > 1).then(
        || view! { <RejectAll partner=partner name=partner_name.clone() count=waiting_of_partner offer=offer.id /> },
    );
    let approval = awaits_approval.then(|| view! { <Approval offer=offer /> });
    view! {
        <article class="card stack" aria-labelledby=heading.clone()>
            <div class="cluster cluster--apart">
                <div class="cluster">
                    <h3 id=heading.clone()>
                        <bdi>{name}</bdi>
                    </h3>
                    {offer_badge(status)}
                </div>
                <span class="small muted">"by " <bdi>{partner_name}</bdi> ", created " <Moment at=created_at /></span>
            </div>
            {changed}
            {approval}
            {reject_all}
        </article>
    }
}

/// What an approval would let out, and the forms that decide.
#[component]
fn Approval(
    /// The offer.
    offer: Offer,
) -> impl IntoView {
    let Offer { id, description, destination, pending_destination, commission_terms, category, version, .. } = offer;
    let is_change = pending_destination.is_some();
    let change = pending_destination.map(|pending| view! { <Change old=destination.clone() new=pending /> });
    view! {
        <div class="stack">
            {change} <DefinitionList>
                <Definition term="Destination">
                    <OutsideLink href=destination />
                </Definition>
                <Definition term="Commission terms">{prose(commission_terms)}</Definition>
                <Definition term="Category">{category.map_or("None", Category::label)}</Definition>
                <Definition term="Description">{prose(description)}</Definition>
            </DefinitionList> <Decide id=id.to_string() is_change=is_change seen=version />
        </div>
    }
}

/// What changes when a new destination is approved.
#[component]
fn Change(
    /// Where visitors are sent now.
    old: String,
    /// Where they would be sent.
    new: String,
) -> impl IntoView {
    let title = format!("New destination: {} → {}", host(&old), host(&new));
    view! {
        <Callout tone=Tone::Waiting title=title>
            <p>"The old destination serves until you approve the new one. If you reject it, the old one stays."</p>
            <p>
                <OutsideLink href=new />
            </p>
        </Callout>
    }
}

/// A link to a partner's page, which learns nothing of this one.
#[component]
fn OutsideLink(
    /// Where it leads.
    href: String,
) -> impl IntoView {
    view! {
        <a class="mono" href=href.clone() target="_blank" rel="noopener noreferrer nofollow">
            {href.clone()}
        </a>
    }
}

/// The two forms.
#[component]
fn Decide(
    /// Which offer.
    id: String,
    /// Whether only its destination is to be decided about.
    is_change: bool,
    /// The version that is decided about.
    seen: i64,
) -> impl IntoView {
    let (approve, reject) = if is_change {
        ("Approve the destination", "Reject the destination")
    } else {
        ("Approve the offer", "Reject the offer")
    };
    let (approved, rejected, reason) = (id.clone(), id.clone(), format!("reason-{id}"));
    view! {
        <div class="split split--even">
            <PostForm action="approve_offer" key=id.clone() done="Approved">
                <input type="hidden" name="id" value=approved />
                <input type="hidden" name="seen" value=seen.to_string() />
                <SubmitButton label=approve pending_label="Approving…" />
            </PostForm>
            <PostForm action="reject_offer" key=id done="Rejected">
                <input type="hidden" name="id" value=rejected />
                <input type="hidden" name="seen" value=seen.to_string() />
                <TextareaField
                    label="Reason"
                    name="reason"
                    id=reason
                    hint=REASONS
                    required=true
                    maxlength=1000
                    rows=2
                />
                <SubmitButton label=reject pending_label="Rejecting…" kind=ButtonKind::Secondary />
            </PostForm>
        </div>
    }
}

/// The host and port in an address.
fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn the_host_is_what_stands_between_scheme_and_path() {
        let cases = [
            ("https://shop.example/p?a=1", "shop.example"),
            ("http://shop.example:8080#top", "shop.example:8080"),
            ("https://shop.example", "shop.example"),
        ];
        for (address, wanted) in cases {
            assert_eq!(host(address), wanted);
        }
    }
}
