//! The numbers of the policy one by one: what each means and how far it may go.

use super::Policy;
use crate::fields::FieldErrors;
use crate::text_enum::text_enum;

text_enum! {
    /// One number of a [`Policy`]. The word is its key in the stored settings.
    pub enum Setting {
        /// [`Policy::reply_days`].
        ReplyDays => "reply_days",
        /// [`Policy::reply_reminder_days`].
        ReplyReminderDays => "reply_reminder_days",
        /// [`Policy::max_revisions`].
        MaxRevisions => "max_revisions",
        /// [`Policy::new_member_open_proposals`].
        NewMemberOpenProposals => "new_member_open_proposals",
        /// [`Policy::send_days`].
        SendDays => "send_days",
        /// [`Policy::send_reminder_days`].
        SendReminderDays => "send_reminder_days",
        /// [`Policy::overdue_cancel_days`].
        OverdueCancelDays => "overdue_cancel_days",
        /// [`Policy::post_reminder_days`].
        PostReminderDays => "post_reminder_days",
        /// [`Policy::meet_reminder_days`].
        MeetReminderDays => "meet_reminder_days",
        /// [`Policy::meet_confirm_days`].
        MeetConfirmDays => "meet_confirm_days",
        /// [`Policy::lost_days`].
        LostDays => "lost_days",
        /// [`Policy::lost_abroad_days`].
        LostAbroadDays => "lost_abroad_days",
        /// [`Policy::problem_days`].
        ProblemDays => "problem_days",
        /// [`Policy::pay_days`].
        PayDays => "pay_days",
        /// [`Policy::checkout_minutes`].
        CheckoutMinutes => "checkout_minutes",
        /// [`Policy::sales_in_a_year`].
        SalesInAYear => "sales_in_a_year",
        /// [`Policy::euros_in_a_year`].
        EurosInAYear => "euros_in_a_year",
        /// [`Policy::most_renewals`].
        MostRenewals => "most_renewals",
        /// [`Policy::renewal_days`].
        RenewalDays => "renewal_days",
        /// [`Policy::due_reminder_days`].
        DueReminderDays => "due_reminder_days",
        /// [`Policy::overdue_stop_days`].
        OverdueStopDays => "overdue_stop_days",
        /// [`Policy::not_returned_days`].
        NotReturnedDays => "not_returned_days",
        /// [`Policy::gift_offer_hours`].
        GiftOfferHours => "gift_offer_hours",
        /// [`Policy::open_asks`].
        OpenAsks => "open_asks",
        /// [`Policy::gifts_a_month`].
        GiftsAMonth => "gifts_a_month",
        /// [`Policy::ask_account_days`].
        AskAccountDays => "ask_account_days",
    }
}

/// Where a setting belongs on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingGroup {
    /// Before everybody has said yes.
    Proposals,
    /// From agreement to the post office.
    Sending,
    /// From the post office on.
    Arrival,
    /// What is sold.
    Sales,
    /// What is lent.
    Loans,
    /// What is given away in rounds.
    Rounds,
}

impl SettingGroup {
    /// Every group, in the order of a trade's life.
    pub const ALL: [Self; 6] = [
        Self::Proposals,
        Self::Sending,
        Self::Arrival,
        Self::Sales,
        Self::Loans,
        Self::Rounds,
    ];

    /// The heading over the group.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Proposals => "Proposals",
            Self::Sending => "Sending",
            Self::Arrival => "Arrival and problems",
            Self::Sales => "Sales",
            Self::Loans => "Loans",
            Self::Rounds => "Give-away rounds",
        }
    }
}

/// What there is to know of a [`Setting`].
struct Row {
    group: SettingGroup,
    label: &'static str,
    unit: &'static str,
    bounds: (u16, u16),
    get: fn(&Policy) -> u16,
    put: fn(&mut Policy, u16),
}

/// A [`Row`] about this field of the policy.
macro_rules! row {
    ($field:ident, $group:ident, $label:literal, $unit:literal, $least:literal..=$most:literal) => {
        Row {
            group: SettingGroup::$group,
            label: $label,
            unit: $unit,
            bounds: ($least, $most),
            get: |policy| policy.$field.try_into().unwrap_or(u16::MAX),
            put: |policy, number| policy.$field = number.into(),
        }
    };
}

impl Setting {
    /// All of them, a row each. A trade's table has room for ten revisions.
    #[rustfmt::skip]
    const fn row(self) -> Row {
        match self {
            Self::ReplyDays => row!(reply_days, Proposals, "Time to answer a proposal", "Days after the proposal", 2..=60),
            Self::ReplyReminderDays => row!(reply_reminder_days, Proposals, "Reminder to answer", "Days after the proposal", 1..=59),
            Self::MaxRevisions => row!(max_revisions, Proposals, "Versions of a proposal", "Versions, the first one included", 1..=10),
            Self::NewMemberOpenProposals => row!(new_member_open_proposals, Proposals, "Open proposals of a new member", "Proposals, until the first trade is completed", 1..=50),
            Self::SendDays => row!(send_days, Sending, "Time to send the books", "Days after the agreement", 2..=60),
            Self::SendReminderDays => row!(send_reminder_days, Sending, "Reminder to send", "Days after the agreement", 1..=59),
            Self::OverdueCancelDays => row!(overdue_cancel_days, Sending, "Wait before cancelling alone", "Days after the last day for sending", 0..=30),
            Self::PostReminderDays => row!(post_reminder_days, Arrival, "Question whether it has arrived", "Days after sending", 1..=119),
            Self::MeetReminderDays => row!(meet_reminder_days, Arrival, "Question whether the meeting took place", "Days after handing over", 1..=59),
            Self::MeetConfirmDays => row!(meet_confirm_days, Arrival, "Time to confirm books given in person", "Days after handing over", 2..=60),
            Self::LostDays => row!(lost_days, Arrival, "A parcel counts as lost", "Days after sending", 7..=120),
            Self::LostAbroadDays => row!(lost_abroad_days, Arrival, "A parcel abroad counts as lost", "Days after sending", 7..=120),
            Self::ProblemDays => row!(problem_days, Arrival, "Time to report a problem", "Days after receipt", 2..=60),
            Self::PayDays => row!(pay_days, Sales, "Time to pay for what is posted", "Days after the agreement", 1..=30),
            Self::CheckoutMinutes => row!(checkout_minutes, Sales, "Time to pay online", "Minutes from opening the payment page; the sale stays due if they pass", 35..=1440),
            Self::SalesInAYear => row!(sales_in_a_year, Sales, "Sales of one reader", "Sales in a calendar year", 0..=1000),
            Self::EurosInAYear => row!(euros_in_a_year, Sales, "Money for what one reader sells", "Euros in a calendar year", 0..=60000),
            Self::MostRenewals => row!(most_renewals, Loans, "Renewals of a loan", "Times that its borrower can be granted more time", 0..=20),
            Self::RenewalDays => row!(renewal_days, Loans, "Time to ask for more time", "Days before the book is due", 1..=60),
            Self::DueReminderDays => row!(due_reminder_days, Loans, "Reminder that a book is due", "Days before it is", 1..=30),
            Self::OverdueStopDays => row!(overdue_stop_days, Loans, "No other book while one is overdue", "Days after it was due", 0..=90),
            Self::NotReturnedDays => row!(not_returned_days, Loans, "A lender can report an overdue book", "Days after it was due", 1..=180),
            Self::GiftOfferHours => row!(gift_offer_hours, Rounds, "Time to take a book that is offered", "Hours", 12..=168),
            Self::OpenAsks => row!(open_asks, Rounds, "Books that one reader waits for at once", "Rounds", 1..=50),
            Self::GiftsAMonth => row!(gifts_a_month, Rounds, "Gifts of one reader", "Books in 30 days", 1..=50),
            Self::AskAccountDays => row!(ask_account_days, Rounds, "Membership before the first wish", "Days since registering", 0..=90),
        }
    }

    /// Its part of the page.
    #[must_use]
    pub const fn group(self) -> SettingGroup {
        self.row().group
    }

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        self.row().label
    }

    /// What is counted, and from when.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        self.row().unit
    }

    /// The least and the most it can be.
    #[must_use]
    pub const fn bounds(self) -> (u16, u16) {
        self.row().bounds
    }

    /// Reads what was typed.
    ///
    /// # Errors
    /// Says which numbers are possible.
    pub fn parse(self, typed: &str) -> Result<u16, String> {
        let (least, most) = self.bounds();
        typed
            .trim()
            .parse()
            .ok()
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| {
                format!(
                    "{}: enter a whole number from {least} to {most}.",
                    self.label()
                )
            })
    }

    /// Its number in a policy.
    #[must_use]
    pub fn of(self, policy: &Policy) -> u16 {
        (self.row().get)(policy)
    }

    /// Puts its number into a policy.
    pub fn put(self, policy: &mut Policy, number: u16) {
        (self.row().put)(policy, number);
    }
}

impl Policy {
    /// Checks that the numbers fit each other: a reminder comes before what it reminds of.
    ///
    /// # Errors
    /// A sentence for each number that has to give way, under its setting's word.
    pub fn check(&self) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::new();
        for (early, late) in [
            (Setting::ReplyReminderDays, Setting::ReplyDays),
            (Setting::SendReminderDays, Setting::SendDays),
            (Setting::PostReminderDays, Setting::LostDays),
            (Setting::MeetReminderDays, Setting::MeetConfirmDays),
        ] {
            if early.of(self) >= late.of(self) {
                errors.add(
                    early.as_str(),
                    format!(
                        "{}: enter less than {}, which is “{}”.",
                        early.label(),
                        late.of(self),
                        late.label()
                    ),
                );
            }
        }
        if self.lost_abroad_days < self.lost_days {
            errors.add(
                Setting::LostAbroadDays.as_str(),
                format!(
                    "{}: enter {} or more, as within a country.",
                    Setting::LostAbroadDays.label(),
                    self.lost_days
                ),
            );
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_the_policy_has_a_setting_and_a_lawful_default() {
        let policy = Policy::default();
        let stored = serde_json::to_value(&policy).unwrap();
        let keys: Vec<&String> = stored.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), Setting::ALL.len());
        for &setting in Setting::ALL {
            let number = setting.of(&policy);
            assert_eq!(stored[setting.as_str()], number, "{setting}");
            assert_eq!(setting.parse(&format!(" {number} ")), Ok(number));
            let mut other = policy.clone();
            setting.put(&mut other, number + 1);
            assert_eq!(setting.of(&other), number + 1);
            assert_ne!(other, policy);
        }
        assert_eq!(policy.check(), Ok(()));
    }

    #[test]
    fn numbers_beyond_their_bounds_are_refused() {
        for &setting in Setting::ALL {
            let (least, most) = setting.bounds();
            assert!(setting.parse(&least.to_string()).is_ok());
            assert!(setting.parse(&most.to_string()).is_ok());
            for typed in [
                (i32::from(least) - 1).to_string(),
                (i32::from(most) + 1).to_string(),
                "70000".into(),
                String::new(),
                "a week".into(),
                "2.5".into(),
            ] {
                assert!(setting.parse(&typed).is_err(), "{setting} {typed}");
            }
        }
    }

    #[test]
    fn reminders_come_first_and_borders_take_longer() {
        let policy = Policy {
            reply_reminder_days: 7,
            lost_abroad_days: 25,
            ..Policy::default()
        };
        let errors = policy.check().unwrap_err();
        let wrong: Vec<&str> = errors.iter().map(|(name, _)| name).collect();
        assert_eq!(wrong, ["reply_reminder_days", "lost_abroad_days"]);
        let as_long = Policy {
            lost_abroad_days: policy.lost_days,
            ..Policy::default()
        };
        assert_eq!(as_long.check(), Ok(()));
    }
}
