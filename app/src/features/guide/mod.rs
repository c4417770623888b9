//! The guide "Connecting your tracking link".

mod answers;
mod counting;
mod examples;
mod how_it_works;
mod parameters;
mod postback;
mod statuses;
mod testing;
mod troubleshooting;
mod webhooks;

use domain::Role;
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_query_map;

use crate::{
    api::Answer,
    context::{account, site},
    features::organisations::api::find_api_key,
    ui::{
        components::{Cell, Column, DataTable, PageTitle},
        loaded::loaded,
    },
};

use answers::Answers;
use counting::Counting;
use examples::Examples;
use how_it_works::HowItWorks;
use parameters::Parameters;
use postback::Postback;
use statuses::Statuses;
use testing::Testing;
use troubleshooting::Troubleshooting;
use webhooks::Webhooks;

/// What stands for the API key where the reader's own is not known.
const PLACEHOLDER_KEY: &str = "sp_live_xxx";

/// What the examples are written with. No `Debug`, since the key must not get into a log.
#[derive(Clone)]
pub struct Bases {
    /// Where the site and the API are.
    pub site: String,
    /// Where the tracking links are.
    pub tracking: String,
    /// The signed-in partner's API key, once revealed.
    pub key: Option<String>,
}

impl Bases {
    /// Before anybody reveals a key.
    pub(crate) fn without_key() -> Self {
        let site = site();
        Self { site: site.public_url, tracking: site.tracking_url, key: None }
    }

    /// A sample with its addresses and its key filled in.
    fn fill(&self, sample: &str) -> String {
        let site = self.site.trim_end_matches('/');
        sample
            .trim_end()
            .replace("@POSTBACK@", &format!("{site}/api/postback"))
            .replace("@SITE@", site)
            .replace("@TRACKING@", self.tracking.trim_end_matches('/'))
            .replace("@KEY@", self.key.as_deref().unwrap_or(PLACEHOLDER_KEY))
    }
}

/// The sections' anchors and names, in the order of the page.
const CONTENTS: [(&str, &str); 10] = [
    ("#how-it-works", "How it works"),
    ("#counting", "How a click is counted"),
    ("#postback", "Setting up a postback"),
    ("#parameters", "Postback parameters"),
    ("#answers", "Answers and warnings"),
    ("#statuses", "Conversion statuses & earnings"),
    ("#examples", "Integration examples"),
    ("#webhooks", "Webhooks"),
    ("#testing", "Test your setup"),
    ("#troubleshooting", "Troubleshooting"),
];

/// The whole guide, with its contents at the side. To a signed-in partner the examples can carry the own key.
#[component]
pub fn Guide() -> impl IntoView {
    let contents = CONTENTS
        .into_iter()
        .map(|(href, name)| {
            view! {
                <li>
                    <a href=href>{name}</a>
                </li>
            }
        })
        .collect_view();
    let is_partner = account().is_some_and(|account| account.role == Role::Partner);
    let text = if is_partner {
        Either::Left(view! { <PartnersText /> })
    } else {
        Either::Right(view! { <Text bases=Bases::without_key() is_partner=false /> })
    };
    view! {
        <PageTitle text="Connecting your tracking link" />
        <div class="guide">
            <nav class="guide__toc" aria-label="Contents">
                <ol>{contents}</ol>
            </nav>
            {text}
        </div>
    }
}

/// The text as a partner reads it: with the own key, if the address asks for it.
#[component]
fn PartnersText() -> impl IntoView {
    let query = use_query_map();
    let is_shown = Memo::new(move |_| query.with(|query| query.get_str("key") == Some("shown")));
    let key = Resource::new(move || is_shown.get(), own_key);
    let bases = Bases::without_key();
    loaded(key, move |key| {
        let bases = bases.clone();
        move || {
            view! {
                <Text
                    bases=Bases {
                        key: key.get(),
                        ..bases.clone()
                    }
                    is_partner=true
                />
            }
        }
    })
}

async fn own_key(is_shown: bool) -> Answer<Option<String>> {
    if is_shown { find_api_key().await.map(Some) } else { Ok(None) }
}

/// All sections.
#[component]
fn Text(
    /// What the examples are written with.
    bases: Bases,
    /// Whether the reader has a key that could be shown.
    is_partner: bool,
) -> impl IntoView {
    let (href, label) = if bases.key.is_some() {
        ("/docs/tracking#examples", "Hide my key")
    } else {
        ("/docs/tracking?key=shown#examples", "Show the examples with my API key")
    };
    let switch = is_partner.then(|| {
        view! {
            <p>
                <a href=href>{label}</a>
            </p>
        }
    });
    view! {
        <article class="prose guide__body">
            <h1>"Connecting your tracking link"</h1>
            <p>
                "How a partner's tracking link works end to end, where affiliates get it, and how to set up postbacks so that conversions are credited correctly."
            </p>
            {switch}
            <HowItWorks bases=bases.clone() />
            <Counting bases=bases.clone() />
            <Postback bases=bases.clone() />
            <Parameters bases=bases.clone() />
            <Answers bases=bases.clone() />
            <Statuses bases=bases.clone() />
            <Examples bases=bases.clone() />
            <Webhooks bases=bases.clone() />
            <Testing bases=bases.clone() />
            <Troubleshooting bases=bases />
        </article>
    }
}

/// A text in which `backticks` mark code.
fn marked(text: &'static str) -> Vec<AnyView> {
    text.split('`')
        .enumerate()
        .filter(|(_, part)| !part.is_empty())
        .map(|(index, part)| if index % 2 == 1 { view! { <code>{part}</code> }.into_any() } else { part.into_any() })
        .collect()
}

/// A bulleted list of such texts.
fn bullets(items: &'static [&'static str]) -> impl IntoView {
    let items = items.iter().map(|item| view! { <li>{marked(item)}</li> }).collect_view();
    view! { <ul>{items}</ul> }
}

/// A table of such texts.
fn table<const N: usize>(
    caption: &'static str,
    heads: [&'static str; N],
    rows: &'static [[&'static str; N]],
) -> impl IntoView {
    let columns = heads.into_iter().map(Column::text).collect::<Vec<_>>();
    let rows = rows
        .iter()
        .map(|row| {
            let cells = heads
                .into_iter()
                .zip(row)
                .map(|(head, text)| view! { <Cell label=head>{marked(text)}</Cell> })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <DataTable columns=columns caption=caption>
            {rows}
        </DataTable>
    }
}
