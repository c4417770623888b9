//! The numbers of a period.

use domain::{BestAffiliate, DayPoint, Earnings, Overview, Total, report::per_mille};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::ui::components::{BarList, LinkTabs, SeriesPoint, StatTile, TimeSeries, grouped, grouped_amount};

/// The periods to choose from.
const PERIODS: [(u32, &str); 4] = [(1, "Today"), (7, "7 days"), (30, "30 days"), (90, "90 days")];

/// How many days the address asks for: `?days=7`; 30 unless it names one of the periods.
pub(crate) fn use_days() -> Memo<u32> {
    let query = use_query_map();
    Memo::new(move |_| {
        let days = query.with(|query| query.get("days")).and_then(|days| days.parse::<u32>().ok());
        days.filter(|days| PERIODS.iter().any(|(period, _)| period == days)).unwrap_or(30)
    })
}

/// Links to the other periods.
#[component]
pub(crate) fn DaysTabs(
    /// The period that is shown.
    days: u32,
    /// The page they stand on.
    path: &'static str,
) -> impl IntoView {
    let items = PERIODS.into_iter().map(|(period, label)| {
        let href = format!("{path}?days={period}");
        (href, label.to_owned(), period == days)
    });
    view! { <LinkTabs items=items.collect() label="Period" /> }
}

/// Conversions per hundred clicks, with one decimal: "2.5%".
pub(crate) fn conversion_rate(conversions: i64, clicks: i64) -> String {
    per_mille(conversions, clicks)
        .map_or_else(|| "–".to_owned(), |permille| format!("{}.{}%", permille / 10, permille % 10))
}

/// Tiles, a chart, and who brought the most.
#[component]
pub(crate) fn OverviewPanel(
    /// The numbers.
    overview: Overview,
    /// Whether the reader is a partner; else an affiliate.
    is_partner: bool,
) -> impl IntoView {
    let Overview { clicks, visits, conversions, pending, money, points, best, .. } = overview;
    let home = if is_partner { "/partner" } else { "/affiliate" };
    // An affiliate asks for money first, a partner for sales.
    let money = view! { <MoneyTiles money=money clicks=clicks is_partner=is_partner /> };
    let (first, last) = if is_partner { (None, Some(money)) } else { (Some(money), None) };
    let points = points.iter().map(series_point).collect::<Vec<_>>();
    view! {
        <div class="stack">
            <div class="grid-tiles">
                {first}
                <StatTile
                    label="Clicks"
                    value=grouped(clicks)
                    hint=format!("{} by people", grouped(visits))
                    href=format!("{home}/clicks")
                />
                <StatTile
                    label="Conversions"
                    value=grouped(conversions)
                    hint="whatever their status"
                    href=format!("{home}/conversions")
                />
                <StatTile
                    label="Pending"
                    value=grouped(pending)
                    hint="await confirmation"
                    href=format!("{home}/conversions?status=pending")
                />
                <StatTile
                    label="Conversion rate"
                    value=conversion_rate(conversions, clicks)
                    hint="conversions per click"
                /> {last}
            </div>
            <section class="card" aria-label="Clicks and conversions by day">
                <TimeSeries points=points />
            </section>
            <Best best=best />
        </div>
    }
}

fn series_point(point: &DayPoint) -> SeriesPoint {
    SeriesPoint { label: point.day.to_string(), clicks: point.clicks, conversions: point.conversions }
}

/// One total of each currency, a line for each: "8,959.25 EUR".
pub(crate) fn per_currency(money: &[Earnings], total: impl Fn(&Earnings) -> Total) -> String {
    if money.is_empty() {
        return "–".to_owned();
    }
    let lines: Vec<_> =
        money.iter().map(|one| format!("{} {}", grouped_amount(&total(one), &one.currency), one.currency)).collect();
    lines.join("\n")
}

/// The money, each tile with a line for each currency.
#[component]
fn MoneyTiles(
    /// The money.
    money: Vec<Earnings>,
    /// The clicks that brought it.
    clicks: i64,
    /// Whether the reader is a partner; else an affiliate.
    is_partner: bool,
) -> impl IntoView {
    let earned = per_currency(&money, |one| one.earned);
    let pending = ("Pending commission", per_currency(&money, |one| one.pending), "awaits confirmation");
    let tiles = if is_partner {
        let amount = per_currency(&money, |one| one.amount);
        let commission = ("Commission", earned, "what counts toward earnings");
        [("Amount", amount, "order value, whatever the status"), commission, pending]
    } else {
        let epc = per_currency(&money, |one| one.earned.per(clicks));
        [("Earned", earned, "what counts toward earnings"), pending, ("EPC", epc, "earned per click, all clicks")]
    };
    let tiles = tiles.into_iter().map(|(label, value, hint)| view! { <StatTile label=label value=value hint=hint /> });
    tiles.collect_view()
}

/// Who brought the most.
#[component]
fn Best(
    /// Who, best first.
    best: Vec<BestAffiliate>,
) -> impl IntoView {
    (!best.is_empty()).then(|| {
        let items = best.into_iter().map(|affiliate| {
            let shown = format!("{} clicks, {} conversions", grouped(affiliate.clicks), grouped(affiliate.conversions));
            (affiliate.name, affiliate.clicks, shown)
        });
        view! {
            <section class="card stack" aria-labelledby="best">
                <h2 id="best">"Best affiliates"</h2>
                <BarList items=items.collect() />
            </section>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::conversion_rate;

    #[test]
    fn the_rate_is_rounded_to_one_decimal() {
        let cases = [(0, 0, "–"), (1, 40, "2.5%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (5, 5, "100.0%"), (0, 9, "0.0%")];
        for (conversions, clicks, rate) in cases {
            assert_eq!(conversion_rate(conversions, clicks), rate);
        }
    }
}
