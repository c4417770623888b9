//! Every part in each of its states, as HTML. What differs from the stored HTML (`snapshots/`) fails; when it is meant to,
//! `INSTA_UPDATE=always cargo test -p app --features ssr snapshots` stores it again, for the reviewer of the change.

use std::fmt::Write as _;

use domain::{AppError, Currency, FieldError, Timestamp};
use leptos::{context::Provider, prelude::*, reactive::owner::Owner};

use super::*;
use crate::ui::forms::{FormOutcome, FormState};

/// 24 November 2020, 18:20 UTC: of another year than that of any run.
const LONG_AGO: Timestamp = Timestamp::from_millis(1_606_242_000_000);
/// What people do to layouts.
const LONG: &str = "An offer whose name goes on and on, without an end in sight, in <b>bold</b> & with \"quotes\"";

/// A part in a state.
type State = Box<dyn FnOnce() -> AnyView>;

/// One part's states, each under its name.
fn states(states: Vec<(&str, State)>) -> String {
    let mut text = String::new();
    for (name, state) in states {
        let html = Owner::new().with(|| state().to_html());
        // A line for each element: a change is seen where it is.
        let html = html.replace("><", ">\n<");
        let _ = writeln!(text, "== {name}\n{html}\n");
    }
    text
}

macro_rules! snapshot {
    ($part:literal: $($name:literal => $view:expr,)*) => {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($part, states(vec![$(($name, Box::new(move || $view.into_any())),)*]));
        });
    };
}

/// A form as it is first shown, or as it came back.
fn form(refusal: Option<AppError>) -> FormState {
    FormState::new(refusal.map(|refusal| FormOutcome {
        path: "/partner/offers/new".to_owned(),
        action: "create_offer".to_owned(),
        key: String::new(),
        values: vec![("name".to_owned(), "</textarea><b>typed".to_owned())],
        refusal,
    }))
}

fn refused() -> FormState {
    form(Some(AppError::Invalid { fields: vec![FieldError::new("name", "needs at least one character")] }))
}

#[test]
fn badge() {
    snapshot!("badge":
        "good" => view! { <Badge tone=Tone::Good text="Active" /> },
        "waiting" => view! { <Badge tone=Tone::Waiting text="Awaiting approval" /> },
        "refused" => view! { <Badge tone=Tone::Refused text="Rejected" /> },
        "neutral" => view! { <Badge tone=Tone::Neutral text="Paused" /> },
    );
}

#[test]
fn buttons() {
    snapshot!("buttons":
        "link" => view! { <ButtonLink href="/partner/offers/new" label="New offer" /> },
        "quiet link" => view! { <ButtonLink href="/" label="Cancel" kind=ButtonKind::Quiet /> },
        "submit" => view! { <Provider value=form(None)><SubmitButton label="Save" pending_label="Saving…" /></Provider> },
        "dangerous" => view! { <SubmitButton label="Archive" kind=ButtonKind::Danger /> },
        "copy" => view! { <CopyButton text="sp_1" what="API key" /> },
    );
}

#[test]
fn callout() {
    snapshot!("callout":
        "one line" => view! { <Callout title="Sign in to continue." /> },
        "good, with more" => view! { <Callout tone=Tone::Good title="Done"><p>"More of it"</p></Callout> },
        "danger" => view! { <Callout tone=Tone::Danger title=LONG /> },
    );
}

#[test]
fn texts_to_take_along() {
    snapshot!("copying":
        "box" => view! { <CopyBox text="https://go.example/t/abc" label="Tracking link" /> },
        "id" => view! { <CopyId id="clk_01h455vb4pex5vsknk084sn02q" what="the click id" /> },
        "secret, masked" => view! { <SecretBox secret=None label="API key" switch="?key=shown">"Copy"</SecretBox> },
        "secret, shown" => view! { <SecretBox secret=Some("sp_1".to_owned()) label="API key" switch="?">"Copy"</SecretBox> },
        "code" => view! { <CodeBlock code="curl 'https://x.example/?a=1&b=2'" language="curl" /> },
        "code in languages" => view! {
            <CodeTabs samples=vec![("curl".into(), "a".into()), ("PHP".into(), "b".into())] name="example" />
        },
    );
}

#[test]
fn data_table() {
    let columns = || vec![Column::text("Offer"), Column::number("Clicks")];
    snapshot!("data_table":
        "rows" => view! {
            <DataTable columns=columns() caption="Offers">
                <tr>
                    <Cell label="Offer"><bdi>{LONG}</bdi></Cell>
                    <Cell label="Clicks" numeric=true>{grouped(1_000_000_000)}</Cell>
                </tr>
            </DataTable>
        },
        "no rows" => view! { <DataTable columns=columns() caption="Offers">""</DataTable> },
    );
}

#[test]
fn definitions() {
    snapshot!("definitions":
        "list" => view! { <DefinitionList><Definition term="Clicks">"5"</Definition></DefinitionList> },
        "changed" => view! { <ChangedValue before=Some("old".into()) after="new".to_owned() /> },
        "new" => view! { <ChangedValue before=None after="new".to_owned() /> },
    );
}

#[test]
fn emptiness_and_failure() {
    snapshot!("empty_and_failed":
        "empty" => view! {
            <EmptyState title="No offers yet" action_href="/new" action_label="Create one"><p>"Why"</p></EmptyState>
        },
        "empty, nothing to do" => view! { <EmptyState title="Nobody yet">"Why"</EmptyState> },
        "failure" => view! { <Failure title="Not found" message="There is nothing here."><a href="/">"Home"</a></Failure> },
    );
}

#[test]
fn fields() {
    let select = || vec![("a".to_owned(), "A".to_owned()), ("b".to_owned(), "B".to_owned())];
    snapshot!("fields":
        "field" => view! { <Field label="Name" name="name" value="Acme" hint="Others see it." required=true maxlength=120 /> },
        "field, come back" => view! { <Provider value=refused()><Field label="Name" name="name" value="Acme" /></Provider> },
        "select" => view! { <SelectField label="Order" name="sort" options=select() value="b" /> },
        "lines" => view! { <TextareaField label="Text" name="text" value="</textarea><script>" rows=2 /> },
        "lines, come back" => view! {
            <Provider value=refused()><TextareaField label="Name" name="name" hint="Say it" /></Provider>
        },
    );
}

#[test]
fn moments_and_money() {
    let money =
        |amount: &'static str, currency| view! { <Money amount=amount currency=Currency::parse(currency).unwrap() /> };
    snapshot!("moments_and_money":
        "moment" => view! { <Moment at=LONG_AGO /> },
        "two decimals" => money("1234.5", "USD"),
        "no decimals" => money("1234", "JPY"),
        "three decimals" => money("0.5", "BHD"),
        "six decimals" => money("0.000001", "EUR"),
    );
}

#[test]
fn names() {
    snapshot!("names":
        "avatar" => view! { <Avatar name="Änne Öz" /> },
        "avatar of no letters" => view! { <Avatar name="🦊" /> },
        "head" => view! { <PageHead title=LONG lead="What it is for"><a href="/">"Do it"</a></PageHead> },
        "head alone" => view! { <PageHead title="Offers" /> },
        "prose" => prose("One\n\nTwo <b>".to_owned()),
        "no prose" => prose(String::new()),
    );
}

#[test]
fn numbers() {
    let bar = |label: &str, measure| BarItem {
        label: label.to_owned(),
        href: "/partner/reports".to_owned(),
        measure,
        shown: format!("{measure} clicks"),
    };
    snapshot!("numbers":
        "tile" => view! { <StatTile label="Clicks" value="1,234" hint="all time" href="/partner/clicks" /> },
        "tile alone" => view! { <StatTile label="EPC" value="0.1200 USD\n0.1100 EUR" /> },
        "bars" => view! { <BarList items=vec![bar("Blog", 10), bar(LONG, 0)] /> },
        "changes" => view! { <Change text="+8.1%" /> <Change text="−3.0%" /> <Change text="0.0%" /> },
        "no course" => view! { <Sparkline values=vec![Some(1), Some(2)] /> },
        "course" => view! { <Sparkline values=vec![Some(1), None, Some(4), Some(2)] /> },
    );
}

#[test]
fn ways() {
    let href = |href: &str| Some(href.to_owned());
    snapshot!("ways":
        "pager, only page" => view! { <Pager first=None previous=None next=None /> },
        "pager, first page" => view! { <Pager first=None previous=None next=href("?after=1") /> },
        "pager, between" => view! { <Pager first=href("?") previous=href("?before=1") next=href("?after=2") /> },
        "tabs" => view! { <LinkTabs items=vec![("?days=7".into(), "7 days".into(), true), ("?days=1".into(), "Today".into(), false)] label="Period" /> },
    );
}
