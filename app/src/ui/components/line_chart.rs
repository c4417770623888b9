//! One metric in the course of time.

use std::{fmt::Write as _, sync::Arc};

use leptos::prelude::*;

use super::{Cell, Column, DataTable};

/// The drawing's own units; the page stretches it.
const WIDTH: i64 = 1_000;
const HEIGHT: i64 = 200;

/// Writes a value as people read it.
pub type ValueFormat = Arc<dyn Fn(i64) -> String + Send + Sync>;

/// A line of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartLine {
    /// What it is of.
    pub name: String,
    /// Its value at each label; nothing where there is nothing to say.
    pub values: Vec<Option<i64>>,
}

/// Lines over the same time, and the one that they are held against. What is under the pointer, the finger or the arrow keys
/// is told above the drawing, so that nothing moves; the same numbers are in a table below.
#[component]
pub fn LineChart(
    /// What is drawn, for those who don't see it.
    caption: String,
    /// The parts of the time, the oldest first.
    labels: Vec<String>,
    /// The lines, at most five.
    lines: Vec<ChartLine>,
    /// What they are held against.
    #[prop(optional_no_strip)]
    before: Option<ChartLine>,
    /// How values are written.
    format: ValueFormat,
) -> impl IntoView {
    let all = lines.iter().chain(&before).flat_map(|line| line.values.iter().flatten());
    let top = round_top(all.copied().max().unwrap_or(0));
    let grid: String = (0..=4).fold(String::new(), |mut grid, step| {
        let _ = write!(grid, "M0 {}H{WIDTH}", step * HEIGHT / 4);
        grid
    });
    let scale = (0..=4).rev().map(|step| view! { <span>{format(top / 4 * step)}</span> }).collect_view();
    let ghost = before.as_ref().map(|line| {
        view! { <path class="line-chart__before" d=path(&line.values, top)></path> }
    });
    let area = (lines.len() == 1).then(|| {
        let area = lines.first().map_or_else(String::new, |line| area(&line.values, top));
        view! { <path class="line-chart__area" d=area></path> }
    });
    let paths = lines
        .iter()
        .enumerate()
        .map(|(number, line)| {
            view! { <path class="line-chart__line" data-line=number d=path(&line.values, top)></path> }
        })
        .collect_view();
    let last = labels.len().saturating_sub(1);
    // Each under its own point.
    let shown = few(labels.len()).into_iter().filter_map(|place| {
        let (x, anchor) = match place {
            _ if last == 0 => (500, "middle"),
            0 => (0, "start"),
            place if place == last => (1_000, "end"),
            place => (1_000 * place / last, "middle"),
        };
        let label = labels.get(place)?.clone();
        Some(view! {
            <text x=format!("{}.{}%", x / 10, x % 10) y="12" text-anchor=anchor>
                {label}
            </text>
        })
    });
    let shown = shown.collect_view();
    let place = RwSignal::new(None::<usize>);
    let reading = Reading { labels, lines, before, format };
    let table = reading.table(caption.clone());
    let told = StoredValue::new(reading);
    let now = move || told.with_value(|reading| reading.at(place.get()));
    let words = move || told.with_value(|reading| reading.words(place.get()));
    let cross = move || {
        place.get().map(|place| {
            let x = x_of(place, last);
            view! { <path class="line-chart__cross" d=format!("M{x} 0V{HEIGHT}")></path> }
        })
    };
    view! {
        <figure class="line-chart">
            <p class="line-chart__reading">{now}</p>
            <div class="line-chart__plot">
                <div class="line-chart__scale" aria-hidden="true">
                    {scale}
                </div>
                <div
                    class="line-chart__drawing"
                    role="slider"
                    tabindex="0"
                    aria-label=caption
                    aria-valuemin="0"
                    aria-valuemax=last
                    aria-valuenow=move || place.get().unwrap_or_default()
                    aria-valuetext=words
                    on:pointermove=move |event| place.set(pointed_at(&event, last))
                    on:pointerleave=move |_| place.set(None)
                    on:keydown=move |event| step(&event, place, last)
                    on:blur=move |_| place.set(None)
                >
                    <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                        <path class="line-chart__grid" d=grid></path>
                        {ghost}
                        {area}
                        {paths}
                        {cross}
                    </svg>
                </div>
                <svg class="line-chart__labels" aria-hidden="true">
                    {shown}
                </svg>
            </div>
            <details class="line-chart__table">
                <summary>"Show as a table"</summary>
                {table}
            </details>
        </figure>
    }
}

/// What is told of a chart.
struct Reading {
    labels: Vec<String>,
    lines: Vec<ChartLine>,
    before: Option<ChartLine>,
    format: ValueFormat,
}

impl Reading {
    fn value(&self, line: &ChartLine, place: usize) -> String {
        line.values.get(place).copied().flatten().map_or_else(|| "–".to_owned(), |value| (self.format)(value))
    }

    fn columns(&self) -> impl Iterator<Item = &ChartLine> {
        self.lines.iter().chain(&self.before)
    }

    /// The values at a place; the names of the lines where there is none.
    fn at(&self, place: Option<usize>) -> impl IntoView + use<> {
        let label = place.and_then(|place| self.labels.get(place).cloned());
        let label = label.map(|label| view! { <span class="strong">{label}</span> });
        let count = self.lines.len();
        let parts = self.columns().enumerate().map(|(number, line)| {
            let value = place.map(|place| self.value(line, place));
            let mark = if number < count { number.to_string() } else { "before".to_owned() };
            view! {
                <span class="line-chart__key" data-line=mark>
                    <bdi>{line.name.clone()}</bdi>
                    {value.map(|value| view! { <span class="num">{value}</span> })}
                </span>
            }
        });
        let parts = parts.collect_view();
        view! {
            {label}
            {parts}
        }
    }

    /// The same for those who don't see it.
    fn words(&self, place: Option<usize>) -> String {
        let Some(place) = place else { return "Arrow keys go through the chart".to_owned() };
        let label = self.labels.get(place).map_or("", String::as_str);
        let values = self.columns().map(|line| format!(", {} {}", line.name, self.value(line, place)));
        format!("{label}{}", values.collect::<String>())
    }

    fn table(&self, caption: String) -> impl IntoView + use<> {
        let mut columns = vec![Column::text("Time")];
        columns.extend(self.columns().map(|line| Column::number(line.name.clone())));
        let rows = self.labels.iter().enumerate().map(|(place, label)| {
            let label = label.clone();
            let values = self.columns().map(|line| {
                let value = self.value(line, place);
                view! {
                    <Cell label="" numeric=true>
                        {value}
                    </Cell>
                }
            });
            let values = values.collect_view();
            view! {
                <tr>
                    <Cell label="">{label}</Cell>
                    {values}
                </tr>
            }
        });
        let rows = rows.collect_view();
        view! {
            <DataTable columns=columns caption=caption>
                {rows}
            </DataTable>
        }
    }
}

/// How far to the right a place lies; one alone in the middle.
fn x_of(place: usize, last: usize) -> i64 {
    let number = |number: usize| i64::try_from(number).unwrap_or(0);
    if last == 0 { WIDTH / 2 } else { number(place) * WIDTH / number(last) }
}

/// How far below the upper edge a value lies.
fn y_of(value: i64, top: i64) -> i64 {
    let part = i128::from(value.clamp(0, top)) * i128::from(HEIGHT) / i128::from(top.max(1));
    HEIGHT - i64::try_from(part).unwrap_or(HEIGHT)
}

/// The line; a value alone is a dot. Where there is nothing to say it is broken.
pub(super) fn path(values: &[Option<i64>], top: i64) -> String {
    let last = values.len().saturating_sub(1);
    let mut path = String::new();
    let mut is_drawing = false;
    for (place, value) in values.iter().enumerate() {
        let Some(value) = value else {
            is_drawing = false;
            continue;
        };
        let (x, y) = (x_of(place, last), y_of(*value, top));
        let next = values.get(place + 1).copied().flatten();
        // Writing to a String can't fail.
        let _ = match (is_drawing, next) {
            (true, _) => write!(path, "L{x} {y}"),
            (false, Some(_)) => write!(path, "M{x} {y}"),
            (false, None) => write!(path, "M{x} {y}h0"),
        };
        is_drawing = true;
    }
    path
}

/// What lies below the line.
fn area(values: &[Option<i64>], top: i64) -> String {
    let last = values.len().saturating_sub(1);
    if values.len() < 2 || values.iter().any(Option::is_none) {
        return String::new();
    }
    let points = values.iter().flatten().enumerate();
    points.fold(format!("M0 {HEIGHT}"), |mut area, (place, value)| {
        let _ = write!(area, "L{} {}", x_of(place, last), y_of(*value, top));
        area
    }) + &format!("L{WIDTH} {HEIGHT}Z")
}

/// The next of 4, 8, 12, 16, 20, 24, 32, 40, 60, 80, 100, 120, …: a quarter of it is round, too, and the lines use most of
/// the height.
fn round_top(largest: i64) -> i64 {
    let mut ten = 1_i64;
    loop {
        for step in [4, 6, 8, 10, 12, 16, 20, 24, 32] {
            let top = ten.saturating_mul(step);
            let is_whole = top % 4 == 0;
            if top >= largest && (is_whole || top == i64::MAX) {
                return top;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

/// Which of so many labels are shown: as many as fit under a chart on a phone, and always the ends.
fn few(count: usize) -> Vec<usize> {
    let last = count.saturating_sub(1);
    let mut places: Vec<_> = (0..=4).map(|step| last * step / 4).collect();
    places.dedup();
    places.retain(|place| *place < count);
    places
}

/// The place that is nearest to the pointer.
fn pointed_at(event: &leptos::ev::PointerEvent, last: usize) -> Option<usize> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast as _;
        let drawing = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
        let width = usize::try_from(drawing.client_width()).ok().filter(|width| *width > 0)?;
        let at = usize::try_from(event.offset_x()).unwrap_or(0).min(width);
        Some((2 * at * last + width) / (2 * width))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (event, last);
        None
    }
}

/// To the next place, or to an end.
fn step(event: &leptos::ev::KeyboardEvent, place: RwSignal<Option<usize>>, last: usize) {
    let now = place.get_untracked();
    let next = match event.key().as_str() {
        "ArrowRight" | "ArrowUp" => now.map_or(0, |now| last.min(now + 1)),
        "ArrowLeft" | "ArrowDown" => now.map_or(last, |now| now.saturating_sub(1)),
        "Home" => 0,
        "End" => last,
        "Escape" => return place.set(None),
        _ => return,
    };
    event.prevent_default();
    place.set(Some(next));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_number_with_round_quarters() {
        let cases =
            [(0, 4), (3, 4), (5, 8), (9, 12), (21, 24), (41, 60), (81, 100), (101, 120), (116, 120), (1_601, 2_000)];
        for (largest, top) in cases {
            assert_eq!(round_top(largest), top, "{largest}");
        }
        assert_eq!(round_top(i64::MAX), i64::MAX);
    }

    #[test]
    fn a_line_is_broken_where_there_is_nothing_to_say() {
        assert_eq!(path(&[Some(0), Some(4), None, Some(2)], 4), "M0 200L333 0M1000 100h0");
        assert_eq!(path(&[Some(4)], 4), "M500 0h0");
        assert_eq!(path(&[None, None], 4), "");
        assert_eq!(area(&[Some(0), Some(4)], 4), "M0 200L0 200L1000 0L1000 200Z");
    }

    #[test]
    fn the_ends_are_always_labelled() {
        assert_eq!(few(30), [0, 7, 14, 21, 29]);
        assert_eq!((few(1), few(2), few(0)), (vec![0], vec![0, 1], vec![]));
    }
}
