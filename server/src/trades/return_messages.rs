//! What both sides of a sale are told of books and money that go back.

use dogear_domain::ids::UserId;
use dogear_domain::money::Money;
use dogear_domain::trades::{LegPurpose, RETURN_DAYS, TradeState, Verb};

use super::event::Notice;
use super::event_context::{EventContext, in_words};
use super::event_messages::PartyMessage;
use crate::notifications::Kind;

impl EventContext {
    /// Whether the event is about sold books on their way back.
    pub(super) fn is_return(&self) -> bool {
        let back = self
            .leg()
            .is_some_and(|leg| leg.purpose == LegPurpose::Return);
        back && self.price().is_some()
    }

    /// What goes back of the money with the event.
    pub(super) fn refund(&self) -> Option<Money> {
        let price = self.price()?;
        Some(price.with(self.event.data.refund?))
    }

    /// What this party is told of a return; nothing where the event is about no return, or is told as
    /// everything else of its kind.
    pub(super) fn return_message(
        &self,
        user: UserId,
        verb: Verb,
        who: &str,
        base: impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> Option<PartyMessage> {
        let books = in_words(&self.titles(|_| true));
        let sells = self.sells(user);
        let said = |what: String, subject: String, button, paragraph: String| PartyMessage {
            what,
            paragraphs: vec![paragraph],
            ..base(Kind::BookReturned, subject, button)
        };
        let told = match verb {
            Verb::AskReturn => {
                let next = if self.in_person() {
                    "Agree on a place and a time to meet."
                } else {
                    "Enter your address on the page of the sale: the days to post begin then."
                };
                said(
                    format!("{who} gives back {books}"),
                    format!("{who} gives back what they bought"),
                    "See what comes next",
                    format!(
                        "You take books back within {RETURN_DAYS} days, so nobody has to agree once more. {next} When you have {} again, say so on the page: then the price goes back to {who}. If something is wrong with it, report a problem there instead.",
                        if self.items.len() == 1 { "the book" } else { "the books" }
                    ),
                )
            }
            Verb::DropReturn => said(
                if sells {
                    format!("{who} keeps {books}, and the sale stands")
                } else {
                    format!("You keep {books}, and the sale stands")
                },
                "A return has ended".into(),
                "See the sale",
                if self.event.actor_id.is_none() {
                    "Nothing was sent back in time, so the return has ended. The books stay with their buyer, and the money with the seller.".into()
                } else {
                    "The books stay with their buyer, and the money with the seller.".into()
                },
            ),
            Verb::Receive if self.is_return() => said(
                format!("{who} has {books} again"),
                format!("{who} has the returned books"),
                "See the sale",
                self.refund_words(user, who).unwrap_or_default(),
            ),
            Verb::Send | Verb::HandOver if self.is_return() && sells => PartyMessage {
                what: self.on_leg(),
                paragraphs: vec!["When you have them, say so on the page of the sale: they are yours again then, and the price goes back to the buyer. If something is wrong with them, report a problem there instead.".into()],
                ..base(
                    Kind::ParcelSent,
                    format!("{who} has sent back what they bought"),
                    "Follow the sale",
                )
            },
            _ => return None,
        };
        Some(told)
    }

    /// How much goes back, and who has to do something about it.
    pub(super) fn refund_words(&self, user: UserId, who: &str) -> Option<String> {
        let back = self.refund()?;
        let all = self.price()?;
        let amount = if back == all {
            back.said()
        } else {
            format!("{} of {}", back.said(), all.said())
        };
        let online = self.event.paid_online;
        Some(match (online, self.sells(user)) {
            (true, _) => {
                format!("{amount} goes back to the buyer from the payment service, by itself.")
            }
            (false, true) => format!(
                "Give {amount} back to {who}, as you agree in messages, and say on the page when you have."
            ),
            (false, false) => {
                format!("The seller gives {amount} back to you, as you agree in messages.")
            }
        })
    }

    /// The seller says that they have given the money back by hand.
    pub(super) fn given_back(
        &self,
        notice: Notice,
        who: &str,
        base: impl Fn(Kind, String, &'static str) -> PartyMessage,
    ) -> Option<PartyMessage> {
        let amount = (notice == Notice::GivenBack).then(|| self.refund())??;
        Some(PartyMessage {
            paragraphs: vec![format!(
                "{who} says that you have {} back. If that is not so, write to them on the page, or to us.",
                amount.said()
            )],
            ..base(
                Kind::Refunded,
                "Your money is given back".into(),
                "See the sale",
            )
        })
    }

    /// What is added to the letter about a settled problem.
    pub(super) fn settled_words(&self, user: UserId, who: &str) -> Vec<String> {
        let settled = self.event.to_state == TradeState::Resolved;
        let words = settled.then(|| self.refund_words(user, who)).flatten();
        words.into_iter().collect()
    }
}
