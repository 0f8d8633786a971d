//! Tells the parties what happened: one notification and at most one letter each
//! per event.

use dogear_domain::ids::{TradeEventId, TradeId};
use dogear_domain::trades::{Actor, Leg, LegState, TradeState, Verb};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::repo::{events, load};
use super::{addresses, event_context};
use crate::jobs::{Claim, Job};
use crate::mail::templates::{self, Content};
use crate::notifications::{self, Facts, Kind, sentence};
use crate::{Cx, Result};

/// Tells the parties of a trade what happened.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellParties {
    /// What happened.
    pub event: TradeEventId,
}

impl Job for TellParties {
    const KIND: &'static str = "trade_event";
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let mut tx = cx.begin().await?;
        tell(cx, &mut tx, self.event).await?;
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

/// Writes the notifications and letters of an event in the caller's transaction.
/// Repeating it writes nothing twice.
///
/// # Errors
/// Those of the database.
pub(crate) async fn tell(cx: &Cx, conn: &mut PgConnection, event: TradeEventId) -> Result<()> {
    // Before anything is read: somebody who leaves meanwhile waits until this is written, and
    // erases it too; or has left, and nothing that is read names them.
    events::hold_parties(conn, event).await?;
    let context = event_context::load(cx, conn, event).await?;
    // In one order, since each counts the mails of an hour under a lock.
    let mut parties: Vec<_> = context.parties.iter().collect();
    parties.sort_by_key(|party| party.user_id);
    for party in parties {
        let Some(message) = context.message_to(party) else {
            continue;
        };
        let who = context.others(party);
        let zone = TimeZone::get(&party.time_zone).unwrap_or(TimeZone::UTC);
        let until = message
            .until
            .map(|at| at.to_zoned(zone).strftime("%A %-d %B").to_string())
            .unwrap_or_default();
        let facts = Facts {
            trade: Some(context.event.trade_id),
            who,
            what: message.what,
            until: until.clone(),
            reason: message.reason,
            unoffered: message.unoffered,
            in_person: context.in_person(),
            loan: context.lends_until().is_some(),
            sale: context.price().is_some(),
            by_own_step: message.by_own_step || context.event.actor_id == Some(party.user_id),
            ..Facts::default()
        };
        let (heading, path) = sentence(message.kind, &facts);
        let deadline = (!until.is_empty() && !message.deadline.is_empty())
            .then(|| format!("{} {until}.", message.deadline));
        let letter = templates::trade(
            &cx.services.settings,
            Content {
                subject: message.subject,
                heading,
                paragraphs: message.paragraphs,
                gives: context.titles(|item| item.from_user == party.user_id),
                gets: context.titles(|item| item.to_user == party.user_id),
                deadline,
                ..Content::default()
            },
            message.button,
            &path,
        );
        let dedupe = format!("trade_event:{event}:{}", party.user_id);
        notifications::notify(
            cx,
            conn,
            party.user_id,
            message.kind,
            &facts,
            &dedupe,
            (!message.by_own_step).then_some(letter),
        )
        .await?;
    }
    close_what_is_over(cx, conn, context.event.trade_id).await
}

/// Notices that ask for a step, and the steps. One that nobody waits for any more closes itself.
const ASKS: &[(Kind, &[Verb])] = &[
    (Kind::TradeProposed, &[Verb::Accept]),
    (Kind::TradeCountered, &[Verb::Accept]),
    (Kind::TermsChanged, &[Verb::Accept]),
    (Kind::ReplyReminder, &[Verb::Accept]),
    (Kind::AddressGiven, &[Verb::Send]),
    (Kind::SendReminder, &[Verb::Send, Verb::HandOver]),
    (Kind::PaymentDue, &[Verb::StartPayment]),
    (
        Kind::Paid,
        &[Verb::Send, Verb::Receive, Verb::ReportProblem],
    ),
    (Kind::PaymentMarked, &[Verb::Receive, Verb::ReportProblem]),
    (Kind::ParcelSent, &[Verb::Receive]),
    (Kind::ArrivalReminder, &[Verb::Receive]),
    (Kind::RenewalAsked, &[Verb::GrantRenewal]),
    (Kind::KeepOffered, &[Verb::AgreeToKeep]),
    (Kind::LoanDueSoon, &[Verb::Send, Verb::HandOver]),
    (
        Kind::CancelRequested,
        &[Verb::ConsentToCancel, Verb::Resolve],
    ),
];

/// Closes the notices of all parties whose step is over.
async fn close_what_is_over(cx: &Cx, conn: &mut PgConnection, trade: TradeId) -> Result<()> {
    let rules = load::read(conn, trade).await?.trade;
    let policy = super::policy(&mut *conn).await?;
    for party in &rules.parties {
        let allowed = rules.allowed(Actor::Member(party.user), &policy, cx.now());
        let mut over: Vec<Kind> = ASKS
            .iter()
            .filter(|(_, steps)| !steps.iter().any(|step| allowed.contains(step)))
            .map(|(kind, _)| *kind)
            .collect();
        if !addresses::is_waited_for(&rules, party.user) {
            over.push(Kind::AddressReminder);
        }
        // Told to the giver and to whoever waits, who has no step: it is over with the giver's.
        let stands = |leg: &Leg| {
            leg.state == LegState::Pending && (leg.from == party.user || leg.to == party.user)
        };
        if rules.state != TradeState::Agreed || !rules.legs.iter().any(stands) {
            over.push(Kind::ParcelOverdue);
        }
        let late = rules.due_back().is_some_and(|due| cx.now() > due);
        let with_borrower = rules
            .return_leg()
            .is_some_and(|leg| leg.state == LegState::Pending);
        if !(rules.is_out() && late && with_borrower) {
            over.push(Kind::LoanOverdue);
        }
        notifications::close(conn, party.user, trade, &over).await?;
    }
    Ok(())
}
