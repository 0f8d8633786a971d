//! The deadlines and limits of trades, which an admin can change.

use jiff::{SignedDuration, Timestamp};

use super::TradeError;

/// The deadlines (in days of 24 hours, where nothing else is said) and limits of trades. Missing keys of stored settings take
/// their defaults.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Policy {
    /// How long a proposal can be answered.
    pub reply_days: u16,
    /// When its parties are reminded, counted from the proposal.
    pub reply_reminder_days: u16,
    /// How long a giver may take to send, counted from agreement.
    pub send_days: u16,
    /// When the giver is reminded, counted from agreement.
    pub send_reminder_days: u16,
    /// How long after the sending deadline the other side may cancel alone.
    pub overdue_cancel_days: u16,
    /// When the receiver of a parcel is asked about it, counted from sending.
    pub post_reminder_days: u16,
    /// When the receiver of books given in person is asked about them, counted from the meeting.
    pub meet_reminder_days: u16,
    /// How long the receiver may take to confirm them before their giver can report it.
    pub meet_confirm_days: u16,
    /// When a parcel counts as lost, counted from sending.
    pub lost_days: u16,
    /// The same for a parcel to another country.
    pub lost_abroad_days: u16,
    /// How long after receipt a problem can be reported.
    pub problem_days: u16,
    /// The most revisions of one trade.
    pub max_revisions: i32,
    /// The most open proposals of a member who has not completed a trade.
    pub new_member_open_proposals: u32,
    /// How long the buyer may take to pay for what is posted, counted from agreement.
    pub pay_days: u16,
    /// For how many minutes a buyer who pays online can do so at the payment service.
    pub checkout_minutes: u16,
    /// The most sales of one member in a year.
    pub sales_in_a_year: u16,
    /// For how much one member may sell in a year, in euros.
    pub euros_in_a_year: u16,
    /// How often a borrower can be granted more time; the lender can extend a loan on their own.
    pub most_renewals: u16,
    /// In how many days before a book is due its borrower can ask for more time.
    pub renewal_days: u16,
    /// When a borrower is reminded, counted back from the day on which the book is due.
    pub due_reminder_days: u16,
    /// Whoever has a book that is overdue for so long borrows no other.
    pub overdue_stop_days: u16,
    /// When a lender can report a book that does not come back, counted from the day on which it was due.
    pub not_returned_days: u16,
    /// How long somebody may take to answer when a book is offered to them, in hours.
    pub gift_offer_hours: u16,
    /// For how many books that are given away one member may wait at once.
    pub open_asks: u16,
    /// The most gifts of one member in 30 days.
    pub gifts_a_month: u16,
    /// How long somebody is a member before they may ask for what is given away.
    pub ask_account_days: u16,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            reply_days: 7,
            reply_reminder_days: 5,
            send_days: 7,
            send_reminder_days: 5,
            overdue_cancel_days: 3,
            post_reminder_days: 14,
            meet_reminder_days: 2,
            meet_confirm_days: 7,
            lost_days: 26,
            lost_abroad_days: 35,
            problem_days: 7,
            max_revisions: 10,
            new_member_open_proposals: 3,
            pay_days: 7,
            checkout_minutes: 60,
            sales_in_a_year: 29,
            euros_in_a_year: 2000,
            most_renewals: 2,
            renewal_days: 7,
            due_reminder_days: 3,
            overdue_stop_days: 7,
            not_returned_days: 30,
            gift_offer_hours: 48,
            open_asks: 5,
            gifts_a_month: 3,
            ask_account_days: 7,
        }
    }
}

impl Policy {
    /// Until when a proposal made or changed now can be accepted.
    #[must_use]
    pub fn reply_due(&self, now: Timestamp) -> Timestamp {
        after(now, self.reply_days)
    }

    /// Those who have not answered a proposal are reminded now when it is due by then.
    #[must_use]
    pub fn remind_replies_due_by(&self, now: Timestamp) -> Timestamp {
        after(
            now,
            self.reply_days.saturating_sub(self.reply_reminder_days),
        )
    }

    /// Until when a leg agreed now is to be sent or handed over.
    #[must_use]
    pub fn send_due(&self, agreed: Timestamp) -> Timestamp {
        after(agreed, self.send_days)
    }

    /// Until when a sale by post agreed now is to be paid.
    #[must_use]
    pub fn pay_due(&self, agreed: Timestamp) -> Timestamp {
        after(agreed, self.pay_days)
    }

    /// Until when the payment service takes what a buyer begins to pay now.
    #[must_use]
    pub fn checkout_until(&self, now: Timestamp) -> Timestamp {
        now.checked_add(SignedDuration::from_mins(i64::from(self.checkout_minutes)))
            .unwrap_or(Timestamp::MAX)
    }

    /// Checks whether a member may sell once more who has sold so often this year, and for so much
    /// together with this sale, in cents of euros.
    ///
    /// # Errors
    /// [`TradeError::TooManySales`].
    pub fn check_sales(&self, sold: i64, euro_cents: i64) -> Result<(), TradeError> {
        if sold >= i64::from(self.sales_in_a_year)
            || euro_cents > i64::from(self.euros_in_a_year) * 100
        {
            return Err(TradeError::TooManySales {
                sales: self.sales_in_a_year,
                euros: self.euros_in_a_year,
            });
        }
        Ok(())
    }

    /// The giver of a pending leg is reminded now when it is due by then.
    #[must_use]
    pub fn remind_sending_due_by(&self, now: Timestamp) -> Timestamp {
        after(now, self.send_days.saturating_sub(self.send_reminder_days))
    }

    /// From when the receiver of a leg that is still pending may cancel alone.
    #[must_use]
    pub fn overdue_cancel(&self, send_due: Timestamp) -> Timestamp {
        after(send_due, self.overdue_cancel_days)
    }

    /// The receiver of a parcel is asked now whether it has arrived when it was sent by then.
    #[must_use]
    pub fn remind_of_sent_by(&self, now: Timestamp) -> Timestamp {
        before(now, self.post_reminder_days)
    }

    /// The receiver of books given in person is asked about them now when that was by then.
    #[must_use]
    pub fn remind_of_met_by(&self, now: Timestamp) -> Timestamp {
        before(now, self.meet_reminder_days)
    }

    /// Until when the receiver of books given in person now is to confirm them.
    #[must_use]
    pub fn meet_confirm(&self, handed_over: Timestamp) -> Timestamp {
        after(handed_over, self.meet_confirm_days)
    }

    /// When a parcel counts as lost.
    #[must_use]
    pub fn lost(&self, sent: Timestamp, abroad: bool) -> Timestamp {
        after(
            sent,
            if abroad {
                self.lost_abroad_days
            } else {
                self.lost_days
            },
        )
    }

    /// Until when a problem with a received leg can be reported.
    #[must_use]
    pub fn problem_until(&self, received: Timestamp) -> Timestamp {
        after(received, self.problem_days)
    }

    /// From when the borrower of a book that is due then can ask for more time.
    #[must_use]
    pub fn renewal_from(&self, due: Timestamp) -> Timestamp {
        before(due, self.renewal_days)
    }

    /// Whoever has a book that was due by then borrows no other now.
    #[must_use]
    pub fn stop_borrowing_due_by(&self, now: Timestamp) -> Timestamp {
        before(now, self.overdue_stop_days)
    }

    /// From when the lender of a book that was due then can report that it does not come back.
    #[must_use]
    pub fn not_returned(&self, due: Timestamp) -> Timestamp {
        after(due, self.not_returned_days)
    }

    /// Until when books that came then can be given back to a seller who takes them.
    #[must_use]
    pub fn return_until(&self, received: Timestamp) -> Timestamp {
        after(received, super::RETURN_DAYS)
    }

    /// Whatever was to be sent by then, and was not, is overdue now for so long that it can end.
    #[must_use]
    pub fn overdue_since(&self, now: Timestamp) -> Timestamp {
        before(now, self.overdue_cancel_days)
    }

    /// Checks whether a member may make one more proposal.
    ///
    /// # Errors
    /// [`TradeError::TooManyProposals`] for a member without a completed trade who has as many
    /// open proposals as are allowed.
    pub fn check_open_proposals(&self, completed: u64, open: u64) -> Result<(), TradeError> {
        if completed == 0 && open >= u64::from(self.new_member_open_proposals) {
            return Err(TradeError::TooManyProposals {
                max: self.new_member_open_proposals,
            });
        }
        Ok(())
    }
}

fn span(days: u16) -> SignedDuration {
    SignedDuration::from_hours(24 * i64::from(days))
}

fn after(from: Timestamp, days: u16) -> Timestamp {
    from.checked_add(span(days)).unwrap_or(Timestamp::MAX)
}

fn before(from: Timestamp, days: u16) -> Timestamp {
    from.checked_sub(span(days)).unwrap_or(Timestamp::MIN)
}
