//! A report from what was counted: names, order, comparison and chart.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::{
    AffiliateId, AppError, Country, Currency, LinkId, OfferId, PartnerId, SearchText,
    report::{
        BEST_ROWS, Dimension, Metric, Numbers, Report, ReportQuery, ReportRow, Selection, Series, SeriesLine, Sort,
        SortKey, Value, ZoneName, arrange,
    },
};
use store::{
    Conn, Scope,
    reports::{Axis, CountedTable, names_of},
};
use uuid::Uuid;

use super::{report::Tables, time::ReportTime};

/// The whole report, as one page with all of its rows.
pub(super) async fn assemble(
    conn: &mut Conn,
    scope: Scope,
    query: &ReportQuery,
    zone: ZoneName,
    (time, tables): (ReportTime, Tables),
    before: Option<(ReportTime, Tables)>,
) -> Result<Report, AppError> {
    let by = time.axis(query.by);
    let total_before = before.as_ref().map(|(_, tables)| tables.rows.total.clone());
    let currencies = currencies(&tables.rows.total, total_before.as_ref());
    let names = Names::of(conn, scope, query, &tables, before.as_ref().map(|(_, tables)| tables)).await?;
    let mut rows = rows(&by, &tables.rows);
    if let Some((time, tables)) = &before {
        add_former(&mut rows, &by, &tables.rows);
        compare(&mut rows, &by, &time.axis(query.by), &tables.rows);
    }
    for row in &mut rows {
        row.name = names.get(query.by, &row.key);
    }
    let mut rows = arrange(rows, query, currencies.first());
    if let (Some(within), Some(counted)) = (query.within, &tables.within) {
        open_rows(&mut rows, query, &time.axis(within), counted, &names, currencies.first());
    }
    let chart = time.chart_axis();
    let before_chart = before.as_ref().map(|(time, tables)| (time.chart_axis(), &tables.chart));
    Ok(Report {
        zone,
        days: (time.from, time.to),
        days_before: before.as_ref().map(|(time, _)| (time.from, time.to)),
        has_clicks: query.has_clicks(),
        currencies,
        row_count: u32::try_from(rows.len()).unwrap_or(u32::MAX),
        page: 0,
        rows,
        total: tables.rows.total.clone(),
        total_before,
        condition_names: condition_names(&query.selection, &names),
        series: Series {
            lines: lines(query, &chart, &tables, &names),
            keys: keys(&chart).to_vec(),
            before: before_chart.map_or_else(Vec::new, |(axis, table)| points(&axis, &in_keys(table, 0))),
        },
    })
}

/// A report of its chart and totals alone.
pub(super) fn chart_report(
    zone: ZoneName,
    (time, chart): (&ReportTime, &CountedTable),
    before: Option<&(ReportTime, CountedTable)>,
) -> Report {
    let points = |time: &ReportTime, table| points(&time.chart_axis(), &in_keys(table, 0));
    let total_before = before.map(|(_, table)| table.total.clone());
    Report {
        zone,
        days: (time.from, time.to),
        days_before: before.map(|(time, _)| (time.from, time.to)),
        has_clicks: true,
        currencies: currencies(&chart.total, total_before.as_ref()),
        row_count: 0,
        page: 0,
        rows: Vec::new(),
        total: chart.total.clone(),
        total_before,
        condition_names: Vec::new(),
        series: Series {
            keys: keys(&time.chart_axis()).to_vec(),
            lines: vec![SeriesLine { key: String::new(), name: String::new(), points: points(time, chart) }],
            before: before.map_or_else(Vec::new, |(time, table)| points(time, table)),
        },
    }
}

/// The rows with the most of a metric, of money in a currency; none that has nothing of it.
pub(super) async fn best_rows(
    conn: &mut Conn,
    scope: Scope,
    axis: &Axis,
    table: &CountedTable,
    (metric, currency): (Metric, Option<&Currency>),
) -> Result<Vec<ReportRow>, AppError> {
    let by = axis.dimension();
    let sort = Some(Sort { key: SortKey::Metric(metric), is_descending: true });
    let query = ReportQuery { by, sort, ..ReportQuery::default() };
    let mut rows = arrange(rows(axis, table), &query, currency);
    rows.retain(|row| metric.of(&row.numbers, currency).is_some_and(Value::is_positive));
    rows.truncate(BEST_ROWS);
    let mut names = HashMap::new();
    name_all(conn, scope, by, rows.iter().map(|row| row.key.as_str()).collect(), &mut names).await?;
    let names = Names(names);
    for row in &mut rows {
        row.name = names.get(by, &row.key);
    }
    Ok(rows)
}

/// What the keys of conditions are called, where they are called something.
pub(super) async fn names_of_conditions(
    conn: &mut Conn,
    scope: Scope,
    selection: &Selection,
) -> Result<Vec<(String, String)>, AppError> {
    let mut names = HashMap::new();
    name_conditions(conn, scope, selection, &mut names).await?;
    Ok(condition_names(selection, &Names(names)))
}

fn condition_names(selection: &Selection, names: &Names) -> Vec<(String, String)> {
    let keys = selection.conditions.iter().flat_map(|one| one.keys.iter().map(|key| (one.dimension, key)));
    let pairs = keys.map(|(dimension, key)| (key.clone(), names.get(dimension, key)));
    pairs.filter(|(_, name)| !name.is_empty()).collect()
}

fn currencies(total: &Numbers, before: Option<&Numbers>) -> Vec<Currency> {
    let mut conversions: HashMap<&Currency, i64> = HashMap::new();
    for (currency, money) in std::iter::once(total).chain(before).flat_map(|numbers| &numbers.money) {
        *conversions.entry(currency).or_default() += money.conversions;
    }
    let mut currencies: Vec<_> = conversions.into_iter().filter(|(_, conversions)| *conversions > 0).collect();
    currencies.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0)));
    currencies.into_iter().map(|(currency, _)| currency.clone()).collect()
}

/// The rows of a table: of time each part of the period, whether or not anything happened in it.
fn rows(axis: &Axis, table: &CountedTable) -> Vec<ReportRow> {
    let of = |key: &str, numbers: &Numbers| ReportRow {
        key: key.to_owned(),
        numbers: numbers.clone(),
        ..ReportRow::default()
    };
    if axis.buckets().is_none() {
        return table.rows.iter().map(|row| of(row.keys.first().map_or("", String::as_str), &row.numbers)).collect();
    }
    let counted = in_keys(table, 0);
    let nothing = Numbers::default();
    keys(axis).iter().map(|key| of(key, counted.get(key.as_str()).copied().unwrap_or(&nothing))).collect()
}

/// The numbers of a table by its keys in one of its axes.
fn in_keys(table: &CountedTable, axis: usize) -> HashMap<&str, &Numbers> {
    table.rows.iter().filter_map(|row| Some((row.keys.get(axis)?.as_str(), &row.numbers))).collect()
}

fn keys(axis: &Axis) -> &[String] {
    axis.buckets().map_or(&[], |buckets| buckets.keys())
}

fn points(axis: &Axis, counted: &HashMap<&str, &Numbers>) -> Vec<Numbers> {
    keys(axis)
        .iter()
        .map(|key| counted.get(key.as_str()).map_or_else(Numbers::default, |found| (*found).clone()))
        .collect()
}

/// Adds rows that there were before and are no more, so that what rows were before adds up.
fn add_former(rows: &mut Vec<ReportRow>, by: &Axis, before: &CountedTable) {
    if by.buckets().is_some() {
        return;
    }
    let known: HashSet<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    let former = before.rows.iter().filter_map(|row| row.keys.first()).filter(|key| !known.contains(key.as_str()));
    let former: Vec<_> = former.map(|key| ReportRow { key: key.clone(), ..ReportRow::default() }).collect();
    rows.extend(former);
}

/// Gives each row what it was before: parts of the period what the part at the same place was, all others what they
/// themselves were.
fn compare(rows: &mut [ReportRow], by: &Axis, by_before: &Axis, before: &CountedTable) {
    let counted = in_keys(before, 0);
    let of = |key: &str| counted.get(key).map_or_else(Numbers::default, |found| (*found).clone());
    let is_course = by.dimension().is_time() && !matches!(by.dimension(), Dimension::HourOfDay | Dimension::Weekday);
    for (place, row) in rows.iter_mut().enumerate() {
        row.before = if is_course { keys(by_before).get(place).map(|key| of(key)) } else { Some(of(&row.key)) };
    }
}

/// Puts into the rows that are open what is told apart within them.
fn open_rows(
    rows: &mut [ReportRow],
    query: &ReportQuery,
    axis: &Axis,
    counted: &CountedTable,
    names: &Names,
    currency: Option<&Currency>,
) {
    let inner = ReportQuery { by: axis.dimension(), text: SearchText::default(), least: Vec::new(), ..query.clone() };
    let mut within: HashMap<&str, HashMap<&str, &Numbers>> = HashMap::new();
    for row in &counted.rows {
        if let [outer, key] = row.keys.as_slice() {
            within.entry(outer).or_default().insert(key, &row.numbers);
        }
    }
    for row in rows {
        // Those that aren't open weren't counted.
        let Some(mut found) = within.remove(row.key.as_str()) else { continue };
        // Parts of time in their order, of which only those are shown in which something happened.
        let order: Vec<&str> = match axis.buckets() {
            Some(buckets) => buckets.keys().iter().map(String::as_str).collect(),
            None => found.keys().copied().collect(),
        };
        let inner_rows = order.into_iter().filter_map(|key| {
            let numbers = found.remove(key)?.clone();
            Some(ReportRow {
                name: names.get(axis.dimension(), key),
                key: key.to_owned(),
                numbers,
                ..ReportRow::default()
            })
        });
        row.within = arrange(inner_rows.collect(), &inner, currency);
    }
}

fn lines(query: &ReportQuery, chart: &Axis, tables: &Tables, names: &Names) -> Vec<SeriesLine> {
    let Some(counted) = &tables.lines else {
        let points = points(chart, &in_keys(&tables.chart, 0));
        return vec![SeriesLine { key: String::new(), name: String::new(), points }];
    };
    let mut of_rows: HashMap<&str, HashMap<&str, &Numbers>> = HashMap::new();
    for row in &counted.rows {
        if let [key, part] = row.keys.as_slice() {
            of_rows.entry(key).or_default().insert(part, &row.numbers);
        }
    }
    let mut line = |key: &String| SeriesLine {
        key: key.clone(),
        name: names.get(query.by, key),
        points: points(chart, &of_rows.remove(key.as_str()).unwrap_or_default()),
    };
    query.lines.iter().map(&mut line).collect()
}

/// What the keys of rows are called.
pub(super) struct Names(HashMap<(Dimension, String), String>);

impl Names {
    async fn of(
        conn: &mut Conn,
        scope: Scope,
        query: &ReportQuery,
        tables: &Tables,
        before: Option<&Tables>,
    ) -> Result<Self, AppError> {
        let all = tables.rows.rows.iter().chain(before.into_iter().flat_map(|before| &before.rows.rows));
        let outer = all.filter_map(|row| row.keys.first());
        let mut names = HashMap::new();
        name_all(conn, scope, query.by, outer.map(String::as_str).collect(), &mut names).await?;
        if let (Some(within), Some(table)) = (query.within, &tables.within) {
            let inner = table.rows.iter().filter_map(|row| row.keys.get(1)).map(String::as_str).collect();
            name_all(conn, scope, within, inner, &mut names).await?;
        }
        name_conditions(conn, scope, &query.selection, &mut names).await?;
        Ok(Self(names))
    }

    fn get(&self, dimension: Dimension, key: &str) -> String {
        if dimension == Dimension::Country {
            let country = Country::parse(key).ok();
            return country.and_then(Country::name).unwrap_or_default().to_owned();
        }
        self.0.get(&(dimension, key.to_owned())).cloned().unwrap_or_default()
    }
}

async fn name_conditions(
    conn: &mut Conn,
    scope: Scope,
    selection: &Selection,
    names: &mut HashMap<(Dimension, String), String>,
) -> Result<(), AppError> {
    for condition in &selection.conditions {
        let keys = condition.keys.iter().map(String::as_str).collect();
        name_all(conn, scope, condition.dimension, keys, names).await?;
    }
    Ok(())
}

async fn name_all(
    conn: &mut Conn,
    scope: Scope,
    dimension: Dimension,
    keys: BTreeSet<&str>,
    names: &mut HashMap<(Dimension, String), String>,
) -> Result<(), AppError> {
    let ids: HashMap<Uuid, &str> = keys.into_iter().filter_map(|key| Some((id_of(dimension, key)?, key))).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let wanted: Vec<Uuid> = ids.keys().copied().collect();
    for (id, name) in names_of(conn, scope, dimension, &wanted).await? {
        if let Some(key) = ids.get(&id) {
            names.insert((dimension, (*key).to_owned()), name);
        }
    }
    Ok(())
}

fn id_of(dimension: Dimension, key: &str) -> Option<Uuid> {
    match dimension {
        Dimension::Offer => OfferId::parse(key).ok().map(OfferId::uuid),
        Dimension::Partner => PartnerId::parse(key).ok().map(PartnerId::uuid),
        Dimension::Affiliate => AffiliateId::parse(key).ok().map(AffiliateId::uuid),
        Dimension::Link => LinkId::parse(key).ok().map(LinkId::uuid),
        _ => None,
    }
}
