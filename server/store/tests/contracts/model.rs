//! The recorder against a model of it that is too simple to be wrong: random visits, postbacks and decisions of people, on
//! two recorders that each remember what they have seen, and afterwards the same clicks, conversions and sums in both.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    ApplicationStatus, ClickId, ClickKind, ConversionStatus, OfferId, OfferStatus, ROWS_PER_PAGE, Slug, Total,
    conversion::NotRecorded,
};
use store::{
    Answers, BatchRecorder, Conn, Db, Scope, applications, audit,
    clicks::{self, NewClick},
    conversions::{self, ConversionOutcome, NewConversion},
    offers, reports,
};
use testkit::TestDatabase;

use crate::{
    network::{
        Affiliate, Link, NOW, Partner, add_affiliate, add_offer, add_partner, amount, apply, change, currency, new_id,
        restore, sale, status, suspend, visit,
    },
    on_both,
    queries::{all, read_all},
};

/// Runs; each is another story.
const SEEDS: u64 = 5;
const STEPS: usize = 80;

/// Numbers that look like chance and are the same in every run: splitmix64.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(most).unwrap()).unwrap()
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

struct ModelOffer {
    id: OfferId,
    partner: usize,
    status: OfferStatus,
}

struct ModelLink {
    link: Link,
    offer: usize,
    affiliate: usize,
    status: ApplicationStatus,
}

/// What a click was, of those that count.
struct ModelClick {
    id: ClickId,
    link: usize,
    kind: ClickKind,
}

/// All there is, as plain lists.
struct Model {
    partners: Vec<(Partner, bool)>,
    affiliates: Vec<(Affiliate, bool)>,
    offers: Vec<ModelOffer>,
    links: Vec<ModelLink>,
    clicks: Vec<ModelClick>,
    /// The first of each pair of click and transaction.
    conversions: HashMap<(ClickId, String), NewConversion>,
}

impl Model {
    async fn build(conn: &mut Conn) -> Self {
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
                applications::set_application_status(conn, link.application, status).await.unwrap();
                links.push(ModelLink { link, offer: number, affiliate, status });
            }
        }
        Self { partners, affiliates, offers, links, clicks: Vec::new(), conversions: HashMap::new() }
    }

    /// "A link is live while …", word by word.
    fn is_live(&self, link: usize) -> bool {
        let link = &self.links[link];
        let offer = &self.offers[link.offer];
        link.status == ApplicationStatus::Approved
            && offer.status == OfferStatus::Active
            && !self.partners[offer.partner].1
            && !self.affiliates[link.affiliate].1
    }

    fn owner(&self, link: usize) -> usize {
        self.offers[self.links[link].offer].partner
    }

    /// What somebody decides.
    async fn decide(&mut self, db: &Db, chance: &mut Chance) {
        match chance.below(4) {
            0 => {
                let at = chance.below(self.offers.len());
                let offer = &mut self.offers[at];
                offer.status = chance.one_of(&[OfferStatus::Active, OfferStatus::Active, OfferStatus::Paused]);
                let (id, status) = (offer.id, offer.status);
                change(db, async |c: &mut Conn| offers::set_offer_status(c, id, status, None).await.unwrap()).await;
            }
            1 => {
                let at = chance.below(self.partners.len());
                let (partner, is_suspended) = &mut self.partners[at];
                *is_suspended = chance.below(3) == 0;
                let (user, is_suspended) = (partner.user, *is_suspended);
                change(db, async |c: &mut Conn| set_suspended(c, user, is_suspended).await).await;
            }
            2 => {
                let at = chance.below(self.affiliates.len());
                let (affiliate, is_suspended) = &mut self.affiliates[at];
                *is_suspended = chance.below(3) == 0;
                let (user, is_suspended) = (affiliate.user, *is_suspended);
                change(db, async |c: &mut Conn| set_suspended(c, user, is_suspended).await).await;
            }
            _ => {
                let at = chance.below(self.links.len());
                let link = &mut self.links[at];
                link.status = chance.one_of(&[
                    ApplicationStatus::Approved,
                    ApplicationStatus::Approved,
                    ApplicationStatus::Approved,
                    ApplicationStatus::Revoked,
                ]);
                let (id, status) = (link.link.application, link.status);
                let set = async |c: &mut Conn| applications::set_application_status(c, id, status).await.unwrap();
                change(db, set).await;
            }
        }
    }

    /// Visits: of which link each is, and of none at all.
    fn visits(&self, chance: &mut Chance) -> Vec<(Option<usize>, NewClick)> {
        let count = chance.below(12);
        let visits = (0..count).map(|_| {
            let link = chance.below(self.links.len());
            let kind = chance.one_of(&[ClickKind::Human, ClickKind::Human, ClickKind::Bot, ClickKind::Prefetch]);
            let click = NewClick { kind, ..visit(&self.links[link].link) };
            if chance.below(10) == 0 {
                return (None, NewClick { slug: Slug::parse("nobodys000").unwrap(), ..click });
            }
            (Some(link), click)
        });
        visits.collect()
    }

    /// Postbacks: for clicks that there are and for others, by their partner and by others, some of them again.
    fn postbacks(&self, chance: &mut Chance) -> Vec<NewConversion> {
        let count = chance.below(8);
        let postbacks = (0..count).map(|_| {
            let known = (!self.clicks.is_empty()).then(|| &self.clicks[chance.below(self.clicks.len())]);
            let known = known.filter(|_| chance.below(8) > 0);
            let owner = known.map_or(0, |click| self.owner(click.link));
            let partner = if chance.below(6) == 0 { chance.below(self.partners.len()) } else { owner };
            let click = known.map_or_else(new_id, |click| click.id);
            let transaction = chance.one_of(&["1", "2", "3"]);
            NewConversion {
                status: status(chance.one_of(&["confirmed", "pending", "rejected", "paid"])),
                amount: amount(chance.one_of(&["0", "10.50", "999999.999999"])),
                commission: amount(chance.one_of(&["0", "1.25", "0.000001"])),
                currency: currency(chance.one_of(&["USD", "EUR"])),
                ..sale(&self.partners[partner].0, click, transaction)
            }
        });
        postbacks.collect()
    }

    /// What a batch is answered, and has to be from then on.
    fn expect(&mut self, visits: &[(Option<usize>, NewClick)], postbacks: &[NewConversion], answers: &Answers) {
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
    async fn compare(&self, conn: &mut Conn, partner: usize) {
        let scope = Scope::Partner(self.partners[partner].0.id);
        let own: HashSet<_> =
            self.clicks.iter().filter(|click| self.owner(click.link) == partner).map(|click| click.id).collect();
        let read = async |c: &mut Conn, list: &_| clicks::list_clicks(c, scope, list).await.unwrap();
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
        let read = async |c: &mut Conn, list: &_| conversions::list_conversions(c, scope, list).await.unwrap();
        let rows = read_all(conn, &all(), read).await;
        assert_eq!(rows.len(), sold.len(), "no conversion is listed twice");
        let row =
            |row: domain::ConversionRow| (row.id, (row.click_id, row.status, row.amount, row.commission, row.currency));
        assert_eq!(rows.into_iter().map(row).collect::<HashMap<_, _>>(), sold);

        let overview = reports::read_overview(conn, scope, NOW.day(), 1).await.unwrap();
        let humans =
            self.clicks.iter().filter(|click| own.contains(&click.id) && click.kind == ClickKind::Human).count();
        assert_eq!((overview.clicks, overview.visits), (count(own.len()), count(humans)));
        assert_eq!(overview.conversions, count(sold.len()));
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
        let found = overview.money.into_iter().map(|one| (one.currency, (one.amount, one.earned, one.pending)));
        assert_eq!(found.collect::<BTreeMap<_, _>>(), money);
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap()
}

async fn set_suspended(conn: &mut Conn, user: domain::UserId, is_suspended: bool) {
    if is_suspended { suspend(conn, user).await } else { restore(conn, user).await }
}

/// Records a batch on a recorder that stays, with all that it remembers.
async fn record_on(
    recorder: &mut Option<BatchRecorder>,
    visits: &[(Option<usize>, NewClick)],
    postbacks: &[NewConversion],
) -> Answers {
    let mut own = recorder.take().unwrap();
    let clicks: Vec<NewClick> = visits.iter().map(|(_, click)| click.clone()).collect();
    let postbacks = postbacks.to_vec();
    let recording = tokio::task::spawn_blocking(move || {
        let (clicks, postbacks): (Vec<_>, Vec<_>) = (clicks.iter().collect(), postbacks.iter().collect());
        let answers = own.begin().unwrap().record(&clicks, &postbacks).unwrap();
        (own, answers)
    });
    let (own, answers) = recording.await.unwrap();
    *recorder = Some(own);
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_the_recorder_does_what_a_simple_model_of_it_does() {
    for seed in 0..SEEDS {
        on_both(async |db: &Db, _: &TestDatabase| {
            let mut chance = Chance(seed);
            let mut model = change(db, Model::build).await;
            // Two nodes on a server: what one remembers may be changed behind its back.
            let mut recorders = vec![Some(db.recorder().unwrap())];
            if db.is_shared() {
                recorders.push(Some(db.recorder().unwrap()));
            }
            for _ in 0..STEPS {
                for _ in 0..chance.below(4) {
                    model.decide(db, &mut chance).await;
                }
                let (visits, postbacks) = (model.visits(&mut chance), model.postbacks(&mut chance));
                let node = chance.below(recorders.len());
                let answers = record_on(&mut recorders[node], &visits, &postbacks).await;
                model.expect(&visits, &postbacks, &answers);
            }
            let (clicks, sales) = (count(model.clicks.len()), model.conversions.len());
            assert!(clicks > ROWS_PER_PAGE && sales > 20, "seed {seed}: {clicks} clicks, {sales} sales");
            drop(recorders);
            let mut conn = db.read().await.unwrap();
            for partner in 0..model.partners.len() {
                model.compare(&mut conn, partner).await;
            }
            drop(conn);
            let mut conn = db.snapshot().await.unwrap();
            for finding in audit::check_invariants(&mut conn).await.unwrap() {
                assert_eq!(finding.broken, 0, "seed {seed}: {}", finding.invariant);
            }
        })
        .await;
    }
}
