//! Three servers on one PostgreSQL: what one has stopped, the others have stopped, from the moment of its answer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Instant,
};

use domain::{ApplicationDecision, ListQuery, OfferAction, UserId};
use testkit::Engine;
use tokio::task::JoinSet;

use super::{sized, wait};
use crate::support::{App, Network};

/// Visitors of the one link that everything is about, all the time.
const VISITORS: usize = 6;

/// What stops a link.
#[derive(Debug, Clone, Copy)]
enum Stop {
    Pause,
    SuspendPartner,
    SuspendAffiliate,
    Revoke,
}

/// Takes the servers in no order that anything could get used to.
struct Dice(u64);

impl Dice {
    fn pick<'a>(&mut self, nodes: &'a [App]) -> &'a App {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        &nodes[usize::try_from(self.0 % nodes.len() as u64).unwrap()]
    }
}

/// The network's people, as users.
struct People {
    partner: UserId,
    affiliate: UserId,
}

impl Stop {
    /// Stops the link, or undoes that.
    async fn set(self, stops: bool, node: &App, net: &Network, people: &People) {
        let (service, partner) = (&node.service, &net.partner.session);
        let suspend = async |user| match stops {
            true => service.suspend_user(&net.admin, user).await,
            false => service.restore_user(&net.admin, user).await,
        };
        match self {
            Self::Pause => {
                let action = if stops { OfferAction::Pause } else { OfferAction::Resume };
                service.change_offer(partner, net.offer, action).await.map(drop)
            }
            Self::SuspendPartner => suspend(people.partner).await,
            Self::SuspendAffiliate => suspend(people.affiliate).await,
            Self::Revoke => {
                let decision = if stops { ApplicationDecision::Revoke } else { ApplicationDecision::Approve };
                service.decide_application(partner, net.application, decision, "").await.map(drop)
            }
        }
        .unwrap();
    }
}

/// A visit, and whether it was recorded.
struct Visit {
    sent: Instant,
    answered: Instant,
    recorded: bool,
}

/// A time in which the link was stopped, or live, whoever was asked.
struct Span {
    from: Instant,
    to: Instant,
    live: bool,
}

async fn visit(node: &App, slug: &str) -> Visit {
    let sent = Instant::now();
    let answer = node.get(&format!("/t/{slug}")).await;
    assert_eq!(answer.status, 302, "{}", answer.text());
    let recorded = answer.header("location").unwrap().contains("click_id=");
    Visit { sent, answered: Instant::now(), recorded }
}

/// Visits that go on until they are stopped.
fn crowd(nodes: &Arc<Vec<App>>, slug: &str, stop: &Arc<AtomicBool>) -> JoinSet<Vec<Visit>> {
    let turn = Arc::new(AtomicUsize::new(0));
    let mut crowd = JoinSet::new();
    for _ in 0..VISITORS {
        let (nodes, slug, stop, turn) = (Arc::clone(nodes), slug.to_owned(), Arc::clone(stop), Arc::clone(&turn));
        crowd.spawn(async move {
            let mut visits = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let node = &nodes[turn.fetch_add(1, Ordering::Relaxed) % nodes.len()];
                visits.push(visit(node, &slug).await);
            }
            visits
        });
    }
    crowd
}

async fn people(nodes: &[App], net: &Network) -> People {
    let users = nodes[0].service.list_users(&net.admin, &ListQuery::default()).await.unwrap().rows;
    let id = |email: &str| users.iter().find(|user| user.email == email).unwrap().id;
    People { partner: id("partner@test.example"), affiliate: id("affiliate@test.example") }
}

/// A key that was regenerated is unknown on every server, and the new one is known.
async fn regenerate(nodes: &[App], net: &Network, dice: &mut Dice, key: &str, click: &str, turn: usize) -> String {
    let new = dice.pick(nodes).service.regenerate_api_key(&net.partner.session).await.unwrap().expose().to_owned();
    for (number, node) in nodes.iter().enumerate() {
        let ask = |key: &str| format!("/api/postback?api_key={key}&click_id={click}&txn={turn}-{number}");
        assert_eq!(node.get(&ask(key)).await.status, 403, "the old key is known to server {number}");
        assert_eq!(node.get(&ask(&new)).await.status, 200, "the new key is unknown to server {number}");
    }
    new
}

#[test]
fn no_server_records_what_another_has_stopped() {
    wait(async {
        let Some(first) = App::try_spawn(Engine::Postgres, |_| ()).await else { return };
        let net = first.network().await;
        let (second, third) = (first.beside().await, first.beside().await);
        let nodes = Arc::new(vec![first, second, third]);
        let people = people(&nodes, &net).await;
        let (mut dice, mut spans) = (Dice(super::SEED), Vec::new());
        let mut key = net.partner.key.clone();
        let click = nodes[0].click(&net.slug).await;
        let stop = Arc::new(AtomicBool::new(false));
        let mut crowd = crowd(&nodes, &net.slug, &stop);
        let mut live_since = Instant::now();
        for turn in 0..sized(15, 200) {
            for how in [Stop::Pause, Stop::SuspendPartner, Stop::SuspendAffiliate, Stop::Revoke] {
                let asked = Instant::now();
                spans.push(Span { from: live_since, to: asked, live: true });
                how.set(true, dice.pick(&nodes), &net, &people).await;
                let stopped = Instant::now();
                for node in nodes.iter() {
                    assert!(!visit(node, &net.slug).await.recorded, "{how:?}: a server has not heard of it");
                }
                let asked = Instant::now();
                spans.push(Span { from: stopped, to: asked, live: false });
                how.set(false, dice.pick(&nodes), &net, &people).await;
                live_since = Instant::now();
                for node in nodes.iter() {
                    assert!(visit(node, &net.slug).await.recorded, "{how:?}: a server has not heard of its end");
                }
            }
            key = regenerate(&nodes, &net, &mut dice, &key, &click, turn).await;
        }
        stop.store(true, Ordering::Relaxed);
        let (mut judged, mut recorded) = (0, 0);
        while let Some(visits) = crowd.join_next().await {
            for visit in visits.unwrap() {
                recorded += usize::from(visit.recorded);
                let within = |span: &&Span| span.from < visit.sent && visit.answered < span.to;
                let Some(span) = spans.iter().find(within) else { continue };
                assert_eq!(visit.recorded, span.live, "a server went by what was no longer so");
                judged += 1;
            }
        }
        println!("{} changes; {recorded} clicks of one link meanwhile, {judged} visits judged", spans.len());
        assert!(judged > sized(50, 1_000), "only {judged}");
        nodes[0].assert_audit_is_clean().await;
        assert_eq!(nodes[0].database.count_deadlocks().await, 0);
        for node in nodes.iter() {
            let metrics = node.service.write_metrics().await;
            assert!(metrics.contains("something_batches_failed_total 0\n"), "{metrics}");
        }
    });
}
