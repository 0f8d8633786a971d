//! Every mail about a trade, word for word. A changed sentence shows in the changed snapshot.

use std::fmt::Write as _;

use dogear_domain::ids::TradeEventId;
use dogear_domain::trades::{CancelGround, Verb};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::event::{EventData, EventKind, NewEvent, Notice};
use super::super::repo::events;
use super::online::Shop;
use super::*;
use crate::trades::notify;

/// Everything that can happen to a trade, and the state in which it stands afterwards.
const EVENTS: [(EventKind, TradeState); 22] = [
    (EventKind::Step(Verb::Propose), TradeState::Proposed),
    (EventKind::Step(Verb::Counter), TradeState::Proposed),
    (EventKind::Step(Verb::TermsChanged), TradeState::Proposed),
    (
        EventKind::Notice(Notice::ReplyReminder),
        TradeState::Proposed,
    ),
    (EventKind::Step(Verb::Decline), TradeState::Declined),
    (EventKind::Step(Verb::Withdraw), TradeState::Withdrawn),
    (EventKind::Step(Verb::Expire), TradeState::Expired),
    (EventKind::Step(Verb::Supersede), TradeState::Superseded),
    (EventKind::Step(Verb::Unoffer), TradeState::Superseded),
    (EventKind::Step(Verb::Accept), TradeState::Agreed),
    (EventKind::Notice(Notice::Address), TradeState::Agreed),
    (EventKind::Notice(Notice::SendReminder), TradeState::Agreed),
    (EventKind::Notice(Notice::Overdue), TradeState::Agreed),
    (EventKind::Step(Verb::Send), TradeState::Agreed),
    (
        EventKind::Notice(Notice::ArrivalReminder),
        TradeState::Agreed,
    ),
    (EventKind::Step(Verb::Receive), TradeState::Completed),
    (EventKind::Step(Verb::MarkLost), TradeState::Disputed),
    (EventKind::Step(Verb::Cancel), TradeState::Agreed),
    (
        EventKind::Step(Verb::ConsentToCancel),
        TradeState::Cancelled,
    ),
    (EventKind::Step(Verb::ReportProblem), TradeState::Disputed),
    (EventKind::Step(Verb::Resolve), TradeState::Resolved),
    (EventKind::Notice(Notice::Message), TradeState::Agreed),
];

/// What happens without anybody doing it.
const BY_ITSELF: [EventKind; 8] = [
    EventKind::Step(Verb::TermsChanged),
    EventKind::Step(Verb::Expire),
    EventKind::Step(Verb::Supersede),
    EventKind::Step(Verb::MarkLost),
    EventKind::Notice(Notice::ReplyReminder),
    EventKind::Notice(Notice::SendReminder),
    EventKind::Notice(Notice::Overdue),
    EventKind::Notice(Notice::ArrivalReminder),
];

/// Days are those of the run: `Friday 4 December` becomes `DAY`.
fn without_days(text: &str, today: Timestamp) -> String {
    (0..60).fold(text.to_owned(), |text, days| {
        let day = today + SignedDuration::from_hours(24 * days);
        let day = day.to_zoned(TimeZone::UTC).strftime("%A %-d %B");
        text.replace(&day.to_string(), "DAY")
    })
}

/// Has something happen to a trade. Gives the event, and the mails that it brings.
async fn happen(world: &World, new: &NewEvent<'_>) -> (TradeEventId, String) {
    let before = world.site.dev_mailbox.messages().len();
    let mut tx = world.ana.begin().await.unwrap();
    let event = events::append(&mut tx, new).await.unwrap();
    notify::tell(&world.ana, &mut tx, event).await.unwrap();
    tx.commit().await.unwrap();
    world.site.run_jobs().await;
    let mut mails = world.site.dev_mailbox.messages();
    mails.truncate(mails.len() - before);
    mails.sort_by(|a, b| a.to.cmp(&b.to));
    let by = match new.actor {
        None => "itself",
        Some(user) if user == id(&world.ana) => "ana",
        Some(_) => "bo",
    };
    let mut all = String::new();
    for mail in mails {
        let text = without_days(&mail.text, world.ana.now());
        let (to, subject) = (mail.to.join(", "), mail.subject);
        let _ = writeln!(
            all,
            "=== {} by {by}, to {to}\n{subject}\n\n{text}",
            new.kind.as_str()
        );
    }
    (event, all)
}

#[tokio::test]
async fn mails_about_trades_say_this() {
    let world = World::new().await;
    let trade = world.agreed().await;
    let leg = world.leg(&world.ana, trade).await;
    world.site.run_jobs().await;
    let mut all = String::new();
    for (kind, to) in EVENTS {
        let by_itself = BY_ITSELF.contains(&kind);
        let actor = (!by_itself).then(|| id(&world.ana));
        let data = EventData {
            words: "The words of whoever acted.".into(),
            ground: (kind == EventKind::Step(Verb::Cancel)).then_some(CancelGround::Mutual),
            problem: (kind == EventKind::Step(Verb::ReportProblem))
                .then_some(ProblemReason::WrongBook),
            copy: (kind == EventKind::Step(Verb::Unoffer)).then_some(world.anas[0]),
            outcome: (kind == EventKind::Step(Verb::Resolve)).then_some(Outcome::Complete),
            ..EventData::default()
        };
        let new = NewEvent {
            trade,
            actor,
            kind,
            from: None,
            to,
            revision: 1,
            leg: Some(leg),
            data: &data,
            at: world.ana.now(),
        };
        let (event, mails) = happen(&world, &new).await;
        all.push_str(&mails);
        if actor.is_some() && matches!(kind, EventKind::Step(_)) {
            // All but the one who acted are told; of an agreement, everybody.
            let told: Vec<UserId> = sqlx::query_scalar(
                "select user_id from notifications where dedupe_key like $1 order by user_id",
            )
            .bind(format!("trade_event:{event}:%"))
            .fetch_all(&world.site.services.db)
            .await
            .unwrap();
            let both = [id(&world.ana), id(&world.bo)];
            let agreement = kind == EventKind::Step(Verb::Accept);
            let expected = if agreement { &both[..] } else { &both[1..] };
            assert_eq!(told, expected, "{}", kind.as_str());
        }
    }
    insta::assert_snapshot!(all);
}

/// What happens to a sale that can be paid online.
const ONLINE: [EventKind; 5] = [
    EventKind::Step(Verb::Accept),
    EventKind::Step(Verb::Lapse),
    EventKind::Step(Verb::Confirm),
    EventKind::Notice(Notice::Refunded),
    EventKind::Notice(Notice::PaymentTrouble),
];

#[tokio::test]
async fn mails_about_paying_online_say_this() {
    let shop = Shop::new().await;
    let world = &shop.world;
    let trade = shop.bought(0, Method::Post).await;
    world.site.run_jobs().await;
    let mut all = String::new();
    for kind in ONLINE {
        let accepts = kind == EventKind::Step(Verb::Accept);
        let new = NewEvent {
            trade,
            actor: accepts.then(|| id(&world.bo)),
            kind,
            from: None,
            to: TradeState::Agreed,
            revision: 1,
            leg: None,
            data: &EventData::default(),
            at: world.ana.now(),
        };
        all.push_str(&happen(world, &new).await.1);
    }
    insta::assert_snapshot!(all);
}
