//! Sales: a kind of trade in which money goes the other way.

use jiff::Timestamp;

use super::rules::{Circumstances, Ruling};
use super::{CancelGround, Effect, Leg, LegState, Method, Outcome, ProposalVersion};
use super::{Trade, TradeError, TradeState, Verb};
use crate::ids::{CopyId, UserId};
use crate::money::{Currency, Money};
use crate::text_enum::text_enum;

text_enum! {
    /// What a trade is.
    pub enum TradeKind {
        /// Books for books.
        Swap => "swap",
        /// Books for nothing.
        Gift => "gift",
        /// Books for money.
        Sale => "sale",
        /// Books for a time.
        Loan => "loan",
    }
}

impl TradeKind {
    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Swap => "Swap",
            Self::Gift => "Gift",
            Self::Sale => "Sale",
            Self::Loan => "Loan",
        }
    }
}

text_enum! {
    /// Where the money of a sale is. It never passes through the site: the seller says so, or the
    /// payment service that the buyer was sent to.
    pub enum PaymentState {
        /// To be paid by the buyer.
        Due => "due",
        /// The buyer is at the payment service, or it has not said yet what came of that.
        Processing => "processing",
        /// With the seller.
        Paid => "paid",
        /// Given back, or to be given back at once.
        Refunded => "refunded",
        /// Never paid, and no longer due.
        Void => "void",
    }
}

impl PaymentState {
    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Due => "Not paid yet",
            Self::Processing => "Being paid online",
            Self::Paid => "Paid",
            Self::Refunded => "Given back",
            Self::Void => "Nothing is due",
        }
    }
}

/// For what a revision sells its books.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SaleTerms {
    /// What each copy costs, in the smallest unit of the currency.
    pub prices: Vec<(CopyId, i32)>,
    /// Of all of them.
    pub currency: Currency,
    /// What is due besides when they go by post.
    pub postage: Option<i32>,
}

impl SaleTerms {
    /// What is due for all of them on this way to exchange.
    #[must_use]
    pub fn amount(&self, method: Method) -> Money {
        let postage = match method {
            Method::Post => self.postage.unwrap_or_default(),
            Method::Meet => 0,
        };
        let minor = self
            .prices
            .iter()
            .fold(postage, |sum, (_, price)| sum.saturating_add(*price));
        Money {
            minor,
            currency: self.currency,
        }
    }
}

/// The payment of an agreed sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // facts, each of its own
pub struct Payment {
    /// Where the money is.
    pub state: PaymentState,
    /// How much it is.
    pub amount: Money,
    /// Until when it is to be paid; none where it is paid as the books are handed over.
    pub due: Option<Timestamp>,
    /// It is paid, or was paid, by a payment service.
    pub online: bool,
    /// How much of it is given back, or is to be, in its smallest unit.
    pub refunded: i32,
    /// The seller says that the buyer has that. What was paid online goes back by itself.
    pub given_back: bool,
    /// The seller takes the books back, as they said when it was agreed.
    pub takes_returns: bool,
    /// The seller sold as a trader then.
    pub by_trader: bool,
}

impl Payment {
    /// Nothing of it is paid yet.
    #[must_use]
    pub const fn of(amount: Money, due: Option<Timestamp>) -> Self {
        Self {
            state: PaymentState::Due,
            amount,
            due,
            online: false,
            refunded: 0,
            given_back: false,
            takes_returns: false,
            by_trader: false,
        }
    }

    /// What could still be given back of it.
    #[must_use]
    pub const fn left(&self) -> Money {
        self.amount.with(self.amount.minor - self.refunded)
    }

    /// What is given back of it, or is to be: “€2.00 of €8.50”, or all of it; nothing where it is
    /// not.
    #[must_use]
    pub fn refund_said(&self) -> Option<String> {
        let back = self.amount.with(self.refunded).said();
        match self.refunded {
            0 => None,
            all if all == self.amount.minor => Some(back),
            _ => Some(format!("{back} of {}", self.amount.said())),
        }
    }
}

impl Trade {
    /// What it is: a list of books with prices, until a day, of one direction, or of both.
    #[must_use]
    pub fn kind(&self) -> TradeKind {
        if self.sale.is_some() {
            return TradeKind::Sale;
        }
        if self.loan.is_some() {
            return TradeKind::Loan;
        }
        let first = self.items.first().map(|item| item.from);
        if self.items.iter().all(|item| Some(item.from) == first) {
            TradeKind::Gift
        } else {
            TradeKind::Swap
        }
    }

    /// Who is paid: the giver of the books.
    #[must_use]
    pub fn seller(&self) -> Option<UserId> {
        self.sale.as_ref()?;
        self.items.first().map(|item| item.from)
    }

    /// Whether the buyer has still to pay.
    #[must_use]
    pub fn is_unpaid(&self) -> bool {
        self.money_is(PaymentState::Due)
    }

    /// Whether the buyer is paying online just now.
    #[must_use]
    pub fn is_processing(&self) -> bool {
        self.money_is(PaymentState::Processing)
    }

    fn money_is(&self, state: PaymentState) -> bool {
        self.payment.is_some_and(|payment| payment.state == state)
    }

    fn is_paid(&self) -> bool {
        self.money_is(PaymentState::Paid)
    }

    /// Another price, or another way to exchange, for the same books.
    pub(super) fn haggle(
        &self,
        user: UserId,
        seen: ProposalVersion,
        terms: &SaleTerms,
        method: Method,
        around: Circumstances<'_>,
    ) -> Ruling {
        if self.sale.is_none() {
            return Err(TradeError::NotForSale);
        }
        self.counter_with(user, seen, &self.items, method, Some(terms), around)
    }

    /// The seller has the money.
    pub(super) fn mark_paid(&self, user: UserId, around: Circumstances<'_>) -> Ruling {
        if self.seller() != Some(user) {
            return Err(TradeError::NotYourTurn {
                verb: Verb::MarkPaid,
            });
        }
        if self.is_processing() {
            return Err(TradeError::PaymentUnderWay);
        }
        if !self.is_unpaid() {
            return Err(TradeError::NothingDue);
        }
        Ok((TradeState::Agreed, self.money_is_there(around)))
    }

    /// The days to post begin with the money.
    fn money_is_there(&self, around: Circumstances<'_>) -> Vec<Effect> {
        let mut effects = vec![Effect::SetPayment(PaymentState::Paid)];
        effects.extend(
            self.pending_legs()
                .map(|leg| Effect::SetSendDue(leg.id, around.policy.send_due(around.now))),
        );
        effects
    }

    /// The buyer goes to the payment service. What changes hands in person is paid by hand.
    pub(super) fn start_payment(&self, user: UserId, around: Circumstances<'_>) -> Ruling {
        if self.seller().is_none_or(|seller| seller == user) {
            return Err(TradeError::NotYourTurn {
                verb: Verb::StartPayment,
            });
        }
        if self.is_processing() {
            return Err(TradeError::PaymentUnderWay);
        }
        if !self.is_unpaid() {
            return Err(TradeError::NothingDue);
        }
        let due = self.payment.and_then(|payment| payment.due);
        if self.method != Method::Post || due.is_some_and(|due| around.now >= due) {
            return Err(TradeError::NotPayable);
        }
        Ok((
            TradeState::Agreed,
            vec![Effect::SetPayment(PaymentState::Processing)],
        ))
    }

    /// The payment service has the money, which counts if it is what was due.
    pub(super) fn confirm_payment(&self, paid: Money, around: Circumstances<'_>) -> Ruling {
        let payment = self.payment.filter(|_| self.is_processing());
        let payment = payment.ok_or(TradeError::NothingDue)?;
        if payment.amount != paid {
            return Err(TradeError::OtherAmount);
        }
        Ok((self.state, self.money_is_there(around)))
    }

    /// No money comes of what the buyer began: it is due as before.
    pub(super) fn lapse_payment(&self) -> Ruling {
        if !self.is_processing() {
            return Err(TradeError::NothingDue);
        }
        Ok((self.state, vec![Effect::SetPayment(PaymentState::Due)]))
    }

    /// Nobody has paid in time.
    pub(super) fn unpaid(&self, around: Circumstances<'_>) -> Ruling {
        let due = self.payment.and_then(|payment| payment.due);
        if !self.is_unpaid() || due.is_none_or(|due| around.now < due) {
            return Err(TradeError::TooEarly);
        }
        Ok((TradeState::Cancelled, self.call_off(CancelGround::Unpaid)))
    }

    fn pending_legs(&self) -> impl Iterator<Item = &Leg> {
        self.legs
            .iter()
            .filter(|leg| leg.state == LegState::Pending)
    }

    /// What agreement makes due.
    pub(super) fn owed(&self, around: Circumstances<'_>) -> Option<Effect> {
        let amount = self.sale.as_ref()?.amount(self.method);
        let due = match self.method {
            Method::Post => Some(around.policy.pay_due(around.now)),
            Method::Meet => None,
        };
        Some(Effect::Owe(Payment::of(amount, due)))
    }

    /// Until when the books of an agreement of now are to be sent: of a sale by post, once there was
    /// time to pay.
    pub(super) fn first_send_due(&self, around: Circumstances<'_>) -> Timestamp {
        let from = if self.sale.is_some() && self.method == Method::Post {
            around.policy.pay_due(around.now)
        } else {
            around.now
        };
        around.policy.send_due(from)
    }

    /// Books in person are paid as they are handed over.
    pub(super) fn paid_by_hand(&self) -> Option<Effect> {
        self.is_unpaid()
            .then_some(Effect::SetPayment(PaymentState::Paid))
    }

    /// Books that are not paid for do not leave, and whoever has not paid does not have them.
    pub(super) fn check_paid(&self) -> Result<(), TradeError> {
        if self.is_unpaid() {
            return Err(TradeError::NotPaid);
        }
        self.check_not_under_way()
    }

    /// Nothing is decided about money of which nobody knows yet where it goes.
    pub(super) fn check_not_under_way(&self) -> Result<(), TradeError> {
        if self.is_processing() {
            return Err(TradeError::PaymentUnderWay);
        }
        Ok(())
    }

    /// Whether a party may end the trade alone: money that was paid by hand is given back by the
    /// seller, so nobody ends it without them. What was paid online goes back by itself.
    pub(super) fn may_end_alone(&self, user: UserId) -> bool {
        let online = self.payment.is_some_and(|payment| payment.online);
        !self.is_paid() || online || self.seller() == Some(user)
    }

    /// What becomes of the money of a trade that is called off.
    pub(super) fn money_back(&self) -> Option<Effect> {
        let payment = self.payment?;
        match payment.state {
            // What is paid all the same is given back.
            PaymentState::Due | PaymentState::Processing => {
                Some(Effect::SetPayment(PaymentState::Void))
            }
            PaymentState::Paid => Some(Effect::GiveBack(payment.left().minor)),
            PaymentState::Refunded | PaymentState::Void => None,
        }
    }

    /// What becomes of it when a dispute ends so: the money follows the books.
    pub(super) fn money_settled(&self, outcome: Outcome) -> Option<Effect> {
        if self.is_returning() {
            return self.money_of_settled_return(outcome);
        }
        let received = self.legs.iter().all(|leg| leg.state == LegState::Received);
        match outcome {
            // Refused before while it is being paid.
            Outcome::Complete => self.paid_by_hand(),
            // The books stay where they are.
            Outcome::Cancel | Outcome::Replace if received => self.paid_by_hand(),
            _ => self.money_back(),
        }
    }

    /// Whether this actor is a party who may say that something is wrong with the payment.
    pub(super) fn may_contest_payment(&self, actor: UserId) -> bool {
        self.payment.is_some() && self.party(actor).is_some()
    }
}
