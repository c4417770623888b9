//! The way from nothing to the first conversion.

use domain::OfferCounts;
use leptos::prelude::*;

use crate::ui::components::{Badge, ButtonKind, ButtonLink, Tone};

/// Which steps are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StepsDone {
    has_offer: bool,
    is_approved: bool,
    has_conversion: bool,
}

impl StepsDone {
    /// As the own offers tell.
    pub(super) const fn of(counts: &OfferCounts) -> Self {
        Self { has_offer: counts.offers > 0, is_approved: counts.approved > 0, has_conversion: counts.conversions > 0 }
    }
}

/// Three steps that tick themselves off.
#[component]
pub(super) fn FirstSteps(
    /// Which steps are done.
    done: StepsDone,
) -> impl IntoView {
    let StepsDone { has_offer, is_approved, has_conversion } = done;
    view! {
        <section class="card stack" aria-labelledby="first-steps">
            <h2 id="first-steps">"Three steps to your first conversion"</h2>
            <ol class="stack">
                <Step title="Create an offer" is_done=has_offer>
                    <p>"Say what you sell, where visitors land and what affiliates earn."</p>
                    {(!has_offer).then(|| view! { <ButtonLink href="/partner/offers/new" label="Create an offer" /> })}
                </Step>
                <Step title="Wait for approval" is_done=is_approved>
                    <p>
                        "An admin looks at every new offer. Once it is approved, affiliates find it in the marketplace."
                    </p>
                </Step>
                <Step title="Place the postback" is_done=has_conversion>
                    <p>"Your shop reports each sale with one request. Completes itself with your first postback."</p>
                    <div class="cluster">
                        <ButtonLink href="/docs/tracking" label="Read the guide" kind=ButtonKind::Secondary />
                        <ButtonLink
                            href="/partner/settings#global-postback-url"
                            label="Get your postback URL"
                            kind=ButtonKind::Secondary
                        />
                    </div>
                </Step>
            </ol>
        </section>
    }
}

/// One step.
#[component]
fn Step(
    /// What is to be done.
    title: &'static str,
    /// Whether it is done.
    is_done: bool,
    /// How to do it.
    children: Children,
) -> impl IntoView {
    let (tone, text) = if is_done { (Tone::Good, "Done") } else { (Tone::Waiting, "To do") };
    view! {
        <li>
            <div class="stack stack--tight">
                <p class="cluster">
                    <span class="strong">{title}</span>
                    <Badge tone=tone text=text />
                </p>
                {children()}
            </div>
        </li>
    }
}
