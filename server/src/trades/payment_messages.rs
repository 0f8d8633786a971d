//! What both sides of a sale are told of a payment online.

use dogear_domain::ids::UserId;
use dogear_domain::money::Money;

use super::event_context::EventContext;
use super::event_messages::PartyMessage;
use crate::notifications::Kind;

impl EventContext {
    pub(super) fn sells(&self, user: UserId) -> bool {
        self.items.iter().any(|item| item.from_user == user)
    }

    fn said(&self) -> String {
        self.price().map_or_else(String::new, Money::said)
    }

    /// The payment service has the buyer's money for the seller.
    pub(super) fn paid_online(
        &self,
        user: UserId,
        base: impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> PartyMessage {
        let amount = self.said();
        if self.sells(user) {
            return PartyMessage {
                until: self.send_due(user),
                deadline: "Post the book by",
                paragraphs: vec![format!(
                    "{amount} is in your account at the payment service. Your days to post begin now, or when there is an address if there is none yet."
                )],
                ..base(Kind::Paid, "Your book is paid for".into(), "See the sale")
            };
        }
        PartyMessage {
            paragraphs: vec![format!(
                "The payment service confirms that you have paid {amount}. Enter where your parcel should go, if you have not yet. If the book does not come, report a problem on the page."
            )],
            ..base(
                Kind::Paid,
                "Your payment is confirmed".into(),
                "See the sale",
            )
        }
    }

    /// The buyer began to pay, and did not.
    pub(super) fn payment_lapsed(
        &self,
        user: UserId,
        base: impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> Option<PartyMessage> {
        let due = self.event.pay_due.map(jiff_sqlx::Timestamp::to_jiff)?;
        (!self.sells(user)).then(|| PartyMessage {
            until: Some(due),
            deadline: "Pay by",
            paragraphs: vec![
                "You began to pay online, and no payment came of it: nothing was taken from you. The book is still kept for you.".into(),
            ],
            ..base(Kind::PaymentDue, "Your book is not paid for yet".into(), "Pay now")
        })
    }

    /// The buyer's money is on its way back.
    pub(super) fn money_back(
        &self,
        user: UserId,
        base: impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> PartyMessage {
        let (subject, text) = if self.sells(user) {
            (
                "The buyer’s money is given back",
                "What the buyer paid online has gone back to them from your account at the payment service.",
            )
        } else {
            (
                "Your money is given back",
                "The payment service gives back what you paid online, the way you paid it. That takes some days, often 5 to 10.",
            )
        };
        PartyMessage {
            paragraphs: vec![text.into()],
            ..base(Kind::Refunded, subject.into(), "See the sale")
        }
    }

    /// Somebody of the site has to look at the money.
    pub(super) fn money_stuck(
        &self,
        user: UserId,
        base: impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> PartyMessage {
        let text = if self.sells(user) {
            "Something is wrong with what the buyer paid online. Post nothing before the page says that it is paid. We look at it, and you need do nothing."
        } else {
            "Something is wrong with what you paid online. Do not pay again. We look at it, and you need do nothing; your money is not lost."
        };
        PartyMessage {
            paragraphs: vec![text.into()],
            ..base(
                Kind::PaymentTrouble,
                "There is trouble with a payment".into(),
                "See the sale",
            )
        }
    }
}
