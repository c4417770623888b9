//! The table: what was measured, beside what, the ratio of the two, and whether that reaches the goal.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    /// Answers in a second.
    PerSecond,
    /// Milliseconds.
    Millis,
    /// Seconds.
    Seconds,
    /// Millions of bytes.
    Megabytes,
    /// Bytes.
    Bytes,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::PerSecond => "/s",
            Self::Millis => "ms",
            Self::Seconds => "s",
            Self::Megabytes => "MB",
            Self::Bytes => "bytes",
        }
    }

    fn show(self, value: f64) -> String {
        match self {
            Self::PerSecond | Self::Bytes | Self::Megabytes => format!("{value:.0} {}", self.name()),
            Self::Millis | Self::Seconds => format!("{value:.2} {}", self.name()),
        }
    }
}

/// What a row should reach.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Goal {
    /// So many times what it is beside, or more.
    RatioAtLeast(f64),
    /// So many times what it is beside, or less.
    RatioAtMost(f64),
    /// So much, or less, whatever it is beside.
    AtMost(f64),
    /// Nothing: it is only told.
    Told,
}

/// One measured row.
#[derive(Debug)]
pub(crate) struct Row {
    /// What was measured.
    pub(crate) name: String,
    /// The unit of `measured`, and of what it is beside.
    pub(crate) unit: Unit,
    /// The measured value.
    pub(crate) measured: f64,
    /// What it is beside, and how much that is.
    pub(crate) beside: Option<(&'static str, f64)>,
    /// What it should be.
    pub(crate) goal: Goal,
}

/// A row of the table, measured or not.
#[derive(Debug)]
pub(crate) enum Line {
    /// It was measured.
    Measured(Row),
    /// It could not be, or what it measured was not right.
    Failed {
        /// What was to be measured.
        name: String,
        /// What went wrong.
        why: String,
    },
}

impl Line {
    /// Whether there is something to read in it.
    pub(crate) const fn is_measured(&self) -> bool {
        matches!(self, Self::Measured(_))
    }
}

impl Row {
    /// How many times what it is beside; of a limit, how much of it is used.
    fn ratio(&self) -> Option<f64> {
        match (self.beside, self.goal) {
            (Some((_, beside)), _) if beside > 0.0 => Some(self.measured / beside),
            (None, Goal::AtMost(limit)) => Some(self.measured / limit),
            _ => None,
        }
    }

    fn is_held(&self) -> Option<bool> {
        match self.goal {
            Goal::RatioAtLeast(least) => Some(self.ratio()? >= least),
            Goal::RatioAtMost(most) => Some(self.ratio()? <= most),
            Goal::AtMost(most) => Some(self.measured <= most),
            Goal::Told => None,
        }
    }

    fn goal_text(&self) -> String {
        match self.goal {
            Goal::RatioAtLeast(least) => format!("≥ {least:.2} ×"),
            Goal::RatioAtMost(most) => format!("≤ {most:.2} ×"),
            Goal::AtMost(most) => format!("≤ {}", self.unit.show(most)),
            Goal::Told => String::new(),
        }
    }

    fn cells(&self) -> [String; 6] {
        let beside = match self.beside {
            Some((what, value)) => format!("{what} {}", self.unit.show(value)),
            None => "the goal".to_owned(),
        };
        let held = match self.is_held() {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        let ratio = self.ratio().map(|ratio| format!("{ratio:.2} ×")).unwrap_or_default();
        [self.name.clone(), self.unit.show(self.measured), beside, ratio, self.goal_text(), held.to_owned()]
    }
}

/// The table for people.
pub(crate) fn print(title: &str, lines: &[(u8, Line)]) -> String {
    let heads = ["what", "measured", "beside", "ratio", "goal", "held"].map(str::to_owned);
    let mut rows = vec![("#".to_owned(), heads)];
    let mut failures = String::new();
    for (number, line) in lines {
        match line {
            Line::Measured(row) => rows.push((number.to_string(), row.cells())),
            Line::Failed { name, why } => {
                let _ = write!(failures, "\nFAILED  {number} {name}: {why}");
            }
        }
    }
    let width = |place: usize| rows.iter().map(|(_, cells)| cells[place].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let printed = rows.iter().map(|(number, cells)| {
        let cells: Vec<String> = cells.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
        format!("{number:>2}  {}", cells.join("  ")).trim_end().to_owned()
    });
    format!("{title}\n\n{}{failures}", printed.collect::<Vec<_>>().join("\n"))
}

/// The table for machines.
pub(crate) fn json(title: &str, lines: &[(u8, Line)]) -> Value {
    let rows = lines.iter().map(|(number, line)| match line {
        Line::Measured(row) => json!({
            "number": number,
            "name": row.name,
            "unit": row.unit.name(),
            "measured": row.measured,
            "beside": row.beside.map(|(what, value)| json!({ "what": what, "measured": value })),
            "ratio": row.ratio(),
            "goal": row.goal_text(),
            "held": row.is_held(),
        }),
        Line::Failed { name, why } => json!({ "number": number, "name": name, "failed": why }),
    });
    json!({ "title": title, "rows": rows.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(measured: f64, beside: Option<(&'static str, f64)>, goal: Goal) -> Row {
        Row { name: "redirects".to_owned(), unit: Unit::Millis, measured, beside, goal }
    }

    #[test]
    fn a_goal_is_of_the_ratio_or_of_the_number() {
        let beside = Some(("nginx", 2.0));
        let held = |measured, beside, goal| row(measured, beside, goal).is_held();
        assert_eq!(held(2.0, beside, Goal::RatioAtLeast(1.0)), Some(true));
        assert_eq!(held(1.9, beside, Goal::RatioAtLeast(1.0)), Some(false));
        assert_eq!(held(2.1, beside, Goal::RatioAtMost(1.0)), Some(false));
        assert_eq!(held(0.2, beside, Goal::AtMost(0.2)), Some(true));
        assert_eq!(held(0.3, None, Goal::AtMost(0.2)), Some(false));
        assert_eq!(held(9.9, beside, Goal::Told), None);
    }

    #[test]
    fn the_table_tells_ratios_and_failures() {
        let failed = Line::Failed { name: "disk".to_owned(), why: "it is full".to_owned() };
        let lines = [(1, Line::Measured(row(1.0, Some(("nginx", 2.0)), Goal::RatioAtMost(1.0)))), (10, failed)];
        let text = print("two cores", &lines);
        assert!(text.contains(" 1  redirects  1.00 ms   nginx 2.00 ms  0.50 ×  ≤ 1.00 ×  yes"), "{text}");
        assert!(text.ends_with("FAILED  10 disk: it is full"), "{text}");
        let json = json("two cores", &lines);
        assert_eq!((&json["rows"][0]["held"], &json["rows"][1]["failed"]), (&json!(true), &json!("it is full")));
    }
}
