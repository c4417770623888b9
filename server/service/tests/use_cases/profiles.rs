//! What partners and affiliates say of themselves, and who reads it.

use std::collections::BTreeMap;

use domain::{AppError, Channel, ListQuery, ProfileInput};
use service::{Session, TrackOutcome};

use crate::network::Site;

fn input(website: &str, countries: &str) -> ProfileInput {
    let channels = BTreeMap::from([("seo".to_owned(), "on".to_owned())]);
    ProfileInput { website: website.into(), channels, countries: countries.into(), about: "Shoes".into() }
}

#[tokio::test]
async fn a_profile_is_seen_with_the_application_and_beside_the_offer() {
    let site = Site::open().await;
    let (offer, ..) = site.waiting_link().await;
    let (affiliate, partner) = (Session::Affiliate(site.affiliate.clone()), Session::Partner(site.partner.clone()));
    site.service.save_profile(&affiliate, input("blog.example", "DE")).await.unwrap();
    site.service.save_profile(&partner, input("shop.example", "not asked of partners")).await.unwrap();

    let application = site.applications().await.remove(0);
    assert_eq!(application.profile.website, "https://blog.example");
    assert_eq!(application.profile.channels, [Channel::Seo]);
    let seen = site.service.find_marketplace_offer(&site.affiliate, offer).await.unwrap().partner;
    assert_eq!((seen.website.as_str(), seen.about.as_str()), ("https://shop.example", "Shoes"));
    assert!(seen.channels.is_empty() && seen.countries.is_empty(), "a partner promotes nothing");
    assert_eq!(site.service.find_profile(&affiliate).await.unwrap(), application.profile);
    assert_eq!(site.actions(&affiliate).await[0], "account.change_profile");
    assert_eq!(site.actions(&partner).await[0], "account.change_profile");

    let wrong = site.service.save_profile(&affiliate, input("blog", "Germany")).await;
    let Err(AppError::Invalid { fields }) = wrong else { panic!("{wrong:?}") };
    assert_eq!(fields.iter().map(|error| error.field.as_str()).collect::<Vec<_>>(), ["website", "countries"]);
    let admin = Session::Admin(site.admin.clone());
    assert_eq!(site.service.save_profile(&admin, input("", "")).await, Err(AppError::NotFound));
    site.close().await;
}

#[tokio::test]
async fn a_partner_knows_and_notes_only_who_has_applied() {
    let site = Site::open().await;
    let affiliate = site.affiliate.affiliate_id();
    let stranger = site.service.find_affiliate(&site.partner, affiliate).await;
    assert_eq!(stranger.map(drop), Err(AppError::NotFound));
    assert_eq!(site.service.note_affiliate(&site.partner, affiliate, "Hm").await, Err(AppError::NotFound));

    let (_, slug, _) = site.live_link().await;
    assert!(matches!(site.visit(&slug).await, TrackOutcome::Redirect(_)));
    site.service.note_affiliate(&site.partner, affiliate, " Met at the fair ").await.unwrap();
    let known = site.service.find_affiliate(&site.partner, affiliate).await.unwrap();
    assert_eq!((known.name.as_str(), known.note.as_str()), ("affiliate", "Met at the fair"));
    assert!(known.members.is_empty(), "who signs in is not told");
    let rows = site.service.list_affiliates(&site.partner, &ListQuery::default()).await.unwrap().rows;
    assert_eq!((rows.len(), rows[0].id, rows[0].approved, rows[0].clicks), (1, affiliate, 1, 1));

    assert_eq!(site.service.list_affiliates(&site.rival, &ListQuery::default()).await.unwrap().rows, []);
    let rival = site.service.find_affiliate(&site.rival, affiliate).await;
    assert_eq!(rival.map(drop), Err(AppError::NotFound));
    let seen = site.service.find_organisation(&site.admin, &affiliate.to_string()).await.unwrap();
    assert_eq!((seen.members.len(), seen.note.as_str()), (1, ""), "a note is for its partner's eyes");
    let actions = site.actions(&Session::Affiliate(site.affiliate.clone())).await;
    assert!(actions.iter().all(|action| !action.contains("note")), "{actions:?}");
    assert_eq!(site.service.find_organisation(&site.admin, "usr_x").await.map(drop), Err(AppError::NotFound));
    let partner = site.service.find_organisation(&site.admin, &site.partner.partner_id().to_string()).await.unwrap();
    assert_eq!(partner.name, "partner");
    site.close().await;
}
