//! What a partner or an affiliate says of itself: the form in the own settings, and what others see.

use domain::{Channel, Profile, Role};
use leptos::prelude::*;

use crate::{
    context::account,
    features::organisations::api::find_profile,
    ui::{
        components::{ButtonKind, Definition, DefinitionList, Field, SubmitButton, TextareaField},
        forms::{FormState, PostForm},
        live::use_live,
        loaded::loaded,
    },
};

/// The own profile, to be changed.
#[component]
pub(crate) fn ProfileSection() -> impl IntoView {
    let live = use_live();
    let profile = Resource::new(move || live.own(), |_| find_profile());
    let is_affiliate = account().is_some_and(|account| account.role == Role::Affiliate);
    let lead = if is_affiliate {
        "Partners see this with every application of yours: it decides more often than the message does."
    } else {
        "Affiliates see this beside your offers, before they apply."
    };
    view! {
        <section class="card stack" aria-labelledby="profile">
            <h2 id="profile">"Profile"</h2>
            <p class="muted">{lead}</p>
            {loaded(
                profile,
                move |profile| { move || view! { <ProfileForm profile=profile.get() is_affiliate=is_affiliate /> } },
            )}
        </section>
    }
}

#[component]
fn ProfileForm(
    /// What was said so far.
    profile: Profile,
    /// Whether it is an affiliate's, who promotes.
    is_affiliate: bool,
) -> impl IntoView {
    let (about, hint) = if is_affiliate {
        ("How you promote", "Your audience, formats and reach. At most 1,000 characters.")
    } else {
        ("About you", "What you sell and whom you look for. At most 1,000 characters.")
    };
    let countries = profile.country_letters();
    view! {
        <PostForm action="save_profile" done="Profile saved">
            <Field
                label="Website"
                name="website"
                value=profile.website.clone()
                hint="For example blog.example."
                maxlength=300
                inputmode="url"
                autocomplete="url"
            />
            {is_affiliate.then(|| view! { <ReachFields channels=profile.channels countries=countries /> })}
            <TextareaField label=about name="about" value=profile.about.clone() hint=hint maxlength=1000 />
            <SubmitButton label="Save profile" pending_label="Saving…" kind=ButtonKind::Secondary />
        </PostForm>
    }
}

/// How and where an affiliate reaches people.
#[component]
fn ReachFields(
    /// The channels chosen before.
    channels: Vec<Channel>,
    /// The letters of the countries given before.
    countries: String,
) -> impl IntoView {
    view! {
        <ChannelBoxes chosen=channels />
        <Field
            label="Countries"
            name="countries"
            value=countries
            hint="Where your audience is: the two letters of each country, for example DE, AT, CH."
            maxlength=1000
        />
    }
}

/// The channels as boxes to tick; a refused form comes back as it was sent.
#[component]
fn ChannelBoxes(
    /// Those that were ticked before.
    chosen: Vec<Channel>,
) -> impl IntoView {
    let form = use_context::<FormState>();
    let boxes = Channel::ALL.into_iter().map(|channel| {
        let name = format!("channels[{}]", channel.as_str());
        let was_ticked = chosen.contains(&channel);
        let is_ticked = form.map_or(was_ticked, |form| form.is_ticked(&name, was_ticked));
        view! {
            <label class="check">
                <input type="checkbox" name=name value="on" checked=is_ticked />
                {channel.label()}
            </label>
        }
    });
    let error = form.map(|form| form.error("channels"));
    view! {
        <fieldset class="fieldset">
            <legend class="field__label">"Channels"</legend>
            <div class="check-grid">{boxes.collect_view()}</div>
            {move || error.and_then(|error| error.get()).map(|error| view! { <p class="field__error">{error}</p> })}
        </fieldset>
    }
}

/// What an affiliate says of itself, in few lines.
#[component]
pub(crate) fn ProfileLine(
    /// The profile.
    profile: Profile,
) -> impl IntoView {
    if profile.is_empty() {
        return view! { <p class="muted small">"Nothing in the profile yet."</p> }.into_any();
    }
    let (channels, countries) = (profile.channel_labels(), profile.country_names());
    let Profile { website, about, .. } = profile;
    let facts = [channels, countries].into_iter().filter(|fact| !fact.is_empty());
    let facts = facts.map(|fact| view! { <span>{fact}</span> }).collect_view();
    let about = (!about.is_empty()).then(|| view! { <p class="prewrap small">{about}</p> });
    view! {
        <p class="cluster small">{(!website.is_empty()).then(|| view! { <SiteLink website=website /> })} {facts}</p>
        {about}
    }
    .into_any()
}

/// Somebody's site, without what every address begins with.
#[component]
fn SiteLink(
    /// Its whole address.
    website: String,
) -> impl IntoView {
    let shown = website.trim_start_matches("https://").trim_end_matches('/').to_owned();
    view! {
        <a class="truncate" href=website rel="external noopener nofollow" target="_blank">
            <bdi>{shown}</bdi>
        </a>
    }
}

/// What somebody else says of itself.
#[component]
pub(crate) fn ProfileFacts(
    /// The profile.
    profile: Profile,
    /// Whether it is an affiliate's.
    is_affiliate: bool,
) -> impl IntoView {
    if profile.is_empty() {
        return view! { <p class="muted">"Nothing in the profile yet."</p> }.into_any();
    }
    let (channels, countries) = (profile.channel_labels(), profile.country_names());
    let Profile { website, about, .. } = profile;
    let site = (!website.is_empty()).then(|| {
        view! {
            <Definition term="Website">
                <SiteLink website=website />
            </Definition>
        }
    });
    let line = |term: &'static str, text: String| {
        (!text.is_empty()).then(|| view! { <Definition term=term>{text}</Definition> })
    };
    let term = if is_affiliate { "How they promote" } else { "About them" };
    let about = (!about.is_empty()).then(|| {
        view! {
            <Definition term=term>
                <p class="prewrap">{about}</p>
            </Definition>
        }
    });
    view! { <DefinitionList>{site} {line("Channels", channels)} {line("Countries", countries)} {about}</DefinitionList> }
    .into_any()
}
