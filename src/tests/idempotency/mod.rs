//! Every form, sent twice at the same moment and once more afterwards, as double clicks,
//! the back button and proxies do: it counts once. The tables are total.

mod accounts;
mod calendars;
mod events;
mod hosting;
mod library;
mod lists;
mod moderation;
mod payments;
mod reviews;
mod rounds;
mod sending;
mod shelf;
mod trades;
mod written;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use dogear_domain::accounts::Role;
use dogear_domain::ids::TradeId;
use dogear_domain::trades::Method as Way;
use dogear_domain::trades::ProblemReason;
use dogear_server::copies;
use dogear_server::notifications::Kind;
use dogear_server::notifications::unsubscribe;
use dogear_server::testing::payments::Stub;
use dogear_server::testing::said;
use dogear_server::trades::{self as service, Shipment};
use dogear_server::{Cx, accounts as people};
use uuid::Uuid;

use super::app::TestApp;
use super::trading::{
    agreed, asked_to_borrow, asked_to_buy, bought, came_back, for_sale, goes_back, lent, proposed,
    to_lend,
};
pub(super) use sending::send;
use sending::{filled, send_again_and_again};
pub(super) use written::{Written, send_no_text, written};

/// A table whose columns nobody knows.
const BOOKS: &[u8] = b"Werk,Wer\nDaniel Deronda,George Eliot\n";
const PASSWORD: &str = "a lamp among the margins";

/// Forms that need no row, and why.
pub(super) const EXCEPTIONS: &[(&str, &str)] = &[
    ("/api/accounts/log-in", "each time is a session of its own"),
    ("/api/theme/choose", "a cookie and nothing else"),
    ("/shelf/add/many", "reads"),
    (
        "/unsubscribe/{token}",
        "sent by mail programs, and twice by their own test",
    ),
    ("/api/count-books", "reads"),
    ("/api/events/keep-door-list", "reads"),
    (
        "/api/events/send-door-notes",
        "sent by a script, each note with a key of its own, and twice by its own test",
    ),
    ("/api/import-progress", "reads"),
    ("/api/lookup", "reads"),
    ("/api/suggest", "reads"),
    ("/api/unread", "reads"),
];

/// Names and values.
type Fields = &'static [(&'static str, &'static str)];

/// One form. In addresses and fields, `*` stands for what `given` makes; a field `?` for what
/// the form holds in a field of that name, or for the leg that ana sends.
struct Row {
    who: &'static str,
    path: &'static str,
    /// Where the form is, with `LEG` for that leg. Its key is taken from there, if it has one.
    page: &'static str,
    /// What is sent to that page to come to the form, when no address leads to it.
    typed: &'static [(&'static str, &'static str)],
    given: Given,
    fields: &'static [(&'static str, &'static str)],
    /// There is one more of this afterwards.
    counts: &'static str,
    repeats: Repeats,
}

/// What has to be there first.
#[derive(Clone, Copy)]
enum Given {
    Nothing,
    /// A statement that returns a text.
    Sql(&'static str),
    /// A trade of ana and bob that she proposed.
    Proposed,
    /// One that is agreed: by post, or in person.
    Agreed(Way),
    /// Agreed, ana's parcel is on its way, and she would rather cancel.
    AskedToCancel,
    /// Agreed, and bob has the wrong book.
    Disputed,
    /// A book that bob sells.
    ForSale,
    /// Ana has asked to buy one of his.
    AskedToBuy,
    /// And he has accepted.
    Sold,
    /// Ana has a book that bob takes back.
    Bought,
    /// And gives it back.
    GoesBack,
    /// And he has it again, and owes her the price.
    CameBack,
    /// A book that ana lends.
    ToLend,
    /// Bob has asked to borrow one of hers.
    AskedToBorrow,
    /// Ana has a book of bob’s.
    Borrowed,
    /// And asks for more time.
    AskedForTime,
    /// And he would let her keep it.
    MayKeep,
    /// A book of bob’s that is with a friend of his; ana waits for it, or not yet.
    WithAFriend(bool),
    /// The secret of the last link that was mailed to this address and begins so.
    Mailed(&'static str, &'static str),
    /// The secret of a link that stops mails to bob.
    MailsToBob,
}

/// How the form is answered when it has done its work before.
#[derive(Clone, Copy)]
enum Repeats {
    /// As the first time.
    Alike,
    /// With another page of the desk, where the first led to what it has changed.
    Elsewhere,
    /// With a page that says how things stand.
    Told(StatusCode),
}

const fn row(
    who: &'static str,
    path: &'static str,
    fields: &'static [(&'static str, &'static str)],
    counts: &'static str,
) -> Row {
    Row {
        who,
        path,
        page: path,
        typed: &[],
        given: Given::Nothing,
        fields,
        counts,
        repeats: Repeats::Alike,
    }
}

impl Row {
    const fn given(self, given: Given) -> Self {
        Self { given, ..self }
    }

    const fn on(self, page: &'static str) -> Self {
        Self { page, ..self }
    }

    const fn after(self, typed: &'static [(&'static str, &'static str)]) -> Self {
        Self { typed, ..self }
    }

    const fn repeats(self, repeats: Repeats) -> Self {
        Self { repeats, ..self }
    }

    /// The pattern of the access table that this row is about: the most literal that fits.
    fn pattern(&self) -> &'static str {
        let fits = |pattern: &str| {
            let (ours, theirs) = (self.path.split('/'), pattern.split('/'));
            ours.clone().count() == theirs.clone().count()
                && ours
                    .zip(theirs)
                    .all(|(part, wanted)| part == wanted || wanted.starts_with('{'))
        };
        posts()
            .filter(|pattern| fits(pattern))
            .min_by_key(|pattern| pattern.matches('{').count())
            .unwrap_or_else(|| panic!("no route is {}", self.path))
    }
}

/// In the order of a story: later rows need what earlier ones have made.
fn rows() -> impl Iterator<Item = &'static Row> {
    [
        shelf::ROWS,
        library::ROWS,
        lists::ROWS,
        trades::ROWS,
        payments::ROWS,
        events::ROWS,
        hosting::ROWS,
        calendars::ROWS,
        reviews::ROWS,
        rounds::ROWS,
        moderation::ROWS,
        accounts::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// The page of a form, and what is typed into it.
pub(super) fn example(path: &str) -> Option<(&'static str, Fields)> {
    let row = rows().find(|row| row.path == path)?;
    Some((row.page, row.fields))
}

/// Whatever takes a POST: every form and every server function.
fn posts() -> impl Iterator<Item = &'static str> {
    let table = dogear_app::routes(true).access();
    let posts: Vec<&str> = table
        .keys()
        .filter(|(method, _)| *method == "POST")
        .map(|(_, path)| *path)
        .collect();
    posts.into_iter()
}

#[test]
fn every_form_has_a_row_or_a_reason() {
    let mut covered: BTreeMap<&str, usize> = BTreeMap::new();
    let excepted = EXCEPTIONS.iter().map(|(path, _)| *path);
    for path in rows().map(Row::pattern).chain(excepted.clone()) {
        *covered.entry(path).or_default() += 1;
    }
    let posts: Vec<&str> = posts().collect();
    let missing: Vec<_> = posts
        .iter()
        .filter(|path| !covered.contains_key(*path))
        .collect();
    assert!(missing.is_empty(), "sent twice by no row: {missing:?}");
    for path in excepted {
        assert!(posts.contains(&path), "{path} is no form");
        assert_eq!(covered[path], 1, "{path} is excepted and has a row");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_twice_counts_once() {
    let stub = Stub::new().await;
    stub.state().is_trusting = true;
    let app = TestApp::paying_at(&stub).await;
    let mut browsers = BTreeMap::from([("nobody", app.browser())]);
    let mut readers = BTreeMap::new();
    for (handle, role) in [
        ("ana", Role::Member),
        ("bob", Role::Member),
        ("bea", Role::Moderator),
        ("dov", Role::Admin),
        ("eve", Role::Member),
        ("fay", Role::Member),
    ] {
        let (browser, cx) = app.signed_in(handle, role).await;
        browsers.insert(handle, browser);
        readers.insert(handle, cx);
    }
    let hash = people::hash_password(PASSWORD).await.expect("hashed");
    sqlx::query("update users set password_hash = $1")
        .bind(hash)
        .execute(&app.site.services.db)
        .await
        .expect("PostgreSQL answers");
    let mut problems = Vec::new();
    for row in rows() {
        let given = row.given.make(&app, &readers).await;
        problems.extend(send_again_and_again(&app, &browsers[row.who], row, &given).await);
        app.site.run_jobs().await;
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let violations = service::invariants::violations(&app.site.services.db).await;
    assert_eq!(
        violations.expect("PostgreSQL answers"),
        Vec::<String>::new()
    );
}

impl Given {
    /// Whether it can be made as often as one likes.
    fn is_a_trade(self) -> bool {
        matches!(
            self,
            Self::Proposed
                | Self::Agreed(_)
                | Self::AskedToCancel
                | Self::Disputed
                | Self::AskedToBuy
                | Self::Sold
                | Self::Bought
                | Self::GoesBack
                | Self::CameBack
                | Self::AskedToBorrow
                | Self::Borrowed
                | Self::AskedForTime
                | Self::MayKeep
        )
    }

    async fn make(self, app: &TestApp, readers: &BTreeMap<&str, Cx>) -> String {
        let (ana, bob) = (&readers["ana"], &readers["bob"]);
        let name = Uuid::new_v4().to_string();
        let trade = async |way| agreed(ana, bob, way, &name).await.expect("agreed");
        match self {
            Self::Nothing => String::new(),
            Self::Sql(statement) => sqlx::query_scalar(statement)
                .fetch_one(ana.db())
                .await
                .unwrap_or_else(|error| panic!("{statement}: {error}")),
            Self::Proposed => proposed(ana, bob, Way::Post, &name)
                .await
                .expect("proposed")
                .to_string(),
            Self::Agreed(way) => trade(way).await.to_string(),
            Self::AskedToCancel => {
                let id = trade(Way::Post).await;
                send_parcel(ana, id).await;
                service::cancel(ana, None, id, &said(""))
                    .await
                    .expect("asked");
                id.to_string()
            }
            Self::Disputed => {
                let id = trade(Way::Post).await;
                let leg = send_parcel(ana, id).await;
                service::receive(bob, None, id, leg).await.expect("theirs");
                let (reason, details) = (ProblemReason::WrongBook, "It is another book.");
                service::report_problem(bob, None, id, leg, reason, &said(details), Vec::new())
                    .await
                    .expect("reported");
                id.to_string()
            }
            Self::ForSale => for_sale(bob, &name).await.expect("for sale").to_string(),
            Self::AskedToBuy => asked_to_buy(ana, bob, &name)
                .await
                .expect("asked")
                .to_string(),
            Self::Sold => {
                let id = asked_to_buy(ana, bob, &name).await.expect("asked");
                let seen = service::page(bob, id).await.expect("his trade").seen;
                service::accept(bob, None, id, seen)
                    .await
                    .expect("accepted");
                id.to_string()
            }
            Self::Bought => bought(ana, bob, &name).await.expect("bought").to_string(),
            Self::GoesBack => goes_back(ana, bob, &name).await.expect("asked").to_string(),
            Self::CameBack => came_back(ana, bob, &name).await.expect("back").to_string(),
            Self::ToLend => to_lend(ana, &name).await.expect("to lend").to_string(),
            Self::AskedToBorrow => asked_to_borrow(bob, ana, &name, 5)
                .await
                .expect("asked")
                .to_string(),
            Self::Borrowed => lent(ana, bob, &name, 5).await.expect("lent").to_string(),
            Self::AskedForTime => {
                let id = lent(ana, bob, &name, 5).await.expect("lent");
                let later = ana.now() + jiff::SignedDuration::from_hours(24 * 12);
                let day = later.strftime("%Y-%m-%d").to_string();
                service::ask_renewal(ana, None, id, &day)
                    .await
                    .expect("asked");
                id.to_string()
            }
            Self::MayKeep => {
                let id = lent(ana, bob, &name, 5).await.expect("lent");
                service::let_keep(bob, None, id).await.expect("offered");
                id.to_string()
            }
            Self::WithAFriend(waits) => {
                let copy = to_lend(bob, &name).await.expect("to lend");
                let form = copies::LendForm {
                    borrower: "A friend".into(),
                    ..copies::LendForm::default()
                };
                copies::lend(bob, None, copy, &form).await.expect("lent");
                if waits {
                    copies::wait_for(ana, None, copy).await.expect("waits");
                }
                copy.to_string()
            }
            Self::Mailed(to, start) => app
                .mailed_link(to, start)
                .unwrap_or_else(|| panic!("no {start} was mailed to {to}")),
            Self::MailsToBob => {
                let user = bob.actor.as_ref().expect("signed in").id;
                let link = unsubscribe::link(&bob.services.settings, user, Kind::TradeProposed);
                link.rsplit('/').next().expect("a last part").to_owned()
            }
        }
    }
}

async fn send_parcel(from: &Cx, trade: TradeId) -> dogear_domain::ids::LegId {
    let giver = from.actor.as_ref().expect("signed in").id;
    let page = service::page(from, trade).await.expect("their trade");
    let leg = page.legs.iter().find(|leg| leg.from == giver);
    let leg = leg.expect("they give something").id;
    service::send(from, None, trade, leg, &Shipment::default())
        .await
        .expect("sent");
    leg
}
