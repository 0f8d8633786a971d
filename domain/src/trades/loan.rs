//! Loans: a kind of trade in which the books come back. Nothing changes owners when they arrive: a
//! second leg opens, by which they return.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::rules::{Circumstances, Ruling};
use super::{Action, Effect, Item, Leg, LegPurpose, LegState, Method, Outcome, ProblemReason};
use super::{ProposalVersion, Trade, TradeError, TradeState, Verb};
use crate::fields::FieldProblem;
use crate::ids::UserId;
use crate::lending;

/// The most days for which a book is lent at once, and by which a loan is extended from today.
pub const MOST_LOAN_DAYS: i16 = 180;
/// For so many days a book is lent unless its owner says otherwise.
pub const USUAL_LOAN_DAYS: i16 = 28;
/// Both are told that a book is overdue in the morning after its day, and so many days later.
pub const OVERDUE_DAYS: [i32; 4] = [0, 3, 10, 24];

/// What makes a trade a loan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // facts, each of its own
pub struct Loan {
    /// Until when the current revision lends the books. Once they are with the borrower, the return
    /// leg says until when: the day may have moved.
    pub due: Timestamp,
    /// How often the borrower was granted more time.
    pub renewals: i16,
    /// Until when the borrower asks to keep the books, while nobody has answered.
    pub asked: Option<Timestamp>,
    /// The lender would let the borrower keep the books for good.
    pub keep_offered: bool,
    /// The borrower has kept them for good.
    pub kept: bool,
    /// Somebody else waits for one of the books.
    pub waited_for: bool,
    /// One of the two has blocked the other.
    pub blocked: bool,
    /// The borrower was reminded that the day comes near.
    pub reminded: bool,
}

impl Loan {
    /// A loan that nobody has agreed to yet.
    #[must_use]
    pub const fn until(due: Timestamp) -> Self {
        Self {
            due,
            renewals: 0,
            asked: None,
            keep_offered: false,
            kept: false,
            waited_for: false,
            blocked: false,
            reminded: false,
        }
    }
}

/// Reads the day by which a book is wanted back, as browsers send it: the end of that day in the
/// zone of whoever typed it. It is a moment, since it is compared with the clock, and read by two
/// who may live in two zones.
///
/// # Errors
/// A sentence for the field: no day, a day that is over, or one more than [`MOST_LOAN_DAYS`] away.
pub fn read_due(typed: &str, zone: &TimeZone, now: Timestamp) -> Result<Timestamp, FieldProblem> {
    let day = lending::day(typed)?
        .ok_or_else(|| FieldProblem::from("Enter the day by which the book is to be back."))?;
    let today = now.to_zoned(zone.clone()).date();
    if day < today {
        return Err("This day is over. Enter one that is still to come.".into());
    }
    if day > today.saturating_add(i32::from(MOST_LOAN_DAYS).days()) {
        return Err(format!("Enter a day within the next {MOST_LOAN_DAYS} days.").into());
    }
    // The next day may begin at one o’clock, where the clocks change at midnight.
    day.tomorrow()
        .and_then(|next| next.to_zoned(zone.clone()))
        .map(|next| next.timestamp() - SignedDuration::from_secs(1))
        .map_err(|_| "Enter a day like 2026-12-31.".into())
}

/// The day that a form proposes, so many days from now.
#[must_use]
pub fn proposed_due(days: i16, zone: &TimeZone, now: Timestamp) -> jiff::civil::Date {
    let today = now.to_zoned(zone.clone()).date();
    today.saturating_add(i32::from(days.clamp(1, MOST_LOAN_DAYS)).days())
}

fn days(number: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * number)
}

/// Whether a book can be lent until then. Two days more than can be typed: days are as long as the
/// clocks of a zone make them.
fn check_due(due: Timestamp, now: Timestamp) -> Result<(), TradeError> {
    if due <= now {
        return Err(TradeError::DuePast);
    }
    if due > now + days(i64::from(MOST_LOAN_DAYS) + 2) {
        return Err(TradeError::DueTooFar);
    }
    Ok(())
}

impl Trade {
    /// Who lends the books.
    #[must_use]
    pub fn lender(&self) -> Option<UserId> {
        self.loan?;
        self.items.first().map(|item| item.from)
    }

    /// Who borrows them.
    #[must_use]
    pub fn borrower(&self) -> Option<UserId> {
        self.loan?;
        self.items.first().map(|item| item.to)
    }

    /// The way back of books that are lent.
    #[must_use]
    pub fn return_leg(&self) -> Option<&Leg> {
        self.legs
            .iter()
            .find(|leg| leg.purpose == LegPurpose::Return)
    }

    /// Whether the books are with the borrower, or on their way back.
    #[must_use]
    pub fn is_out(&self) -> bool {
        matches!(self.state, TradeState::Agreed | TradeState::Disputed)
            && self.loan.is_some_and(|loan| !loan.kept)
            && self
                .return_leg()
                .is_some_and(|leg| leg.state != LegState::Received)
    }

    /// Until when the books are lent, as it stands now.
    #[must_use]
    pub fn due_back(&self) -> Option<Timestamp> {
        let loan = self.loan?;
        Some(self.return_leg().map_or(loan.due, |leg| leg.send_due))
    }

    /// The loan and its return leg, while the books are with the borrower.
    fn with_borrower(&self, verb: Verb) -> Result<(Loan, &Leg), TradeError> {
        let loan = self.loan.ok_or(TradeError::NotALoan)?;
        let leg = self
            .return_leg()
            .filter(|_| self.is_out())
            .ok_or(TradeError::NotLent)?;
        if leg.state != LegState::Pending {
            return Err(TradeError::LegNotReady {
                state: leg.state,
                verb,
            });
        }
        Ok((loan, leg))
    }

    fn be(whose: Option<UserId>, user: UserId, verb: Verb) -> Result<(), TradeError> {
        if whose == Some(user) {
            return Ok(());
        }
        Err(TradeError::NotYourTurn { verb })
    }

    /// Checks the day of a proposal that lends.
    pub(super) fn check_loan(&self, around: Circumstances<'_>) -> Result<(), TradeError> {
        self.loan
            .map_or(Ok(()), |loan| check_due(loan.due, around.now))
    }

    /// Another day, or another way to exchange, for the same books.
    pub(super) fn redate(
        &self,
        user: UserId,
        seen: ProposalVersion,
        due: Timestamp,
        method: Method,
        around: Circumstances<'_>,
    ) -> Ruling {
        if self.loan.is_none() {
            return Err(TradeError::NotALoan);
        }
        check_due(due, around.now)?;
        let (to, mut effects) = self.counter_with(user, seen, &self.items, method, None, around)?;
        effects.insert(1, Effect::SetDue(due));
        Ok((to, effects))
    }

    /// Borrowed books are with the borrower: the way back opens, and nothing changes owners.
    pub(super) fn arrival_of_loan(leg: &Leg, loan: Loan) -> Vec<Effect> {
        vec![
            Effect::ClearCancelRequests,
            Effect::CreateLeg {
                from: leg.to,
                to: leg.from,
                send_due: loan.due,
                purpose: LegPurpose::Return,
            },
            Effect::ForgetAddress { party: leg.to },
        ]
    }

    pub(super) fn ask_renewal(
        &self,
        user: UserId,
        until: Timestamp,
        around: Circumstances<'_>,
    ) -> Ruling {
        Self::be(self.borrower(), user, Verb::AskRenewal)?;
        let (loan, leg) = self.with_borrower(Verb::AskRenewal)?;
        let now = around.now;
        if loan.asked.is_some() {
            return Err(TradeError::RenewalAsked);
        }
        let most = around.policy.most_renewals;
        if u16::try_from(loan.renewals).is_ok_and(|renewals| renewals >= most) {
            return Err(TradeError::TooManyRenewals { most });
        }
        if now >= leg.send_due {
            return Err(TradeError::LoanOverdue);
        }
        if now < around.policy.renewal_from(leg.send_due) {
            return Err(TradeError::RenewalTooEarly {
                days: around.policy.renewal_days,
            });
        }
        if loan.blocked {
            return Err(TradeError::NoRenewal);
        }
        if loan.waited_for {
            return Err(TradeError::WaitedFor);
        }
        Self::check_later(leg, until, now)?;
        Ok((TradeState::Agreed, vec![Effect::SetRenewal(Some(until))]))
    }

    fn check_later(leg: &Leg, until: Timestamp, now: Timestamp) -> Result<(), TradeError> {
        check_due(until, now)?;
        if until <= leg.send_due {
            return Err(TradeError::NotLater);
        }
        Ok(())
    }

    /// Whoever sends a book back needs no more time with it.
    pub(super) fn no_more_time(&self) -> Option<Effect> {
        self.loan?.asked?;
        Some(Effect::SetRenewal(None))
    }

    pub(super) fn grant_renewal(&self, user: UserId, around: Circumstances<'_>) -> Ruling {
        Self::be(self.lender(), user, Verb::GrantRenewal)?;
        let (loan, leg) = self.with_borrower(Verb::GrantRenewal)?;
        let until = loan.asked.ok_or(TradeError::NothingAsked)?;
        // Silence is a no.
        if around.now >= leg.send_due {
            return Err(TradeError::LoanOverdue);
        }
        if loan.blocked {
            return Err(TradeError::NoRenewal);
        }
        Ok((
            TradeState::Agreed,
            vec![
                Effect::SetSendDue(leg.id, until),
                Effect::SetRenewal(None),
                Effect::CountRenewal,
            ],
        ))
    }

    /// The lender's no; by the site, when they were silent until the book was due.
    pub(super) fn refuse_renewal(&self, user: Option<UserId>, around: Circumstances<'_>) -> Ruling {
        if let Some(user) = user {
            Self::be(self.lender(), user, Verb::RefuseRenewal)?;
        }
        let loan = self.loan.ok_or(TradeError::NotALoan)?;
        let leg = self.return_leg().ok_or(TradeError::NotLent)?;
        if loan.asked.is_none() {
            return Err(TradeError::NothingAsked);
        }
        if user.is_none() && around.now < leg.send_due {
            return Err(TradeError::TooEarly);
        }
        Ok((TradeState::Agreed, vec![Effect::SetRenewal(None)]))
    }

    pub(super) fn extend_loan(
        &self,
        user: UserId,
        until: Timestamp,
        around: Circumstances<'_>,
    ) -> Ruling {
        Self::be(self.lender(), user, Verb::ExtendLoan)?;
        let (loan, leg) = self.with_borrower(Verb::ExtendLoan)?;
        if loan.blocked {
            return Err(TradeError::NoRenewal);
        }
        Self::check_later(leg, until, around.now)?;
        let mut effects = vec![Effect::SetSendDue(leg.id, until)];
        effects.extend(loan.asked.map(|_| Effect::SetRenewal(None)));
        Ok((TradeState::Agreed, effects))
    }

    pub(super) fn let_keep(&self, user: UserId) -> Ruling {
        Self::be(self.lender(), user, Verb::LetKeep)?;
        let (loan, _) = self.with_borrower(Verb::LetKeep)?;
        if loan.keep_offered {
            return Err(TradeError::KeepOffered);
        }
        Ok((TradeState::Agreed, vec![Effect::OfferKeep]))
    }

    pub(super) fn agree_to_keep(&self, user: UserId) -> Ruling {
        Self::be(self.borrower(), user, Verb::AgreeToKeep)?;
        let (loan, _) = self.with_borrower(Verb::AgreeToKeep)?;
        if !loan.keep_offered {
            return Err(TradeError::NothingAsked);
        }
        Ok((TradeState::Completed, self.keep()))
    }

    /// The borrowed books become the borrower's.
    pub(super) fn keep(&self) -> Vec<Effect> {
        vec![
            Effect::Keep,
            Effect::MoveCopies(self.items.clone()),
            Effect::ReleaseHolds(self.held_copies()),
        ]
    }

    /// A party leaves the site for good while books are with the borrower or on their way there.
    pub(super) fn leave(&self, user: UserId) -> Ruling {
        let lends = self.lender() == Some(user);
        let (true, Some(leg)) = (self.is_out(), self.return_leg()) else {
            let on_its_way = self.legs.iter().any(|leg| leg.state != LegState::Pending);
            let cancels = self.party(user).is_some_and(|party| party.cancel_requested);
            if !lends || !on_its_way || cancels {
                return Err(TradeError::NotLent);
            }
            // Whoever gets it now can keep it: there is nobody to send it back to.
            return Ok((
                TradeState::Agreed,
                vec![Effect::OfferKeep, Effect::RequestCancel { party: user }],
            ));
        };
        if lends {
            return Ok((TradeState::Completed, self.keep()));
        }
        if leg.state != LegState::Pending {
            return Err(TradeError::NotLent);
        }
        Ok((
            TradeState::Disputed,
            vec![
                Effect::ClearCancelRequests,
                Effect::RequestCancel { party: user },
                Effect::OpenDispute {
                    leg: leg.id,
                    by: leg.to,
                    reason: ProblemReason::NotReturned,
                },
            ],
        ))
    }

    /// What a party who leaves the site for good does in this trade; nothing where the other side
    /// can end it alone.
    #[must_use]
    pub fn on_leaving(&self, user: UserId) -> Option<Action> {
        let asked = self.parties.iter().any(|party| party.cancel_requested);
        match self.state {
            TradeState::Agreed if self.is_out() => {
                let back = self.return_leg()?;
                let with_me = back.state == LegState::Pending;
                (self.lender() == Some(user) || with_me).then_some(Action::Leave)
            }
            // What is on its way to the seller comes, and what is not stays with its buyer. The seller
            // who leaves keeps owing the money: the buyer reports it.
            TradeState::Agreed if self.is_returning() => {
                let back = self.return_leg()?;
                let stays = back.from == user && back.state == LegState::Pending;
                stays.then_some(Action::DropReturn)
            }
            TradeState::Agreed if asked => Some(Action::ConsentToCancel),
            TradeState::Agreed
                if self.lender() == Some(user)
                    && self.legs.iter().any(|leg| leg.state != LegState::Pending) =>
            {
                Some(Action::Leave)
            }
            TradeState::Agreed => Some(Action::Cancel),
            _ => Some(Action::Resolve {
                outcome: Outcome::Cancel,
            }),
        }
    }

    /// Whether a problem with books on their way back can be reported now.
    pub(super) fn may_report_return(
        &self,
        leg: &Leg,
        reason: ProblemReason,
        around: Circumstances<'_>,
    ) -> bool {
        let now = around.now;
        if self.loan.is_none_or(|loan| loan.kept) {
            return false;
        }
        match (reason, leg.state) {
            (ProblemReason::BookLost, state) => state == LegState::Pending,
            (ProblemReason::NotReturned, LegState::Pending) => {
                self.can_leave(leg) && now >= around.policy.not_returned(leg.send_due)
            }
            (ProblemReason::NoAnswer, _) => self.waits_for_a_word(leg, around),
            (_, LegState::Pending) => false,
            (_, LegState::Sent | LegState::HandedOver) => {
                leg.receive_due.is_some_and(|due| now >= due)
            }
            (_, LegState::Lost) => true,
            (_, LegState::Received) => leg
                .received_at
                .is_some_and(|at| now < around.policy.problem_until(at)),
        }
    }

    /// How moderators can settle a dispute of this trade.
    #[must_use]
    pub fn outcomes(&self) -> &'static [Outcome] {
        use Outcome::{Cancel, Complete, Kept, Replace, Return, Returned, WrittenOff};
        if self.is_returning() {
            return &[Complete, Cancel];
        }
        if self.loan.is_none() {
            return &[Complete, Cancel, Return, Replace];
        }
        match self.return_leg().map(|leg| leg.state) {
            None => &[Cancel, Kept, WrittenOff],
            Some(LegState::Received) => &[Returned, WrittenOff],
            Some(_) => &[Returned, Kept, WrittenOff],
        }
    }

    /// How a dispute about borrowed books ends for them.
    pub(super) fn settle_loan(&self, outcome: Outcome, around: Circumstances<'_>) -> Vec<Effect> {
        let copies: Vec<_> = self.items.iter().map(|item: &Item| item.copy).collect();
        match outcome {
            Outcome::Kept => {
                let given = self.legs.iter().filter(|leg| {
                    leg.purpose == LegPurpose::Give && leg.state != LegState::Received
                });
                let mut effects: Vec<Effect> = given
                    .map(|leg| Effect::SetLeg {
                        leg: leg.id,
                        state: LegState::Received,
                        at: around.now,
                        receive_due: leg.receive_due,
                    })
                    .collect();
                effects.extend(self.keep());
                effects
            }
            Outcome::WrittenOff => vec![
                Effect::ReleaseHolds(self.held_copies()),
                Effect::Unlist(copies),
            ],
            _ => vec![Effect::ReleaseHolds(self.held_copies())],
        }
    }
}
