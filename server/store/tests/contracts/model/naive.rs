//! All there is as plain lists, and what a batch does to them, word by word as the contract says it.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    ApplicationStatus, ClickId, ClickKind, ConversionStatus, OfferId, OfferStatus, Total, conversion::NotRecorded,
};
use store::{
    Answers, Conn, Scope,
    clicks::NewClick,
    conversions::{ConversionOutcome, NewConversion},
};

use crate::{
    counted::last_days,
    network::{Affiliate, Link, NOW, Partner, add_affiliate, add_offer, add_partner, apply, set_application},
    queries::{all, read_all},
};

pub(super) struct ModelOffer {
    pub(super) id: OfferId,
    pub(super) partner: usize,
    pub(super) status: OfferStatus,
}

pub(super) struct ModelLink {
    pub(super) link: Link,
    pub(super) offer: usize,
    pub(super) affiliate: usize,
    pub(super) status: ApplicationStatus,
}

/// What a click was, of those that count.
pub(super) struct ModelClick {
    pub(super) id: ClickId,
    pub(super) link: usize,
    pub(super) kind: ClickKind,
}

/// All there is, as plain lists.
pub(super) struct Model {
    pub(super) partners: Vec<(Partner, bool)>,
    pub(super) affiliates: Vec<(Affiliate, bool)>,
    pub(super) offers: Vec<ModelOffer>,
    pub(super) links: Vec<ModelLink>,
    pub(super) clicks: Vec<ModelClick>,
    /// The first of each pair of click and transaction.
    pub(super) conversions: HashMap<(ClickId, String), NewConversion>,
}

impl Model {
    pub(super) async fn build(conn: &mut Conn) -> Self {
        let (mut partners, mut affiliates, mut offers, mut links) = (vec![], vec![], vec![], vec![]);
        for number in 0..3 {
            partners.push((add_partner(conn, &format!("Partner {number}")).await, false));
            affiliates.push((add_affiliate(conn, &format!("Affiliate {number}")).await, false));
        }
        for number in 0..4 {
            let partner = number % 3;
            let id = add_offer(conn, &partners[partner].0, &format!("Offer {number}"), OfferStatus::Active).await;
            offers.push(ModelOffer { id, partner, status: OfferStatus::Active });
            for (affiliate, (who, _)) in affiliates.iter().enumerate() {
                let link = apply(conn, id, who).await;
                let is_approved = affiliate < 2;
                let status = if is_approved { ApplicationStatus::Approved } else { ApplicationStatus::Pending };
                set_application(conn, link.application, status).await.unwrap();
                links.push(ModelLink { link, offer: number, affiliate, status });
            }
        }
        Self { partners, affiliates, offers, links, clicks: Vec::new(), conversions: HashMap::new() }
    }

    /// "A link is live while …", word by word.
    pub(super) fn is_live(&self, link: usize) -> bool {
        let link = &self.links[link];
        let offer = &self.offers[link.offer];
        link.status == ApplicationStatus::Approved
            && offer.status == OfferStatus::Active
            && !self.partners[offer.partner].1
            && !self.affiliates[link.affiliate].1
    }

    pub(super) fn owner(&self, link: usize) -> usize {
        self.offers[self.links[link].offer].partner
    }

    /// What a batch is answered, and has to be from then on.
    pub(super) fn expect(
        &mut self,
        visits: &[(Option<usize>, NewClick)],
        postbacks: &[NewConversion],
        answers: &Answers,
    ) {
        assert_eq!((answers.links.len(), answers.conversions.len()), (visits.len(), postbacks.len()));
        // The clicks first: a postback of the same moment may be for one of them.
        for ((link, click), answer) in visits.iter().zip(&answers.links) {
            assert_eq!(answer.is_some(), link.is_some(), "{click:?}");
            let Some(link) = *link else { continue };
            assert_eq!(answer.as_ref().unwrap().rules.is_live(), self.is_live(link), "{click:?}");
            if self.is_live(link) {
                self.clicks.push(ModelClick { id: click.id, link, kind: click.kind });
            }
        }
        for (postback, answer) in postbacks.iter().zip(&answers.conversions) {
            let sender = self.partners.iter().position(|(partner, _)| partner.key_hash == postback.key_hash).unwrap();
            let click = self.clicks.iter().find(|click| click.id == postback.click);
            let expected = match click.map(|click| self.owner(click.link)) {
                _ if self.partners[sender].1 => Err(NotRecorded::InvalidKey),
                None => Err(NotRecorded::UnknownClick),
                Some(owner) if owner != sender => Err(NotRecorded::NotOwner),
                Some(_) => Ok(()),
            };
            match (answer, expected) {
                (ConversionOutcome::NotRecorded(why), Err(expected)) => assert_eq!(*why, expected, "{postback:?}"),
                (ConversionOutcome::Stored { duplicate, conversion, .. }, Ok(())) => {
                    let pair = (postback.click, postback.transaction_id.as_str().to_owned());
                    assert_eq!(*duplicate, self.conversions.contains_key(&pair), "{postback:?}");
                    let first = self.conversions.entry(pair).or_insert_with(|| postback.clone());
                    assert_eq!((conversion.id, conversion.amount), (first.id, first.amount), "{postback:?}");
                }
                (answer, expected) => panic!("{postback:?}: {answer:?} instead of {expected:?}"),
            }
        }
    }

    /// Whether a partner's lists and sums are those of the model.
    pub(super) async fn compare(&self, conn: &mut Conn, partner: usize) {
        let scope = Scope::Partner(self.partners[partner].0.id);
        let own: HashSet<_> =
            self.clicks.iter().filter(|click| self.owner(click.link) == partner).map(|click| click.id).collect();
        let read = async |c: &mut Conn, list: &_| crate::lists::clicks(c, scope, list).await.unwrap();
        let listed = read_all(conn, &all(), read).await;
        let listed: Vec<_> = listed.into_iter().map(|row| row.id).collect();
        assert_eq!(listed.len(), own.len(), "no click is listed twice");
        assert_eq!(listed.into_iter().collect::<HashSet<_>>(), own);

        let sold: HashMap<_, _> = self
            .conversions
            .values()
            .filter(|new| own.contains(&new.click))
            .map(|new| (new.id, (new.click, new.status.clone(), new.amount, new.commission, new.currency.clone())))
            .collect();
        let read = async |c: &mut Conn, list: &_| crate::lists::conversions(c, scope, list).await.unwrap();
        let rows = read_all(conn, &all(), read).await;
        assert_eq!(rows.len(), sold.len(), "no conversion is listed twice");
        let row =
            |row: domain::ConversionRow| (row.id, (row.click_id, row.status, row.amount, row.commission, row.currency));
        assert_eq!(rows.into_iter().map(row).collect::<HashMap<_, _>>(), sold);

        let (_, total) = last_days(conn, scope, NOW.day(), 1).await;
        let humans =
            self.clicks.iter().filter(|click| own.contains(&click.id) && click.kind == ClickKind::Human).count();
        assert_eq!((total.clicks(), total.human_clicks), (count(own.len()), count(humans)));
        assert_eq!(total.conversions(), count(sold.len()));
        let mut money: BTreeMap<_, (Total, Total, Total)> = BTreeMap::new();
        for (_, status, amount, commission, currency) in sold.values() {
            let (all, earned, pending) = money.entry(currency.clone()).or_default();
            let total = |amount: domain::Amount| {
                let (units, micros) = amount.units_and_micros();
                Total::from_units_and_micros(units, micros)
            };
            *all = *all + total(*amount);
            if status.counts_toward_earnings() {
                *earned = *earned + total(*commission);
            }
            if status.as_str() == ConversionStatus::PENDING {
                *pending = *pending + total(*commission);
            }
        }
        let sold = total.money.into_iter().filter(|(_, one)| one.conversions > 0);
        let found = sold.map(|(currency, one)| (currency, (one.amount, one.earnings, one.commission_pending)));
        assert_eq!(found.collect::<BTreeMap<_, _>>(), money);
    }
}

pub(super) fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap()
}
