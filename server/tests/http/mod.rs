//! The program from outside, on both databases: the tracking link, the postback, and people's forms.
//! Each test is named after a sentence of the contract.

mod accounts;
mod activity;
mod api_keys;
mod bodies;
mod browser;
mod edge;
mod events;
mod guide;
mod limits;
mod lists;
mod mails;
mod markup;
mod mistakes;
mod offers;
mod origin;
mod paths;
mod people;
mod postback;
mod protocol;
mod reasons;
mod reports;
mod reset;
mod scripts;
mod storms;
mod track;
mod unavailable;
mod unread_bodies;
mod values;

use domain::{ApplicationId, ListQuery, OfferId, OfferInput};
use serde_json::Value;

use crate::support::{App, Network, Response};

/// The destination of the network's offer.
const DESTINATION: &str = "https://shop.example/p?a=1&b=%20x#top";

/// An id of the right form that no click has.
const UNKNOWN_CLICK: &str = "clk_01h455vb4pex5vsknk084sn02q";

/// Where links that aren't live lead.
fn homepage(app: &App) -> String {
    format!("{}/", app.service.settings().public_url)
}

/// Percent-encoded, everything but letters and digits.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

/// The value of a parameter of an address.
fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split('#').next()?.split_once('?')?;
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(n, _)| *n == name).map(|(_, v)| v.to_owned())
}

/// What is true of every answer of `/api/postback`; its status and its JSON.
fn answer(response: &Response) -> (u16, Value) {
    let text = response.text();
    assert!(response.header("content-type").unwrap_or_default().starts_with("application/json"), "{text}");
    assert_eq!(response.header("cache-control"), Some("no-store"), "{text}");
    assert_eq!(response.header("set-cookie"), None, "{text}");
    let json = response.json();
    assert_eq!(json["ok"], Value::Bool(response.status == 200), "{text}");
    (response.status, json)
}

/// A postback by GET that is recorded.
async fn recorded(app: &App, query: &str) -> Value {
    let (status, json) = answer(&app.get(&format!("/api/postback?{query}")).await);
    assert_eq!(status, 200, "{query}: {json}");
    json
}

/// A postback by GET that is refused, and records nothing.
async fn refused(app: &App, query: &str, status: u16, error: &str) -> Value {
    let before = app.counts().await;
    let (found, json) = answer(&app.get(&format!("/api/postback?{query}")).await);
    assert_eq!((found, json["error"].as_str()), (status, Some(error)), "{query}: {json}");
    assert!(json["message"].as_str().is_some_and(|message| !message.is_empty()), "{query}: {json}");
    assert_eq!(app.counts().await, before, "{query}");
    json
}

/// The warnings of an answer.
fn warnings(json: &Value) -> Vec<String> {
    json["warnings"].as_array().unwrap().iter().map(|warning| warning.as_str().unwrap().to_owned()).collect()
}

/// Whether a warning names this parameter.
fn warns_of(json: &Value, name: &str) -> bool {
    warnings(json).iter().any(|warning| warning.contains(name))
}

fn input(destination: &str) -> OfferInput {
    OfferInput {
        name: "Another offer".to_owned(),
        description: "For a test".to_owned(),
        destination: destination.to_owned(),
        commission_terms: "10 %".to_owned(),
        ..OfferInput::default()
    }
}

/// Another active offer of the partner, and the affiliate's pending application for it.
async fn another_link(app: &App, net: &Network, destination: &str) -> (OfferId, ApplicationId, String) {
    let offer = app.service.create_offer(&net.partner.session, &input(destination)).await.unwrap();
    app.service.approve_offer(&net.admin, offer, 1).await.unwrap();
    let slug = app.service.apply(&net.affiliate, offer, "Please").await.unwrap();
    let list = app.service.list_applications(&net.partner.session, &ListQuery::default()).await.unwrap();
    let application = list.rows.iter().find(|application| application.offer_id == offer).unwrap().id;
    (offer, application, slug.as_str().to_owned())
}
