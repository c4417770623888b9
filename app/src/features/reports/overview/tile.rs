//! A number of the period, and what it was before.

use domain::{
    Currency, Role,
    report::{Metric, Numbers, Report, ReportQuery},
};
use leptos::prelude::*;

use super::{
    super::{
        values::{change, dash, drawn, metric_value, value_words},
        words::{metric_meaning, metric_name},
    },
    Answered,
};
use crate::{
    context::account,
    ui::components::{Change, Sparkline, grouped},
};

/// A metric's number, its change, and its course. The tile is a link: the chart shows what is pressed.
#[component]
pub(super) fn MetricTile(
    /// Which metric.
    metric: Metric,
    /// What was asked, and the numbers.
    answered: Signal<Answered>,
) -> impl IntoView {
    let query = Memo::new(move |_| answered.with(|(query, _)| query.clone()));
    let lines = Memo::new(move |_| answered.with(|(_, overview)| lines(metric, &overview.report)));
    let hint = Memo::new(move |_| answered.with(|(_, overview)| hint(metric, &overview.report)));
    let course = Memo::new(move |_| answered.with(|(_, overview)| course(metric, &overview.report)));
    // A tile has room for the whole word.
    let name = if metric == Metric::ConversionRate { "Conversion rate" } else { metric_name(metric) };
    let is_current = move || query.with(|query| query.chart == metric);
    let href = move || query.with(|query| chart_href(query, metric));
    let shown = move || {
        let lines = lines.get().into_iter().map(|(value, change)| {
            view! {
                <div class="stat__line">
                    <span class="stat__value">{value}</span>
                    {change.map(|change| view! { <Change text=change /> })}
                </div>
            }
        });
        lines.collect_view()
    };
    view! {
        <div class="stat" class:stat--current=is_current>
            <div class="stat__label" title=metric_meaning(metric)>
                <a href=href data-noscroll="" aria-current=move || is_current().then_some("true")>
                    {name}
                </a>
            </div>
            {shown}
            {move || hint.get().map(|hint| view! { <div class="stat__hint">{hint}</div> })}
            {move || view! { <Sparkline values=course.get() /> }}
        </div>
    }
}

/// The same page with another chart, without words that say what is usual.
fn chart_href(query: &ReportQuery, metric: Metric) -> String {
    let asked = ReportQuery { chart: metric, ..query.clone() };
    let is_usual = |name: &str, word: &str| {
        name == "by" || (name, word) == ("range", "30d") || (name, word) == ("compare", "previous")
    };
    let words = asked.words().into_iter().filter(|(name, word)| !is_usual(name, word));
    format!("?{}", words.collect::<domain::Words>().address())
}

/// The number and its change; of money a line for each currency in which there is some.
fn lines(metric: Metric, report: &Report) -> Vec<(String, Option<String>)> {
    let line = |currency: Option<&Currency>| {
        let of = |numbers: &Numbers| metric.of(numbers, currency);
        let now = of(&report.total);
        let text = now.map_or_else(dash, |value| value_words(metric, value, currency));
        (text, change(now, report.total_before.as_ref().and_then(of)))
    };
    if !metric.is_money() {
        return vec![line(None)];
    }
    let is_some =
        |currency: &&Currency| metric.of(&report.total, Some(currency)).is_some_and(|value| drawn(value) != 0);
    let some: Vec<_> = report.currencies.iter().filter(is_some).map(|currency| line(Some(currency))).collect();
    match report.currencies.first() {
        Some(currency) if some.is_empty() => vec![line(Some(currency))],
        None => vec![(dash(), None)],
        Some(_) => some,
    }
}

/// What stands below it.
fn hint(metric: Metric, report: &Report) -> Option<String> {
    let total = &report.total;
    let is_affiliate = account().is_some_and(|account| account.role == Role::Affiliate);
    match metric {
        Metric::Clicks => Some(format!("{} human", grouped(total.human_clicks))),
        Metric::Conversions => Some(format!("{} pending", grouped(total.pending))),
        Metric::ConversionRate if is_affiliate => match total.conversions() {
            1 => Some("1 conversion".to_owned()),
            count => Some(format!("{} conversions", grouped(count))),
        },
        Metric::ConversionRate => Some("of human clicks".to_owned()),
        Metric::CommissionPending => Some("not yet confirmed".to_owned()),
        Metric::EarningsPerClick => Some("per human click".to_owned()),
        Metric::Amount => Some("all conversions".to_owned()),
        Metric::Earnings => {
            let pending = lines(Metric::CommissionPending, report);
            let pending: Vec<_> = pending.into_iter().map(|(text, _)| text).filter(|text| *text != dash()).collect();
            (!pending.is_empty() && !is_affiliate).then(|| format!("{} pending", pending.join(", ")))
        }
        _ => None,
    }
}

/// Its values in the course of the period; of money in the first currency.
fn course(metric: Metric, report: &Report) -> Vec<Option<i64>> {
    let points = report.series.lines.first().map_or(&[][..], |line| &line.points);
    points.iter().map(|numbers| metric_value(metric, numbers, report.currencies.first())).collect()
}
