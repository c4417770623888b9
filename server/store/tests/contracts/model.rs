//! The recorder against a model of it that is too simple to be wrong: random visits, postbacks and decisions of people, on
//! two recorders that each remember what they have seen, and afterwards the same clicks, conversions and sums in both.

mod naive;

use domain::{ApplicationStatus, ClickKind, OfferStatus, ROWS_PER_PAGE, Slug};
use store::{Answers, BatchRecorder, Conn, Db, audit, clicks::NewClick, conversions::NewConversion, offers};
use testkit::TestDatabase;

use self::naive::{Model, count};
use crate::{
    network::{amount, change, currency, new_id, restore, sale, set_application, status, suspend, visit},
    on_both,
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

impl Model {
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
                let set = async |c: &mut Conn| set_application(c, id, status).await.unwrap();
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
