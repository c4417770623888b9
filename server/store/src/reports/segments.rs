//! Facts from segments: of all that is packed.

use std::ops::Range;

use domain::{
    ClickKind, Day, Timestamp,
    report::{Basis, QUARTER_MILLIS},
};
use sqlx::{AssertSqlSafe, query_as, query_scalar};
use uuid::Uuid;

use super::{
    axis::ReportPlan,
    counter::Counter,
    facts::{ClickFact, ConversionFact},
    lexicon::Lexicon,
    numbered::{Needs, Numbered},
    segment_counter::{Columned, SegmentFacts, SegmentRun},
};
use crate::{
    Conn, Scope, StoreError,
    rollups::{
        CONVERSION_SEGMENT_COLUMNS, Column, ConversionFacts, ConversionSegmentRow, FactKind, LinkIds, WrongDays,
        damaged, unpack, unpack_conversions, unpack_runs,
    },
};

const DAY_MILLIS: i64 = 86_400_000;

/// Reads the segments that a plan is about.
pub(super) struct Segments<'p> {
    pub(super) plan: &'p ReportPlan,
    pub(super) needs: Needs,
    /// Days that are left out.
    pub(super) wrong: &'p WrongDays,
}

/// What counting of segments adds to.
pub(super) struct Counting<'c, 'p> {
    pub(super) lexicon: &'c mut Lexicon,
    pub(super) numbered: &'c mut Numbered,
    pub(super) counter: &'c mut Counter<'p>,
}

#[derive(sqlx::FromRow)]
struct ClickSegment {
    clicks: i64,
    runs: Vec<u8>,
    kinds: Vec<u8>,
    countries: Option<Vec<u8>>,
    agents: Option<Vec<u8>>,
    sites: Option<Vec<u8>>,
}

/// Whose segments a scope is in, given the parameters that hold nil and the scope's own id: everybody's, which are new, and
/// those of its partners.
const fn owners(scope: Scope) -> &'static str {
    match scope {
        Scope::Network => "$3 = $3 and $4 is null",
        Scope::Partner(_) => "partner_id in ($3, $4)",
        Scope::Affiliate(_) => {
            "(partner_id = $3 or partner_id in (
                select o.partner_id from links l join offers o on o.id = l.offer_id where l.affiliate_id = $4))"
        }
    }
}

fn is_ours(scope: Scope, ids: &LinkIds) -> bool {
    match scope {
        Scope::Network => true,
        Scope::Partner(partner) => ids.partner == partner.uuid(),
        Scope::Affiliate(affiliate) => ids.affiliate == affiliate.uuid(),
    }
}

impl Segments<'_> {
    /// Counts what the plan is about and is packed under some days.
    pub(super) async fn count(
        &self,
        conn: &mut Conn,
        days: Range<Day>,
        counting: &mut Counting<'_, '_>,
    ) -> Result<(), StoreError> {
        if self.plan.counts_clicks() {
            self.count_clicks(conn, days.clone(), counting).await?;
        }
        self.count_conversions(conn, days, counting).await
    }

    async fn count_clicks(
        &self,
        conn: &mut Conn,
        days: Range<Day>,
        counting: &mut Counting<'_, '_>,
    ) -> Result<(), StoreError> {
        let (scope, needs) = (self.plan.scope, self.needs);
        let column = |is_needed: bool, name: &str| if is_needed { name.to_owned() } else { format!("null as {name}") };
        let sql = format!(
            "select cast(clicks as bigint) as clicks, runs, kinds, {}, {}, {} from click_segments
            where starts_at >= $1 and starts_at < $2 and {}",
            column(needs.countries, "countries"),
            column(needs.agents, "agents"),
            column(needs.sites, "sites"),
            owners(scope)
        );
        let own = scope.partner().or(scope.affiliate());
        let quarters = &self.plan.quarters;
        let day = |quarter: i64| Timestamp::from_millis(quarter.saturating_mul(QUARTER_MILLIS)).day().number();
        // A day at a time, so that not all of it is in memory at once.
        let first = day(quarters.start).max(days.start.number());
        let end = day(quarters.end - 1).saturating_add(1).min(days.end.number());
        for day in first..end {
            if self.wrong.clicks.contains(&Day::from_number(day)) {
                continue;
            }
            let start = Day::from_number(day).start().as_millis();
            let rows: Vec<ClickSegment> = run!(conn, |c| query_as(AssertSqlSafe(sql.as_str()))
                .bind(start)
                .bind(start + DAY_MILLIS)
                .bind(Uuid::nil())
                .bind(own)
                .fetch_all(c)
                .await)?;
            for row in rows {
                let facts = self.facts(conn, counting, row).await?;
                counting.counter.count_segment(counting.lexicon, &facts);
                // Others share this thread; and whoever has gone away is noticed.
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }

    async fn facts(
        &self,
        conn: &mut Conn,
        counting: &mut Counting<'_, '_>,
        row: ClickSegment,
    ) -> Result<SegmentFacts, StoreError> {
        let Counting { lexicon, numbered, .. } = counting;
        let clicks = usize::try_from(row.clicks).map_err(|_| StoreError::bad_row("click_segments", "clicks"))?;
        let kinds = unpack(&row.kinds, clicks).map_err(damaged)?;
        let kind = |code: &u32| FactKind::from_code(*code).ok_or(StoreError::bad_row("click_segments", "kinds"));
        let (mut link, mut last) = (0, None);
        let runs = unpack_runs(&row.runs, clicks).map_err(damaged)?.into_iter().map(|run| {
            if last != Some(run.ids) {
                (link, last) = (lexicon.link(run.ids), Some(run.ids));
            }
            let is_ours = is_ours(self.plan.scope, &run.ids) && self.plan.quarters.contains(&run.quarter);
            SegmentRun { link, quarter: run.quarter, rows: run.rows, is_ours }
        });
        let runs = runs.collect();
        let unpacked = |bytes: Option<Vec<u8>>| bytes.map(|bytes| unpack(&bytes, clicks)).transpose().map_err(damaged);
        let (countries, agents, sites) = (unpacked(row.countries)?, unpacked(row.agents)?, unpacked(row.sites)?);
        let met = sites.iter().flat_map(|column| column.distinct.iter().copied());
        numbered.learn_sites(conn, lexicon, met).await?;
        let columned = |column: Option<Column>, code: &dyn Fn(u32) -> u32| {
            column.map(|column| Columned {
                codes: column.distinct.iter().map(|number| code(*number)).collect(),
                places: column.places,
            })
        };
        Ok(SegmentFacts {
            runs,
            kinds: kinds.distinct.iter().map(kind).collect::<Result<_, _>>()?,
            kind_places: kinds.places,
            countries: columned(countries, &|number| number),
            agents: columned(agents, &|number| numbered.agent(number)),
            sites: columned(sites, &|number| numbered.site(number)),
        })
    }

    async fn count_conversions(
        &self,
        conn: &mut Conn,
        days: Range<Day>,
        counting: &mut Counting<'_, '_>,
    ) -> Result<(), StoreError> {
        const LAST: &str = "select max(starts_at) from conversion_segments";
        let scope = self.plan.scope;
        let sql = format!(
            "select {CONVERSION_SEGMENT_COLUMNS} from conversion_segments
            where starts_at >= $1 and starts_at < $2 and {}",
            owners(scope)
        );
        let own = scope.partner().or(scope.affiliate());
        let millis = |quarter: i64| quarter.saturating_mul(QUARTER_MILLIS);
        let (start, end) = (millis(self.plan.quarters.start), millis(self.plan.quarters.end));
        // A segment is at most a day long; and a conversion's own time isn't quite that of its id, by which it is packed.
        let from = start.saturating_sub(2 * DAY_MILLIS);
        let to = match self.plan.basis {
            Basis::Conversion => end.saturating_add(DAY_MILLIS),
            // What has become of the clicks of this time until now.
            Basis::Click => i64::MAX,
        };
        let last: Option<i64> = run!(conn, |c| query_scalar(LAST).fetch_one(c).await)?;
        // From midnight on, so that each step is one day.
        let from = from.max(0);
        let mut from = (from - from % DAY_MILLIS).max(days.start.start().as_millis());
        let to = to.min(last.map_or(0, |last| last + 1)).min(days.end.start().as_millis());
        // A day at a time, so that not all of it is in memory at once.
        while from < to {
            let (day, next) = (Timestamp::from_millis(from).day(), from.saturating_add(DAY_MILLIS));
            if self.wrong.conversions.contains(&day) {
                from = next;
                continue;
            }
            let rows: Vec<ConversionSegmentRow> = run!(conn, |c| query_as(AssertSqlSafe(sql.as_str()))
                .bind(from)
                .bind(next)
                .bind(Uuid::nil())
                .bind(own)
                .fetch_all(c)
                .await)?;
            for row in rows {
                self.count_conversion_segment(conn, row, counting).await?;
                tokio::task::yield_now().await;
            }
            from = next;
        }
        Ok(())
    }

    async fn count_conversion_segment(
        &self,
        conn: &mut Conn,
        row: ConversionSegmentRow,
        counting: &mut Counting<'_, '_>,
    ) -> Result<(), StoreError> {
        let all = unpack_conversions(&row.into()).map_err(damaged)?;
        let Counting { lexicon, numbered, counter } = counting;
        if self.needs.sites {
            numbered.learn_sites(conn, lexicon, all.iter().map(|facts| facts.site)).await?;
        }
        for facts in all {
            if is_ours(self.plan.scope, &facts.ids) && self.plan.quarters.contains(&self.quarter(&facts)) {
                let fact = self.conversion_fact(lexicon, numbered, &facts)?;
                counter.count_conversion(lexicon, &fact);
            }
        }
        Ok(())
    }

    /// The quarter of an hour in which a conversion counts.
    const fn quarter(&self, facts: &ConversionFacts) -> i64 {
        match self.plan.basis {
            Basis::Conversion => facts.quarter,
            Basis::Click => facts.click_quarter,
        }
    }

    fn conversion_fact(
        &self,
        lexicon: &mut Lexicon,
        numbered: &Numbered,
        facts: &ConversionFacts,
    ) -> Result<ConversionFact, StoreError> {
        let kind = i16::try_from(facts.click_kind).ok().and_then(ClickKind::from_code);
        Ok(ConversionFact {
            click: ClickFact {
                link: lexicon.link(facts.ids),
                quarter: self.quarter(facts),
                kind: FactKind::of(kind.ok_or(StoreError::bad_row("conversion_segments", "kinds"))?),
                country: facts.country,
                agent: numbered.agent(facts.agent),
                site: numbered.site(facts.site),
            },
            status: numbered.status(facts.status)?,
            currency: numbered.currency(facts.currency)?,
            amount: facts.amount,
            commission: facts.commission,
            delay: facts.delay,
        })
    }
}
