//! Whose rows a query may see.

use domain::{AffiliateId, PartnerId};
use uuid::Uuid;

/// Part of every query for lists and totals: the owner's id is bound to it, so that no caller can forget it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// What belongs to one partner's offers.
    Partner(PartnerId),
    /// What belongs to one affiliate's links.
    Affiliate(AffiliateId),
    /// Everything; for admins.
    Network,
}

impl Scope {
    /// The partner to match, or null for any.
    pub(crate) fn partner(self) -> Option<Uuid> {
        if let Self::Partner(id) = self { Some(id.uuid()) } else { None }
    }

    /// What rows of `offers o` and `links l` have to fulfil, given the parameters that hold [`Scope::partner`] and
    /// [`Scope::affiliate`]. In words of its own for each scope, so that a small partner's rows are found by index
    /// and not by looking at everybody's.
    pub(crate) fn condition(self, partner: &str, affiliate: &str) -> String {
        match self {
            Self::Partner(_) => format!("(o.partner_id = {partner} and {affiliate} is null)"),
            Self::Affiliate(_) => format!("(l.affiliate_id = {affiliate} and {partner} is null)"),
            Self::Network => format!("({partner} is null and {affiliate} is null)"),
        }
    }

    /// What a query of counters per partnership begins with: the days from `$3` to `$4`, each looked up by itself,
    /// because the counters lie in the order of days; and an affiliate's partners, which are found by its links.
    pub(crate) fn days(self) -> String {
        const DAYS: &str = "with recursive days (day) as (
            select cast($3 as bigint) union all select day + 1 from days where day < $4)";
        const MINE: &str = "mine (partner_id) as materialized (
            select distinct o.partner_id from links l join offers o on o.id = l.offer_id where l.affiliate_id = $2)";
        if matches!(self, Self::Affiliate(_)) { format!("{DAYS}, {MINE}") } else { DAYS.to_owned() }
    }

    /// What follows `select`, to read one of the two counters per partnership as `d`: the rows of this scope and of the
    /// days of [`Scope::days`].
    pub(crate) fn partnerships(self, counter: &str) -> String {
        match self {
            Self::Partner(_) => {
                format!("from days cross join {counter} d where d.day = days.day and d.partner_id = $1 and $2 is null")
            }
            Self::Affiliate(_) => format!(
                "from days cross join mine cross join {counter} d
                where d.day = days.day and d.partner_id = mine.partner_id and d.affiliate_id = $2 and $1 is null"
            ),
            Self::Network => {
                format!("from days cross join {counter} d where d.day = days.day and $1 is null and $2 is null")
            }
        }
    }

    /// Whose offers may be managed: a partner's own, no affiliate's, or null for any.
    pub(crate) fn offer_owner(self) -> Option<Uuid> {
        match self {
            Self::Partner(id) => Some(id.uuid()),
            Self::Affiliate(_) => Some(Uuid::nil()),
            Self::Network => None,
        }
    }

    /// The affiliate to match, or null for any.
    pub(crate) fn affiliate(self) -> Option<Uuid> {
        if let Self::Affiliate(id) = self { Some(id.uuid()) } else { None }
    }
}
