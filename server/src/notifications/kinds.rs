//! What readers are told about, and what they can choose.

use super::{Facts, Group, loan_words};

/// Declares the kinds, each with its stored word, group, mail default, label and description.
macro_rules! kinds {
    ($( $kind:ident, $word:literal, $group:ident, $mail:literal, $label:literal, $description:literal; )+) => {
        /// Something a reader is told about. The word is stored.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Kind {
            $( #[doc = $description] #[serde(rename = $word)] $kind, )+
        }

        impl Kind {
            /// Every kind, in the order of the settings page.
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            /// The stored word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $word),+ }
            }

            /// The kind with this stored word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$kind),)+ _ => None }
            }

            /// Where it stands on the settings page.
            pub const fn group(self) -> Group {
                match self { $(Self::$kind => Group::$group),+ }
            }

            /// Whether mail is sent until the reader chooses.
            pub const fn mail_by_default(self) -> bool {
                match self { $(Self::$kind => $mail),+ }
            }

            /// A few words for the settings page.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$kind => $label),+ }
            }

            /// A sentence for the settings page.
            pub const fn description(self) -> &'static str {
                match self { $(Self::$kind => $description),+ }
            }
        }
    };
}

kinds! {
    TradeProposed, "trade_proposed", Proposals, true, "A new proposal", "Somebody proposes a trade to you, or would buy a book of yours.";
    TradeCountered, "trade_countered", Proposals, true, "A counter-proposal", "The other side answers with other books, or with another price.";
    TradeAgreed, "trade_accepted", Proposals, true, "A trade is agreed", "Everybody has said yes, and it is time to send.";
    TradeDeclined, "trade_declined", Proposals, true, "A proposal is declined", "The other side says no.";
    TradeWithdrawn, "trade_withdrawn", Proposals, false, "A proposal is withdrawn", "The other side takes a proposal back.";
    TradeExpired, "trade_expired", Proposals, true, "A proposal runs out", "Nobody answered in time.";
    TradeSuperseded, "trade_superseded", Proposals, true, "A book has gone elsewhere", "A book of the proposal was agreed in another trade, or is no longer offered.";
    TermsChanged, "terms_changed", Proposals, true, "A book has changed", "The owner of a book in a proposal changed its description, so you are asked again.";
    GiftOffered, "gift_offered", Proposals, true, "A book can be yours", "A book that is given away, and for which you have asked, is offered to you.";
    GiftNotDrawn, "gift_not_drawn", Proposals, false, "A book goes to somebody else", "A book for which you have asked was taken by another reader, or is not given away any more.";
    GiftUnclaimed, "gift_unclaimed", Proposals, true, "Nobody takes your gift", "Nobody has asked for a book that you give away, or nobody took it.";
    AddressGiven, "address_given", RunningTrades, true, "An address is there", "The other side has entered where your parcel goes.";
    PaymentMarked, "payment_marked", RunningTrades, true, "Your payment is noted", "The seller of a book that you buy says that the money is there.";
    PaymentDue, "payment_due", RunningTrades, true, "A payment is still due", "You began to pay for a book online, and no payment came of it.";
    Paid, "paid", RunningTrades, true, "A payment online", "A book that you sell or buy is paid for online.";
    Refunded, "refunded", RunningTrades, true, "Money is given back", "What was paid for a book goes back to its buyer.";
    BookReturned, "book_returned", RunningTrades, true, "A sold book goes back", "The buyer of a book gives it back or keeps it after all, or its seller has it again.";
    PaymentTrouble, "payment_trouble", RunningTrades, true, "Trouble with a payment", "Something is wrong with what was paid online for a book, and we look at it.";
    ParcelSent, "parcel_sent", RunningTrades, true, "A parcel is on its way", "The other side has sent your books, or handed them over.";
    ParcelReceived, "parcel_received", RunningTrades, true, "Your parcel has arrived", "The other side has your books.";
    TradeCompleted, "trade_completed", RunningTrades, true, "A trade is completed", "All books have arrived.";
    TradeCancelled, "trade_cancelled", RunningTrades, true, "A trade is cancelled", "An agreed trade ends without the books changing hands.";
    CancelRequested, "cancel_requested", RunningTrades, true, "Somebody wants to cancel", "The other side asks you to agree to cancel.";
    ProblemReported, "problem_reported", RunningTrades, true, "A problem is reported", "The other side reports a problem, and a moderator looks at the trade.";
    ProblemSettled, "problem_settled", RunningTrades, true, "A problem is settled", "A reported problem in one of your trades has come to an end.";
    RenewalAsked, "renewal_asked", RunningTrades, true, "Somebody asks for more time", "Whoever has borrowed a book of yours would have it longer.";
    RenewalAnswered, "renewal_answered", RunningTrades, true, "More time with a book, or none", "The owner of a book that you have borrowed gives you more time, or does not.";
    KeepOffered, "keep_offered", RunningTrades, true, "You may keep a book", "The owner of a book that you have borrowed would let you keep it.";
    BookBack, "book_back", RunningTrades, true, "A book is back", "A book that was lent, and for which you waited, can be asked for again.";
    MeetingChanged, "meeting_changed", RunningTrades, true, "A meeting at an event", "The other side names an event at which your books change hands, or takes it back; or it is moved or cancelled.";
    MeetingHere, "meeting_here", RunningTrades, false, "You meet at an event", "You or the other side are let in at the event at which your books change hands.";
    TradeMessage, "trade_message", RunningTrades, true, "A message", "Somebody writes to you in a trade.";
    ReplyReminder, "reply_reminder", Reminders, true, "An answer is due", "A proposal waits for you and is about to run out.";
    SendReminder, "send_reminder", Reminders, true, "A parcel or a meeting is due", "You agreed to send books or to hand them over, and have not marked them so.";
    AddressReminder, "address_reminder", Reminders, true, "An address is missing", "Books cannot be sent to you before you enter where they should go.";
    ArrivalReminder, "arrival_reminder", Reminders, true, "Has it arrived?", "Books for you should have arrived by now.";
    ParcelOverdue, "parcel_overdue", Reminders, true, "A parcel or a meeting is overdue", "Books have not been sent or handed over in time, yours or those for you.";
    ParcelLost, "parcel_lost", Reminders, true, "A parcel is presumed lost", "A parcel has been on its way for too long.";
    LoanDueSoon, "loan_due_soon", Reminders, true, "A borrowed book is due soon", "A book that you have borrowed is to be back in three days.";
    LoanOverdue, "loan_overdue", Reminders, true, "A book is overdue", "The day has passed on which a book was to be back, that you have borrowed or lent.";
    OutsideLoanDue, "outside_loan_due", Reminders, true, "A book you have lent is due", "Somebody outside Dogear was to bring a book of yours back, and the day has passed.";
    SeatsConfirmed, "seats_confirmed", Events, true, "Your seats", "You have taken seats at an event, or changed how many: when and where it is.";
    SeatsGivenBack, "seats_given_back", Events, true, "Seats given back", "You have given back seats at an event: the mail takes it out of your calendar.";
    WaitingJoined, "waiting_joined", Events, true, "A place on a waiting list", "You have asked for seats at an event that is full: which place on the list you have.";
    SeatsGranted, "seats_granted", Events, true, "Seats from the waiting list", "Seats have come free at an event for which you waited, and are yours.";
    SeatsOffered, "seats_offered", Events, true, "Seats are offered", "Seats have come free at an event for which you waited, and are kept for you until you answer.";
    OfferLapsed, "offer_lapsed", Events, false, "An offer of seats runs out", "You did not answer in time, and the seats are no longer kept for you.";
    SeatsGivenOn, "seats_given_on", Events, true, "Seats given on", "You were not at an event in time, and your seats went to readers who were waiting at the door.";
    WaitingClosed, "waiting_closed", Events, true, "A waiting list ends", "No seats came free at an event for which you waited. The mail names other dates of its series that have some.";
    TransferOffered, "transfer_offered", Events, true, "Seats from another guest", "Somebody who cannot come offers you their seats at an event.";
    TransferAccepted, "transfer_accepted", Events, true, "Your seats are taken over", "Somebody has taken seats that you have offered them.";
    TransferDeclined, "transfer_declined", Events, true, "Your seats are not taken over", "Somebody does not take the seats that you have offered them.";
    EventChanged, "event_changed", Events, true, "An event is moved", "An event at which you have seats, or wait for some, is at another time or place, has another link online, or gives seats of late guests to others sooner.";
    EventCancelled, "event_cancelled", Events, true, "An event is cancelled", "An event at which you had seats, or waited for some, does not take place.";
    EventInDays, "event_in_days", Events, true, "Three days before an event", "An event at which you have seats is in three days.";
    EventToday, "event_today", Events, false, "The morning of an event", "An event at which you have seats is today.";
    EventSoon, "event_soon", Events, true, "Three hours before an event", "An event at which you have seats begins in three hours.";
    AfterEvent, "after_event", Events, true, "The day after an event", "An event at which you were is over: how was it, and what comes next?";
    HostMessage, "host_message", Events, true, "A message from a host", "The host of an event at which you have seats, or wait for some, writes to all guests.";
    CalendarEnded, "calendar_ended", Events, false, "Your Google Calendar is not connected any more", "Google does not let us write your seats into your calendar any more.";
    HostSeats, "host_seats", Events, true, "Seats at your events", "The first seats at an event of yours are taken, or all of them.";
    HostSummary, "host_summary", Events, true, "A day at your events", "In the morning, if seats at your events were taken or given back the day before: how many.";
    HostInvited, "host_invited", Events, true, "A host asks for your help", "Somebody asks you to host an event with them, or to help at its door.";
    HostTeam, "host_team", Events, false, "Who hosts with you", "Somebody whom you asked to help with an event answers or stops, or your own part in an event changes.";
    EventOfInterest, "event_of_interest", Events, true, "An event that interests you", "An event of which you have said that you are interested is moved or cancelled, or its series has a new date.";
    TaskAsked, "task_asked", Events, true, "A host asks you to do something", "The host of an event asks whether you do something for it.";
    TaskChanged, "task_changed", Events, true, "A task of yours changes", "What you do for an event is changed or not needed any more, or the event is moved or cancelled.";
    TaskTaken, "task_taken", Events, false, "Who does something for your event", "Somebody takes a task of an event that you host, gives it up, or says that they cannot.";
    SearchAnswered, "search_answered", Searches, true, "New books for a search", "Somebody has listed what a search of yours looks for. At most once a day for each.";
    ListingHidden, "listing_hidden", FromUs, true, "A listing is hidden", "A moderator hides one of your books or lists, and says why.";
    ListingRestored, "listing_restored", FromUs, true, "A listing is back", "A moderator shows one of your books or lists again.";
    MessageHidden, "message_hidden", FromUs, true, "A message is hidden", "A moderator hides one of your messages, and says why.";
    MessageRestored, "message_restored", FromUs, true, "A message is back", "A moderator shows one of your messages again.";
    ReviewHidden, "review_hidden", FromUs, true, "A review is hidden", "A moderator hides one of your reviews, and says why.";
    ReviewMarked, "review_marked", FromUs, true, "A review is marked as a spoiler", "A moderator folds one of your reviews away because it gives the story away.";
    ReviewRestored, "review_restored", FromUs, true, "A review is back", "A moderator shows one of your reviews again as it was.";
    EventTakenDown, "event_taken_down", FromUs, true, "An event of yours is cancelled", "A moderator cancels an event that you host, and says why.";
    EventApproved, "event_approved", FromUs, true, "Your first event is approved", "A moderator has looked at the first event that you host, and it is published.";
    EventSentBack, "event_sent_back", FromUs, true, "Your first event is sent back", "A moderator asks you to change the first event that you host, and says why.";
    Warned, "warned", FromUs, true, "A warning", "A moderator tells you what was wrong.";
    ReportDecided, "report_decided", FromUs, false, "Your report is decided", "A moderator has looked at what you reported.";
    CorrectionDecided, "correction_decided", FromUs, false, "Your correction is decided", "A moderator has looked at what you suggested about a book.";
    ImportFinished, "import_finished", FromUs, false, "An import is finished", "The books of a file that you imported are on your shelf.";
    SiteNews, "site_news", FromUs, false, "News of the site", "Somebody who runs this site writes to many members: what is new, or what will be.";
    AccountSuspended, "account_suspended", FromUs, true, "Your account’s standing", "Your account is suspended or restored.";
    Security, "security", FromUs, true, "Safety of your account", "Your password, address or sessions change.";
}

impl Kind {
    /// Whether a trade stands still until the reader does something about it.
    pub const fn needs_reader(self) -> bool {
        matches!(
            self,
            Self::TradeProposed
                | Self::TradeCountered
                | Self::TradeAgreed
                | Self::TermsChanged
                | Self::AddressGiven
                | Self::CancelRequested
                | Self::RenewalAsked
                | Self::LoanOverdue
                | Self::ProblemReported
                | Self::TradeMessage
                | Self::ReplyReminder
                | Self::SendReminder
                | Self::AddressReminder
                | Self::ArrivalReminder
                | Self::ParcelOverdue
                | Self::ParcelLost
                | Self::GiftOffered
        )
    }

    /// Whether it comes of a decision, which a moderator may take back a moment later: its mail
    /// waits. That of its end waits as long, so that the two keep their order.
    pub(super) const fn can_be_taken_back(self) -> bool {
        matches!(
            self,
            Self::ListingHidden
                | Self::ListingRestored
                | Self::MessageHidden
                | Self::MessageRestored
                | Self::ReviewHidden
                | Self::ReviewMarked
                | Self::ReviewRestored
                | Self::Warned
                | Self::AccountSuspended
                | Self::ReportDecided
        )
    }

    /// Whether the reader is told in any case: nobody turns these off, least of all
    /// somebody who has taken over the account. What moderators do to a reader's own
    /// things is told with its reasons.
    pub const fn required(self) -> bool {
        matches!(
            self,
            Self::Security
                | Self::AccountSuspended
                | Self::Warned
                | Self::ListingHidden
                | Self::MessageHidden
                | Self::ReviewHidden
        )
    }
}

/// The human sentence of a notification, and the path of the page it is about.
pub fn sentence(kind: Kind, facts: &Facts) -> (String, String) {
    let who = or(&facts.who, "A former member");
    let what = or(&facts.what, "the books");
    let book = or(&facts.what, "One of your books");
    let by = |start: &str| match facts.until.as_str() {
        "" => String::new(),
        until => format!(" {start} {until}."),
    };
    let meet = facts.in_person;
    let seats = || or(&facts.reason, "seats");
    let because = match facts.reason.as_str() {
        "" => String::new(),
        reason => format!(" “{reason}”"),
    };
    let of_loan = facts.loan.then(|| loan_words::said(kind, facts)).flatten();
    let text = match kind {
        _ if of_loan.is_some() => of_loan.unwrap_or_default(),
        Kind::LoanDueSoon
        | Kind::LoanOverdue
        | Kind::RenewalAsked
        | Kind::RenewalAnswered
        | Kind::KeepOffered
        | Kind::BookBack => loan_words::said(kind, facts).unwrap_or_default(),
        Kind::TradeProposed => format!("{who} proposes a trade: {what}.{}", by("Answer by")),
        Kind::TradeCountered => format!(
            "{who} answers with another proposal: {what}.{}",
            by("Answer by")
        ),
        Kind::TradeAgreed if facts.sale => format!(
            "Your sale with {who} is agreed: {what}.{}",
            by("It is to be paid by")
        ),
        Kind::TradeAgreed => format!(
            "Your trade with {who} is agreed: {what}.{}",
            by(if meet {
                "Meet by"
            } else {
                "Send your books by"
            })
        ),
        Kind::TradeDeclined => format!("{who} declines: {what}.{because}"),
        Kind::TradeWithdrawn => format!("{who} takes a proposal back: {what}.{because}"),
        Kind::TradeExpired => {
            format!("The proposal between you and {who} ran out without an answer: {what}.")
        }
        Kind::TradeSuperseded if !facts.unoffered.is_empty() => format!(
            "{} is no longer offered, so the proposal with {who} has ended: {what}.",
            facts.unoffered
        ),
        Kind::TradeSuperseded if facts.by_own_step => format!(
            "You have agreed to another trade with one of these books, so the proposal with {who} has ended: {what}."
        ),
        Kind::TradeSuperseded => format!(
            "A book has gone to somebody else, so your proposal with {who} has ended: {what}."
        ),
        Kind::TermsChanged => format!(
            "The description of {what} has changed, so you are asked again whether you agree to the trade with {who}."
        ),
        Kind::AddressGiven => format!(
            "{who} has entered where your parcel goes: {what}.{}",
            by("Post it by")
        ),
        Kind::PaymentMarked => format!("{who} has your money: {what}."),
        Kind::PaymentDue => format!("You have not paid for {what} yet.{}", by("Pay by")),
        Kind::Paid => format!("Paid online: {what}.{}", by("Post it by")),
        Kind::Refunded => format!("Money is given back: {what}."),
        Kind::BookReturned => format!("About a return: {what}.{because}"),
        Kind::PaymentTrouble => format!("There is trouble with a payment, and we look at it: {what}."),
        Kind::ParcelSent if meet => {
            format!("{who} has handed over {what}. Confirm that you have them.")
        }
        Kind::ParcelSent => format!("{who} has sent {what}."),
        Kind::ParcelReceived => format!("{who} has received {what}."),
        Kind::TradeCompleted => format!("Your trade with {who} is completed: {what}."),
        Kind::TradeCancelled => format!("Your trade with {who} is cancelled: {what}.{because}"),
        Kind::CancelRequested => {
            format!("{who} asks you to agree to cancel the trade: {what}.{because}")
        }
        Kind::ProblemReported => {
            format!("{who} reports a problem with {what}. A moderator will look at it.")
        }
        Kind::ProblemSettled => {
            format!("The problem in your trade with {who} is settled: {what}.{because}")
        }
        Kind::MeetingChanged => or(
            &facts.reason,
            "The event at which you hand over books has changed.",
        )
        .to_owned(),
        Kind::MeetingHere => or(&facts.reason, "You hand over books at this event.").to_owned(),
        Kind::TradeMessage if because.is_empty() => format!("{who} wrote to you."),
        Kind::TradeMessage => format!("{who} writes:{because}"),
        Kind::ReplyReminder => format!("{who} waits for your answer: {what}.{}", by("Answer by")),
        Kind::SendReminder if meet => {
            format!("Meet {who} to hand over {what}.{}", by("It is due by"))
        }
        Kind::SendReminder => format!("Send {what} to {who}.{}", by("It is due by")),
        Kind::AddressReminder => {
            format!("Enter where {who} should send {what}. Until then nothing can be posted.")
        }
        Kind::ArrivalReminder if meet => {
            format!("Has {who} given you {what}? Confirm it, or report a problem.")
        }
        Kind::ArrivalReminder => {
            format!("Has {what} from {who} arrived? Say so, or report a problem.")
        }
        Kind::ParcelOverdue if meet => {
            format!("The day to hand over {what}, between you and {who}, has passed.")
        }
        Kind::ParcelOverdue => {
            format!("The parcel with {what}, between you and {who}, is overdue.")
        }
        Kind::ParcelLost => {
            format!("The parcel with {what}, between you and {who}, is presumed lost.")
        }
        Kind::GiftOffered => format!("{book} is offered to you.{}", by("Take it, or pass, by")),
        Kind::GiftNotDrawn if facts.reason == "taken" => {
            format!("{book}, for which you asked, has gone to somebody else.")
        }
        Kind::GiftNotDrawn => format!("{book}, for which you asked, is not given away any more."),
        Kind::GiftUnclaimed => format!("Nobody has taken {what}: it is yours, as before."),
        Kind::OutsideLoanDue => format!(
            "{book}, which you have lent, was due back{}.",
            match facts.until.as_str() {
                "" => String::new(),
                until => format!(" on {until}"),
            }
        ),
        Kind::ListingHidden => format!("{book} is no longer shown to others.{because}"),
        Kind::ListingRestored => format!("{book} is shown to others again.{because}"),
        Kind::MessageHidden => format!("A message of yours is no longer shown.{because}"),
        Kind::MessageRestored => format!("A message of yours is shown again.{because}"),
        Kind::ReviewHidden => format!(
            "{} is no longer shown to others.{because}",
            or(&facts.what, "A review of yours")
        ),
        Kind::ReviewMarked => format!(
            "{} is folded away as one that gives the story away.{because}",
            or(&facts.what, "A review of yours")
        ),
        Kind::ReviewRestored => format!(
            "{} is shown as it was before.{because}",
            or(&facts.what, "A review of yours")
        ),
        Kind::EventTakenDown => format!(
            "A moderator has cancelled your event “{}”.{because}",
            facts.what
        ),
        Kind::EventApproved => format!(
            "A moderator has approved your event “{}”: it is published.",
            facts.what
        ),
        Kind::EventSentBack => format!(
            "A moderator has sent your event “{}” back to you.{because}",
            facts.what
        ),
        Kind::Warned => format!("The moderators warn you.{because}"),
        Kind::ReportDecided => format!("Your report was decided.{because}"),
        Kind::CorrectionDecided => format!(
            "Your correction of {}: {}",
            or(&facts.what, "a book"),
            or(&facts.reason, "a moderator has looked at it.")
        ),
        Kind::ImportFinished => {
            format!(
                "Your import is finished: {}.",
                or(&facts.what, "no books added")
            )
        }
        Kind::SiteNews => match (facts.what.as_str(), facts.reason.as_str()) {
            ("", _) | (_, "") => "There is news of this site.".to_owned(),
            (title, body) => format!("{title}: {body}"),
        },
        Kind::AccountSuspended => match facts.until.as_str() {
            "" => format!("The standing of your account has changed.{because}"),
            until => format!("Your account is suspended until {until}.{because}"),
        },
        Kind::SeatsConfirmed => format!("You have {} at {what}.{}", seats(), by("It is on")),
        Kind::SeatsGivenBack => format!("You have given back {} at {what}.", seats()),
        Kind::WaitingJoined => format!(
            "You are on the waiting list for {} at {what}.{}",
            seats(),
            by("It is on")
        ),
        Kind::HostSeats => match facts.reason.as_str() {
            "full" => format!("All seats at {what} are taken."),
            _ => format!("The first seats at {what} are taken."),
        },
        Kind::HostSummary => or(&facts.reason, "There is news of your events.").to_owned(),
        Kind::SeatsGranted => format!(
            "You are off the waiting list: you have {} at {what}.{}",
            seats(),
            by("It is on")
        ),
        Kind::SeatsOffered => format!(
            "There is room for you at {what}: {}.{}",
            seats(),
            by("Answer by")
        ),
        Kind::OfferLapsed => {
            format!("You did not answer in time, so no seats are kept for you at {what} any more.")
        }
        Kind::SeatsGivenOn => format!(
            "You had not been checked in by {}, so {} at {what} went to readers who were waiting at the door.",
            or(&facts.until, "then"),
            seats()
        ),
        Kind::WaitingClosed => {
            format!("No seats came free for you at {what}, and its waiting list has ended.")
        }
        Kind::TransferOffered => {
            format!("{who} offers you {} at {what}.{}", seats(), by("It is on"))
        }
        Kind::TransferAccepted => format!("{who} has taken {} of yours at {what}.", seats()),
        Kind::TransferDeclined => format!(
            "{who} does not take {} at {what}: they are still yours.",
            seats()
        ),
        Kind::EventChanged if facts.reason == "online" => {
            format!("The link to {what} has changed.{}", by("It is on"))
        }
        Kind::EventChanged if facts.reason == "give_on" => format!(
            "Be there in time for {what}: seats of those who are late are given to readers who wait at the door.{}",
            by("It is on")
        ),
        Kind::EventChanged => format!("{what} is at another time or place.{}", by("It is now on")),
        Kind::AfterEvent => format!("You were at {what}. How was it?"),
        Kind::HostMessage => format!("The host of {what} has written to you."),
        Kind::HostInvited => format!("You are asked to {} {what}.", or(&facts.reason, "host")),
        Kind::HostTeam => or(&facts.reason, "Who hosts an event with you has changed.").to_owned(),
        Kind::TaskAsked => format!("You are asked to do something for {what}.{because}"),
        Kind::TaskChanged => or(&facts.reason, "What you do for an event has changed.").to_owned(),
        Kind::TaskTaken => or(&facts.reason, "Who does a task of your event has changed.").to_owned(),
        Kind::EventOfInterest => match facts.reason.as_str() {
            "cancelled" => format!("{what}, which interests you, is cancelled."),
            "new_date" => format!(
                "{what}, which interests you, has a new date.{}",
                by("It is on")
            ),
            "new_dates" => format!(
                "{what}, which interests you, has new dates.{}",
                by("The next is on")
            ),
            _ => format!(
                "{what}, which interests you, is at another time or place.{}",
                by("It is now on")
            ),
        },
        Kind::EventCancelled => format!(
            "{what} is cancelled.{}{because}",
            by("It would have been on")
        ),
        Kind::EventInDays | Kind::EventToday | Kind::EventSoon => {
            format!("{what} comes near: you have {}.{}", seats(), by("It is on"))
        }
        Kind::CalendarEnded => "Google does not let us write your seats into your calendar any more. Connect it again if you would like them there.".to_owned(),
        Kind::SearchAnswered => format!(
            "New for your search {because}: {what}.",
            because = facts.reason
        ),
        Kind::Security => match facts.reason.as_str() {
            "" => "Something about the safety of your account has changed.".to_owned(),
            reason => reason.to_owned(),
        },
    };
    let path = match (facts.path.as_str(), facts.trade) {
        ("", Some(trade)) => dogear_urls::trade(trade),
        ("", None) if kind == Kind::Security => dogear_urls::SETTINGS_ACCOUNT.to_owned(),
        ("", None) => dogear_urls::INBOX.to_owned(),
        (path, _) => path.to_owned(),
    };
    (text, path)
}

fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}
