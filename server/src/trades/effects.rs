//! The effects of a transition, each as its rows.

use dogear_domain::copies::HeldBy;
use dogear_domain::ids::{CopyId, UserId};
use dogear_domain::trades::{Effect, Item, Outcome, Trade, TradeKind, Transition, Verb};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::dispute::{close_dispute, open_dispute};
use super::errors::TAKEN;
use super::repo::effects::{self, Travel};
use super::repo::load::Loaded;
use super::repo::{loans, payments, proposals};
use super::save::SaveContext;
use super::{eligibility, online, returns, sales};
use crate::copies::{self, Handed};
use crate::error::OnConstraint;
use crate::{Error, Result};

/// Writes one effect.
pub(super) async fn apply(
    conn: &mut PgConnection,
    loaded: &Loaded,
    transition: &Transition,
    effect: &Effect,
    context: &SaveContext<'_>,
) -> Result<()> {
    let trade = loaded.id;
    let now = context.now;
    match effect {
        Effect::AddRevision {
            number,
            author,
            method,
            items,
        } => proposals::insert_revision(conn, trade, *number, *author, *method, items, now).await,
        Effect::SetAcceptance { party, revision } => {
            effects::set_acceptance(conn, trade, *party, *revision).await
        }
        Effect::RefreshTerms { copy } => {
            proposals::freeze(conn, trade, transition.revision, &[*copy]).await
        }
        Effect::PlaceHolds(copies) => {
            place_holds(conn, loaded, transition.revision, copies, now).await
        }
        Effect::CreateLeg {
            from,
            to,
            send_due,
            purpose,
        } => effects::insert_leg(conn, trade, *from, *to, *send_due, *purpose).await,
        Effect::SetLeg {
            leg,
            state,
            at,
            receive_due,
        } => {
            let travel = Travel {
                carrier: &context.details.carrier,
                tracking: &context.details.tracking,
            };
            effects::update_leg(conn, *leg, *state, *at, *receive_due, travel).await
        }
        Effect::MoveCopies(items) => {
            let returned = loaded.trade.is_returning()
                || transition.effects.contains(&Effect::CloseDispute {
                    outcome: Outcome::Return,
                });
            let legs = (!returned).then_some(&loaded.trade);
            move_copies(conn, items, legs, now).await
        }
        Effect::ReleaseHolds(released) => copies::release(conn, trade, released).await,
        Effect::RequestCancel { party } => effects::request_cancel(conn, trade, *party, now).await,
        Effect::ClearCancelRequests => effects::clear_cancel_requests(conn, trade).await,
        Effect::SetPrices(terms) => {
            payments::set_prices(conn, trade, transition.revision, terms).await
        }
        Effect::Owe(payment) => {
            let seller = loaded.trade.seller();
            let seller = seller.ok_or_else(|| Error::internal("owed to nobody"))?;
            payments::owe(conn, trade, seller, payment, now).await
        }
        Effect::SetPayment(state) => {
            payments::mark(conn, trade, *state, transition.actor.user(), now).await
        }
        Effect::GiveBack(minor) => {
            let by = transition.actor.user();
            // A seller who cancels alone says with that that they have given it back.
            let is_given = transition.verb == Verb::Cancel && by == loaded.trade.seller();
            payments::give_back(conn, trade, *minor, by, is_given, now).await?;
            online::give_back_paid(conn, trade, *minor, now).await
        }
        Effect::TakeBack(copies) => returns::take_back(conn, loaded, copies, now).await,
        Effect::SetSendDue(leg, due) => {
            payments::set_send_due(conn, *leg, *due).await?;
            loans::forget_told(conn, trade).await
        }
        Effect::SetDue(due) => loans::set_due(conn, trade, transition.revision, *due).await,
        Effect::StartLoan => loans::start(conn, trade).await,
        Effect::SetRenewal(until) => loans::set_renewal(conn, trade, *until).await,
        Effect::CountRenewal => loans::count_renewal(conn, trade).await,
        Effect::OfferKeep => loans::offer_keep(conn, trade).await,
        Effect::Keep => loans::keep(conn, trade).await,
        Effect::ForgetAddress { party } => loans::forget_address(conn, trade, *party).await,
        Effect::Unlist(copies) => copies::take_off_listings(conn, copies, now).await,
        // The entry of the event says it.
        Effect::Cancelled(_) | Effect::Unoffered(_) => Ok(()),
        Effect::OpenDispute { leg, by, reason } => {
            let accused = loaded
                .trade
                .leg(*leg)
                .map(|leg| if leg.from == *by { leg.to } else { leg.from });
            open_dispute(conn, trade, *leg, *by, accused, reason.as_str(), context).await
        }
        Effect::CloseDispute { outcome } => {
            close_dispute(conn, trade, transition.actor, *outcome, context).await
        }
    }
}

/// Promises the copies, which the caller has locked, to this trade, provided that its parties
/// may still enter into it: a proposal outlives a suspension, and one that was made in the
/// same moment as a block is not withdrawn by it.
async fn place_holds(
    conn: &mut PgConnection,
    loaded: &Loaded,
    revision: i32,
    wanted: &[CopyId],
    now: Timestamp,
) -> Result<()> {
    let parties: Vec<UserId> = loaded
        .trade
        .parties
        .iter()
        .map(|party| party.user)
        .collect();
    eligibility::can_agree(conn, &parties, now).await?;
    sales::check_cap(conn, &loaded.trade, now).await?;
    super::loans::check_borrower(conn, loaded.trade.borrower(), now).await?;
    let facts = proposals::facts(conn, wanted, None, now).await?;
    for item in &loaded.trade.items {
        let Some(fact) = facts.iter().find(|fact| fact.id == item.copy) else {
            return Err(Error::Conflict(
                "A book of this proposal is gone. Propose another list.".into(),
            ));
        };
        if fact.held_by() == Some(HeldBy::Lent) {
            return Err(Error::Conflict(format!(
                "“{}” is lent to somebody just now, so this cannot be agreed until it is back. Wait for it, change the proposal, or decline it.",
                fact.title
            )));
        }
        if fact.held_by().is_some() {
            return Err(Error::Conflict(TAKEN.into()));
        }
        let offered = match loaded.trade.kind() {
            TradeKind::Sale => fact.offers.sale.is_some(),
            TradeKind::Loan => fact.offers.loan.is_some(),
            TradeKind::Swap | TradeKind::Gift => fact.offers.can_be_asked_for(),
        };
        if !fact.listed || !offered || fact.owner_id != item.from {
            let what = match loaded.trade.kind() {
                TradeKind::Sale => "for sale",
                TradeKind::Loan => "to borrow",
                TradeKind::Swap | TradeKind::Gift => "offered for trade",
            };
            return Err(Error::Conflict(format!(
                "“{}” is no longer {what}. Change the proposal, or decline it.",
                fact.title
            )));
        }
        if fact.terms_version != item.terms {
            return Err(super::errors::refusal(
                dogear_domain::trades::TradeError::TermsChanged,
            ));
        }
    }
    proposals::freeze(conn, loaded.id, revision, wanted).await?;
    copies::hold(conn, loaded.id, wanted, now)
        .await
        .on_constraint("copy_holds_pkey", || Error::Conflict(TAKEN.into()))?;
    Ok(())
}

/// Gives copies to their receivers: unlisted, without the old owner's note, place and
/// photos, and without what a moderator hid them for, which were these. `legs` is the trade whose legs they came by; none when they go back.
async fn move_copies(
    conn: &mut PgConnection,
    items: &[Item],
    legs: Option<&Trade>,
    now: Timestamp,
) -> Result<()> {
    for item in items {
        let leg = legs.and_then(|trade| {
            let on_it =
                |leg: &&dogear_domain::trades::Leg| (leg.from, leg.to) == (item.from, item.to);
            trade.legs.iter().find(on_it).map(|leg| leg.id)
        });
        let way = if legs.is_some() {
            Handed::ByTrade { leg }
        } else {
            Handed::Back
        };
        copies::hand_on(conn, item.copy, item.from, item.to, way, now).await?;
    }
    Ok(())
}
