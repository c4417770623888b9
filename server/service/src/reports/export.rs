//! A report as a table of plain values, for files.

use domain::{
    AppError, Currency,
    report::{Dimension, Metric, Numbers, ReportQuery, ReportRow, Value, ZoneName},
};

use futures::stream;

use super::report::Extent;
use crate::{Export, ExportCell, ExportRow, Service, Session, exports::BATCH};

/// Columns of numbers where none were chosen.
const COUNTS: [Metric; 10] = [
    Metric::Clicks,
    Metric::HumanClicks,
    Metric::Bots,
    Metric::Prefetches,
    Metric::UniqueVisitors,
    Metric::Conversions,
    Metric::Approved,
    Metric::Pending,
    Metric::Rejected,
    Metric::ConversionRate,
];

/// Columns of each currency where none were chosen.
const MONEY: [Metric; 7] = [
    Metric::Amount,
    Metric::AmountApproved,
    Metric::AmountPending,
    Metric::Commission,
    Metric::Earnings,
    Metric::CommissionPending,
    Metric::EarningsPerClick,
];

/// A column of numbers, of money in its currency.
#[derive(Debug, Clone)]
struct MetricColumn {
    metric: Metric,
    currency: Option<Currency>,
}

impl Service {
    /// All rows of a report, and those within them each as a row of its own.
    pub async fn export_report(
        &self,
        session: &Session,
        query: &ReportQuery,
        own: &ZoneName,
    ) -> Result<Export, AppError> {
        let mut permit = self.report_permits.take(session.user_id()).await?;
        let report = self.whole_report(session, query, own, Extent::Whole).await?;
        permit.give_up_place();
        let metrics = metric_columns(query, &report.currencies);
        let dimensions: Vec<_> = std::iter::once(query.by).chain(query.within).collect();
        let mut columns: Vec<String> = dimensions.iter().flat_map(|dimension| dimension_columns(*dimension)).collect();
        columns.extend(metrics.iter().map(MetricColumn::name));
        let (from, to) = report.days;
        let name = format!("report-by-{}-{from}-{to}", query.by.as_str());
        let has_clicks = report.has_clicks;
        let mut rows = report.rows.into_iter().flat_map(move |row| {
            let outer = dimension_cells(dimensions[0], &row);
            match dimensions.get(1) {
                None => vec![with_numbers(outer, &metrics, &row.numbers, has_clicks)],
                Some(within) => {
                    let inner = row.within.iter().map(|inner| {
                        let cells = outer.iter().cloned().chain(dimension_cells(*within, inner)).collect();
                        with_numbers(cells, &metrics, &inner.numbers, has_clicks)
                    });
                    inner.collect()
                }
            }
        });
        let batches = std::iter::from_fn(move || {
            let _running = &permit;
            let batch: Vec<ExportRow> = rows.by_ref().take(BATCH).collect();
            (!batch.is_empty()).then_some(Ok(batch))
        });
        Ok(Export { name, columns, rows: Box::pin(stream::iter(batches)) })
    }
}

fn metric_columns(query: &ReportQuery, currencies: &[Currency]) -> Vec<MetricColumn> {
    let of_currency = |metric| move |currency: &Currency| MetricColumn { metric, currency: Some(currency.clone()) };
    let plain = |metric| MetricColumn { metric, currency: None };
    if query.metrics.is_empty() {
        let money =
            currencies.iter().flat_map(|currency| MONEY.into_iter().map(move |metric| of_currency(metric)(currency)));
        return COUNTS.into_iter().map(plain).chain(money).collect();
    }
    let columns = query.metrics.iter().flat_map(|metric| {
        if metric.is_money() { currencies.iter().map(of_currency(*metric)).collect() } else { vec![plain(*metric)] }
    });
    columns.collect()
}

impl MetricColumn {
    /// `clicks`, `amount_USD`.
    fn name(&self) -> String {
        let metric = self.metric.as_str();
        self.currency.as_ref().map_or_else(|| metric.to_owned(), |currency| format!("{metric}_{currency}"))
    }

    fn cell(&self, numbers: &Numbers, has_clicks: bool) -> ExportCell {
        let known = has_clicks || !self.metric.is_of_clicks();
        let value = self.metric.of(numbers, self.currency.as_ref()).filter(|_| known);
        value.map_or(ExportCell::Empty, |value| ExportCell::Number(decimal(value)))
    }
}

/// A plain decimal: a rate in per cent, a time in seconds.
fn decimal(value: Value) -> String {
    match value {
        Value::Count(count) => count.to_string(),
        Value::PerMille(rate) => format!("{}.{}", rate / 10, rate % 10),
        Value::Millis(millis) => {
            let sign = if millis < 0 { "-" } else { "" };
            format!("{sign}{}.{:03}", millis.unsigned_abs() / 1_000, millis.unsigned_abs() % 1_000)
        }
        Value::Money(total) => total.to_string(),
    }
}

/// Of what has a name its id and the name.
fn dimension_columns(dimension: Dimension) -> Vec<String> {
    let name = dimension.as_str();
    if dimension.is_named() { vec![format!("{name}_id"), name.to_owned()] } else { vec![name.to_owned()] }
}

fn dimension_cells(dimension: Dimension, row: &ReportRow) -> Vec<ExportCell> {
    let key = ExportCell::Text(row.key.clone());
    if dimension.is_named() { vec![key, ExportCell::Text(row.name.clone())] } else { vec![key] }
}

fn with_numbers(
    mut cells: Vec<ExportCell>,
    metrics: &[MetricColumn],
    numbers: &Numbers,
    has_clicks: bool,
) -> Vec<ExportCell> {
    cells.extend(metrics.iter().map(|column| column.cell(numbers, has_clicks)));
    cells
}

#[cfg(test)]
mod tests {
    use domain::Total;

    use super::*;

    #[test]
    fn values_are_plain_decimals() {
        let money = |micros| Value::Money(Total::from_micros(micros));
        let values = [Value::Count(-3), Value::PerMille(81), Value::Millis(-61_005), money(1_234_567_890), money(0)];
        assert_eq!(values.map(decimal), ["-3", "8.1", "-61.005", "1234.56789", "0.00"]);
    }

    #[test]
    fn columns_are_those_that_were_chosen_or_all() {
        let currencies = ["USD", "EUR"].map(|code| Currency::parse(code).unwrap());
        let names = |query: &ReportQuery| {
            metric_columns(query, &currencies).iter().map(MetricColumn::name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            names(&ReportQuery::default()),
            "clicks human_clicks bots prefetches unique_visitors conversions approved pending rejected cr amount_USD \
             amount_approved_USD amount_pending_USD commission_USD earnings_USD commission_pending_USD epc_USD amount_EUR \
             amount_approved_EUR amount_pending_EUR commission_EUR earnings_EUR commission_pending_EUR epc_EUR"
        );
        let metrics = vec![Metric::Earnings, Metric::Clicks];
        assert_eq!(names(&ReportQuery { metrics, ..ReportQuery::default() }), "earnings_USD earnings_EUR clicks");
    }
}
