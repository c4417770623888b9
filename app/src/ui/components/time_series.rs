//! Clicks and conversions over time: bars, a line, and the numbers behind them.

use std::fmt::Write;

use leptos::prelude::*;

use super::{Cell, Column, DataTable, grouped};

/// The drawing's own units. Its width is stretched to the page's; strokes keep their thickness by CSS.
const WIDTH: i64 = 12_000;
/// In the height CSS gives it, one unit is one pixel.
const HEIGHT: i64 = 176;

/// One step of the time axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesPoint {
    /// The day, as shown.
    pub label: String,
    /// How many clicks it had.
    pub clicks: i64,
    /// How many conversions it had.
    pub conversions: i64,
}

/// A chart of clicks (bars) and conversions (line, on a scale of its own), with a table of the same numbers.
#[component]
pub fn TimeSeries(
    /// The days, oldest first.
    points: Vec<SeriesPoint>,
) -> impl IntoView {
    let clicks_top = round_top(points.iter().map(|point| point.clicks).max().unwrap_or(0));
    let conversions_top = round_top(points.iter().map(|point| point.conversions).max().unwrap_or(0));
    let grid = format!("M0 0H{WIDTH}M0 {}H{WIDTH}M0 {HEIGHT}H{WIDTH}", HEIGHT / 2);
    let (line, dots) = conversion_paths(&points, conversions_top);
    let days = edge_labels(&points).into_iter().map(|label| view! { <span>{label}</span> }).collect_view();
    view! {
        <figure class="chart">
            <div class="chart__legend">
                <span class="chart__key chart__key--clicks">"Clicks"</span>
                <span class="chart__key chart__key--conversions">"Conversions, scale on the right"</span>
            </div>
            <div class="chart__plot">
                {scale("chart__scale", clicks_top)}
                <svg
                    class="chart__svg"
                    viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                    preserveAspectRatio="none"
                    role="img"
                    aria-label=summary(&points)
                >
                    <path class="chart__grid" d=grid></path>
                    {bars(&points, clicks_top)}
                    <path class="chart__line" d=line></path>
                    <path class="chart__dots" d=dots></path>
                </svg> {scale("chart__scale chart__scale--conversions", conversions_top)}
                <div class="chart__days" aria-hidden="true">
                    {days}
                </div>
            </div>
            <details class="chart__table">
                <summary>"Show as a table"</summary>
                {table(points)}
            </details>
        </figure>
    }
}

/// The numbers beside the grid, from the top down.
fn scale(class: &'static str, top: i64) -> impl IntoView {
    view! {
        <div class=class aria-hidden="true">
            <span>{grouped(top)}</span>
            <span>{grouped(top / 2)}</span>
            <span>"0"</span>
        </div>
    }
}

fn bars(points: &[SeriesPoint], top: i64) -> impl IntoView + use<> {
    let count = count(points);
    (0_i64..)
        .zip(points)
        .map(|(index, point)| {
            let left = index * WIDTH / count;
            let slot = (index + 1) * WIDTH / count - left;
            let width = (slot * 7 / 10).max(1);
            let x = left + (slot - width) / 2;
            let y = level(point.clicks, top);
            let height = HEIGHT - y;
            view! {
                <g class="chart__slot">
                    <rect class="chart__hit" x=left y="0" width=slot height=HEIGHT></rect>
                    <rect class="chart__bar" x=x y=y width=width height=height></rect>
                    <title>{told(point)}</title>
                </g>
            }
        })
        .collect_view()
}

fn table(points: Vec<SeriesPoint>) -> impl IntoView {
    let columns = vec![Column::text("Day"), Column::number("Clicks"), Column::number("Conversions")];
    let rows = points
        .into_iter()
        .map(|point| {
            view! {
                <tr>
                    <Cell label="Day">{point.label}</Cell>
                    <Cell label="Clicks" numeric=true>
                        {grouped(point.clicks)}
                    </Cell>
                    <Cell label="Conversions" numeric=true>
                        {grouped(point.conversions)}
                    </Cell>
                </tr>
            }
        })
        .collect_view();
    view! {
        <DataTable columns=columns caption="Clicks and conversions by day">
            {rows}
        </DataTable>
    }
}

/// The line, and the dots on it: strokes without length, whose round caps stay round however the page stretches.
fn conversion_paths(points: &[SeriesPoint], top: i64) -> (String, String) {
    let (mut line, mut dots) = (String::new(), String::new());
    let count = count(points);
    for (index, point) in (0_i64..).zip(points) {
        let x = (2 * index + 1) * WIDTH / (2 * count);
        let y = level(point.conversions, top);
        let command = if index == 0 { 'M' } else { 'L' };
        // Writing to a String can't fail.
        let _ = write!(line, "{command}{x} {y}");
        let _ = write!(dots, "M{x} {y}h0");
    }
    (line, dots)
}

/// How far below the drawing's upper edge a value lies.
fn level(value: i64, top: i64) -> i64 {
    HEIGHT - value.clamp(0, top).saturating_mul(HEIGHT) / top
}

fn count(points: &[SeriesPoint]) -> i64 {
    i64::try_from(points.len()).unwrap_or(i64::MAX).max(1)
}

/// The next of 2, 4, 10, 20, 40, 100, …: a round number whose half is one too.
fn round_top(largest: i64) -> i64 {
    let mut ten = 1_i64;
    loop {
        for step in [2, 4, 10] {
            let top = ten.saturating_mul(step);
            if top >= largest {
                return top;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

/// The first, the middle and the last day: what fits under a chart on a phone.
fn edge_labels(points: &[SeriesPoint]) -> Vec<String> {
    let last = points.len().saturating_sub(1);
    let mut places = vec![0, last / 2, last];
    places.dedup();
    places.into_iter().filter_map(|place| points.get(place)).map(|point| point.label.clone()).collect()
}

fn told(point: &SeriesPoint) -> String {
    format!("{}: {} clicks, {} conversions", point.label, grouped(point.clicks), grouped(point.conversions))
}

fn summary(points: &[SeriesPoint]) -> String {
    let clicks = points.iter().fold(0_i64, |sum, point| sum.saturating_add(point.clicks));
    let conversions = points.iter().fold(0_i64, |sum, point| sum.saturating_add(point.conversions));
    let period = match (points.first(), points.last()) {
        (Some(first), Some(last)) => format!("{} to {}", first.label, last.label),
        _ => "no days".to_owned(),
    };
    format!("Clicks and conversions, {period}: {} clicks, {} conversions", grouped(clicks), grouped(conversions))
}

#[cfg(test)]
mod tests {
    use super::{HEIGHT, level, round_top};

    #[test]
    fn the_scale_ends_at_a_round_number_with_a_round_half() {
        let cases = [(0, 2), (2, 2), (3, 4), (5, 10), (11, 20), (41, 100), (i64::MAX, i64::MAX)];
        for (largest, top) in cases {
            assert_eq!(round_top(largest), top);
        }
    }

    #[test]
    fn nothing_leaves_the_drawing() {
        for (value, y) in [(-5, HEIGHT), (0, HEIGHT), (5, HEIGHT / 2), (10, 0), (99, 0)] {
            assert_eq!(level(value, 10), y);
        }
    }
}
