//! What an admin has told a partner about an offer, and how long it stands.

use domain::{Offer, OfferAction, OfferInput};

use super::input;
use crate::support::{App, Network, on_both};

async fn find(app: &App, net: &Network) -> Offer {
    app.service.find_offer(&net.partner.session, net.offer).await.unwrap()
}

/// Renames the network's offer, and lets an admin take that back.
async fn rename_in_vain(app: &App, net: &Network) {
    let renamed = OfferInput { name: "Renamed".to_owned(), ..input(super::DESTINATION) };
    app.service.edit_offer(&net.partner.session, net.offer, &renamed).await.unwrap();
    let seen = find(app, net).await.version;
    app.service.take_back_offer_change(&net.admin, net.offer, seen, "Not this name").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_a_change_was_taken_back_stays_until_it_is_answered() {
    on_both(|app| async move {
        let net = app.network().await;
        let partner = &net.partner.session;
        let as_approved = find(&app, &net).await;
        let same = |destination: &str| OfferInput {
            name: as_approved.name.clone(),
            description: as_approved.description.clone(),
            commission_terms: as_approved.commission_terms.clone(),
            destination: destination.to_owned(),
            ..OfferInput::default()
        };
        let reason = async || find(&app, &net).await.rejection_reason;
        rename_in_vain(&app, &net).await;
        for action in [OfferAction::Pause, OfferAction::Resume] {
            app.service.change_offer(partner, net.offer, action).await.unwrap();
            assert_eq!(reason().await.as_deref(), Some("Not this name"), "{action:?}");
        }
        app.service.edit_offer(partner, net.offer, &same("https://elsewhere.example/")).await.unwrap();
        app.service.approve_offer(&net.admin, net.offer, find(&app, &net).await.version).await.unwrap();
        assert_eq!(reason().await.as_deref(), Some("Not this name"), "a destination is no answer to it");

        let better = OfferInput { name: "Better".to_owned(), ..same("https://elsewhere.example/") };
        app.service.edit_offer(partner, net.offer, &better).await.unwrap();
        assert_eq!(reason().await.as_deref(), Some("Not this name"), "nobody has said that it is better");
        app.service.keep_offer_change(&net.admin, net.offer, find(&app, &net).await.version).await.unwrap();
        assert_eq!(reason().await, None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn why_a_change_was_taken_back_goes_when_what_was_approved_is_saved() {
    on_both(|app| async move {
        let net = app.network().await;
        let approved = find(&app, &net).await;
        rename_in_vain(&app, &net).await;
        let same = OfferInput {
            name: approved.name,
            description: approved.description,
            commission_terms: approved.commission_terms,
            destination: approved.destination,
            ..OfferInput::default()
        };
        app.service.edit_offer(&net.partner.session, net.offer, &same).await.unwrap();
        assert_eq!(find(&app, &net).await.rejection_reason, None);
    })
    .await;
}
