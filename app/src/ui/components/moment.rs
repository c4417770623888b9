//! A moment, in the reader's zone.

use domain::Timestamp;
use leptos::{html::Time, prelude::*};

/// What a clock on the wall shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WallTime {
    year: i32,
    /// From 1 on.
    month: usize,
    day: u32,
    hour: u32,
    minute: u32,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl WallTime {
    /// `24 Nov, 19:20`; of another year `24 Nov 2025, 19:20`.
    fn text(self, this_year: i32) -> String {
        let Self { year, month, day, hour, minute } = self;
        let month = month.checked_sub(1).and_then(|month| MONTHS.get(month)).copied().unwrap_or_default();
        let year = if year == this_year { String::new() } else { format!(" {year}") };
        format!("{day} {month}{year}, {hour:02}:{minute:02}")
    }
}

/// A moment: short in its place, whole and in UTC in the tooltip. The server writes it in the zone that the browser has told;
/// before it has, in UTC until scripts run.
#[component]
pub fn Moment(
    /// The moment.
    at: Timestamp,
) -> impl IntoView {
    let element = NodeRef::<Time>::new();
    let text = local_text(at);
    #[cfg(feature = "hydrate")]
    {
        let text = text.clone();
        // What the server wrote in another zone stands there still.
        Effect::new(move |_| {
            if let Some(element) = element.get()
                && element.text_content().as_deref() != Some(&text)
            {
                element.set_text_content(Some(&text));
            }
        });
    }
    view! {
        <time node_ref=element class="moment" datetime=at.rfc3339() title=at.utc_text()>
            {text}
        </time>
    }
}

#[cfg(feature = "hydrate")]
fn local_text(at: Timestamp) -> String {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_str(&at.rfc3339()));
    let year = |date: &js_sys::Date| i32::try_from(date.get_full_year()).unwrap_or_default();
    let wall = WallTime {
        year: year(&date),
        month: usize::try_from(date.get_month() + 1).unwrap_or_default(),
        day: date.get_date(),
        hour: date.get_hours(),
        minute: date.get_minutes(),
    };
    wall.text(year(&js_sys::Date::new_0()))
}

#[cfg(all(feature = "ssr", not(feature = "hydrate")))]
fn local_text(at: Timestamp) -> String {
    let zone = use_context::<crate::api::context::Caller>().map(|caller| caller.zone).unwrap_or_default();
    let service::WallClock { year, month, day, hour, minute, this_year } = service::wall_clock(at, &zone);
    WallTime { year, month, day, hour, minute }.text(this_year)
}

#[cfg(not(any(feature = "ssr", feature = "hydrate")))]
fn local_text(at: Timestamp) -> String {
    at.utc_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_told_where_it_is_another() {
        let wall = WallTime { year: 2026, month: 9, day: 4, hour: 7, minute: 5 };
        assert_eq!(wall.text(2026), "4 Sep, 07:05");
        assert_eq!(wall.text(2027), "4 Sep 2026, 07:05");
    }
}
