//! A partner's affiliates: the people behind the applications.

use domain::AffiliateRow;
use leptos::prelude::*;

use crate::{
    features::organisations::api::list_affiliates,
    ui::{
        Empty, FilterMenus, ListPage, choices,
        components::{Avatar, Badge, Cell, Column, DataTable, Moment, Tone, grouped},
        keyed,
    },
};

/// The list, those who applied last first.
#[component]
pub(crate) fn Affiliates() -> impl IntoView {
    let empty = Empty {
        title: "No affiliates yet",
        why: "Whoever applies for one of your offers appears here, with their site, channels and numbers.",
        href: "/partner/offers",
        label: "View your offers",
    };
    view! {
        <ListPage
            title="Affiliates"
            lead="Everyone who has applied for your offers: who they are, and what they bring."
            is_live=true
            columns=("affiliates", affiliate_columns())
            fetch=|list| Box::pin(list_affiliates(list))
            menus=FilterMenus {
                statuses: choices(&[("approved", "Promoting"), ("pending", "To review")]),
                status_words: ("Show", "Everyone"),
                ..FilterMenus::default()
            }
            empty=empty
            show=|affiliates| {
                view! {
                    <DataTable columns=affiliate_columns() caption="Affiliates">
                        {keyed(affiliates, |row| row.id, |row| view! { <Row row=row /> })}
                    </DataTable>
                }
                    .into_any()
            }
        />
    }
}

fn affiliate_columns() -> Vec<Column> {
    vec![
        Column::text("Affiliate"),
        Column::text("Site"),
        Column::text("Channels"),
        Column::number("Offers"),
        Column::number("Clicks"),
        Column::number("Conversions"),
        Column::text("Applied"),
    ]
}

/// One affiliate.
#[component]
fn Row(
    /// The affiliate.
    row: AffiliateRow,
) -> impl IntoView {
    let href = format!("/partner/affiliates/{}", row.id);
    let site = row.profile.website.trim_start_matches("https://").trim_end_matches('/').to_owned();
    let channels = row.profile.channel_labels();
    let waiting = (row.waiting > 0).then(|| {
        let text = format!("{} to review", grouped(row.waiting));
        let href = format!("/partner/applications?status=pending&affiliate={}", row.id);
        view! {
            <a href=href>
                <Badge tone=Tone::Waiting text=text />
            </a>
        }
    });
    view! {
        <tr>
            <Cell label="Affiliate">
                <span class="cluster">
                    <Avatar name=row.name.clone() />
                    <a class="strong" href=href>
                        <bdi>{row.name.clone()}</bdi>
                    </a>
                    {waiting}
                </span>
            </Cell>
            <Cell label="Site">
                <span class="small truncate" title=row.profile.website.clone()>
                    <bdi>{site}</bdi>
                </span>
            </Cell>
            <Cell label="Channels">
                <span class="small truncate" title=channels.clone()>
                    {channels.clone()}
                </span>
            </Cell>
            <Cell label="Offers" numeric=true>
                {grouped(row.approved)}
            </Cell>
            <Cell label="Clicks" numeric=true>
                <a href=format!("/partner/clicks?f.affiliate={}", row.id)>{grouped(row.clicks)}</a>
            </Cell>
            <Cell label="Conversions" numeric=true>
                <a href=format!("/partner/conversions?f.affiliate={}", row.id)>{grouped(row.conversions)}</a>
            </Cell>
            <Cell label="Applied">
                <Moment at=row.applied_at />
            </Cell>
        </tr>
    }
}
