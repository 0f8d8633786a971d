//! Each text that readers write, with its one rule: how long it is at most, whether it may stay
//! empty, and what sentences call it. Services take these, so nothing reaches them unread.

use std::ops::Deref;
use std::str::FromStr;

use serde::Serialize;

use super::{FieldProblem, Line, Text};
use crate::moderation::ReportReason;

/// A type for each text: `Message: Text::parse("the message", 4000);` is a [`Text`] that only
/// `Message::parse` makes.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $base:ident::$read:ident($what:literal, $max:literal);)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name($base);

        impl $name {
            /// The most characters of it.
            pub const MAX: usize = $max;

            /// Reads what was typed.
            ///
            /// # Errors
            /// A sentence for the field.
            pub fn parse(typed: &str) -> Result<Self, FieldProblem> {
                $base::$read(typed, $what, Self::MAX).map(Self)
            }
        }

        made_of!($name: $base);
    )*};
}

/// What every such type can do.
macro_rules! made_of {
    ($name:ident: $base:ident) => {
        impl FromStr for $name {
            type Err = FieldProblem;

            fn from_str(typed: &str) -> Result<Self, FieldProblem> {
                Self::parse(typed)
            }
        }

        impl Deref for $name {
            type Target = $base;

            fn deref(&self) -> &$base {
                &self.0
            }
        }

        impl From<$name> for $base {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}

texts! {
    /// What somebody writes to the others of a trade. None is written with a proposal or an
    /// answer that says enough by itself.
    #[derive(Default)]
    Message: Text::parse("the message", 4000);
    /// Why somebody declines or cancels a trade; may be empty.
    #[derive(Default)]
    Reason: Text::parse("the reason", 500);
    /// Who carries a parcel; may be empty.
    #[derive(Default)]
    Carrier: Line::parse("the carrier", 60);
    /// The carrier's number for a parcel; may be empty.
    #[derive(Default)]
    Tracking: Line::parse("the number", 60);

    /// What colleagues at the desk read beside a decision; may be empty.
    #[derive(Default)]
    DeskNote: Text::parse("the note", 2000);
    /// Why something is as it was before a moderator acted; may be empty.
    #[derive(Default)]
    RestoreReason: Text::parse("the reason", 2000);
    /// Why a trade that a problem holds ends as it does: both sides read it.
    Statement: Text::required("the reasons for the decision", 2000);
    /// Why a member gets another role.
    RoleReason: Line::required("why the role changes", 300);
    /// Why settings change; may be empty.
    #[derive(Default)]
    SettingsReason: Text::parse("the reason", 300);
    /// What is said to moderators beside a correction; may be empty.
    #[derive(Default)]
    CorrectionNote: Text::parse("the note", 1000);
    /// Why a correction is not taken; may be empty.
    #[derive(Default)]
    RefusalReason: Text::parse("the reason", 1000);

    /// Where a member lives; may be empty.
    #[derive(Default)]
    City: Line::parse("your city", 80);
    /// The part of the country; may be empty.
    #[derive(Default)]
    Region: Line::parse("your region", 80);
    /// What members say about themselves; may be empty.
    #[derive(Default)]
    About: Text::parse("what you say about yourself", 1000);
    /// What a member calls an access token.
    TokenName: Line::required("what the token is for", 80);
    /// What news of the site are called.
    BroadcastTitle: Line::required("the title", 100);
    /// News of the site.
    BroadcastBody: Text::required("the text", 1000);
    /// What a reader calls a list of books.
    ListName: Line::required("the name", 100);
    /// What a list of books is about; may be empty.
    #[derive(Default)]
    ListDescription: Text::parse("the description", 2000);
    /// What a reader notes for a book in a list; may be empty.
    #[derive(Default)]
    ListNote: Text::parse("the note", 1000);
    /// What an owner says about a copy; may be empty.
    #[derive(Default)]
    CopyNote: Text::parse("the note", 500);
    /// Where an owner keeps a copy, for themselves; may be empty.
    #[derive(Default)]
    CopyPlace: Line::parse("the place", 80);
    /// To whom an owner has lent a copy outside the site.
    BorrowerName: Line::required("who has it", 80);

    /// What stands largest on a title page.
    BookTitle: Line::required("the title", 300);
    /// May be empty.
    #[derive(Default)]
    Subtitle: Line::parse("the subtitle", 300);
    /// One of those who wrote a book; empty between two separators.
    #[derive(Default)]
    AuthorName: Line::parse("each author’s name", 120);
    /// What a reader notes about a book for themselves; may be empty.
    #[derive(Default)]
    PrivateNote: Text::parse("your note", 4000);
    /// What a reader says of a book to everybody.
    ReviewBody: Text::required("your review", 10_000);
    /// The series that a book belongs to; may be empty.
    #[derive(Default)]
    SeriesTitle: Line::parse("the series", 200);
    /// May be empty.
    #[derive(Default)]
    PublisherName: Line::parse("the publisher", 120);
    /// What a book is about; may be empty.
    #[derive(Default)]
    BookDescription: Text::parse("the description", 10_000);
    /// What a file of books is called; may be empty.
    #[derive(Default)]
    FileName: Line::parse("the name", 100);
    /// One value of a search that somebody keeps.
    #[derive(Default)]
    SearchWords: Line::parse("this search", 4000);
    /// What an event is called.
    EventTitle: Line::required("what the event is called", 120);
    /// What happens at an event.
    EventDescription: Text::required("what happens there", 5000);
    /// What an organisation is called.
    OrganisationName: Line::required("what it is called", 120);
    /// Where an organisation is.
    OrganisationTown: Line::required("the town", 80);
    /// What an organisation is.
    OrganisationDescription: Text::required("what it is", 5000);
    /// What a place is called.
    VenueName: Line::required("what the place is called", 120);
    /// Street and number of a place.
    VenueAddress: Line::required("the address", 200);
    /// The town of a place.
    VenueCity: Line::required("the town", 80);
    /// How to get to a place and into it; may be empty.
    #[derive(Default)]
    Directions: Text::parse("the directions", 1000);
    /// Why an event is cancelled, for everybody who has a seat; may be empty.
    #[derive(Default)]
    CancelReason: Text::parse("the reason", 1000);
    /// What somebody who is interested in an event tells its host; may be empty.
    #[derive(Default)]
    InterestNote: Text::parse("the note", 200);
    /// What is to be done for an event.
    TaskTitle: Line::required("what is to be done", 120);
    /// What else there is to know about a task; may be empty.
    #[derive(Default)]
    TaskNote: Text::parse("the note", 1000);
    /// What a guest tells those who host an event when it is over; may be empty.
    #[derive(Default)]
    FeedbackWords: Text::parse("what you tell the host", 1000);
    /// What stayed on the table after a swap meet, and where it goes; may be empty.
    #[derive(Default)]
    LeftoverWords: Text::parse("what stayed", 1000);
    /// Why a moderator sends a first event back: its host reads it.
    SendBackReason: Text::required("why you send it back", 1000);
    /// What a host writes to all guests.
    GuestMessage: Text::required("what you want to tell them", 2000);
    /// A guest whom a host adds, by the name that is said at the door.
    GuestName: Line::required("the name of your guest", 80);
    /// A book as somebody names it to say that two are one; may be empty.
    #[derive(Default)]
    OtherBook: Line::parse("the other book", 300);
}

/// What went wrong with the books of a trade.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ProblemDetails(Text);

impl ProblemDetails {
    /// The most characters of it.
    pub const MAX: usize = 2000;

    /// Reads what was typed.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(typed: &str) -> Result<Self, FieldProblem> {
        let text = Text::parse(typed, "the description", Self::MAX)?;
        if text.is_empty() {
            return Err(
                "Describe what happened, so that somebody who was not there can judge it.".into(),
            );
        }
        Ok(Self(text))
    }
}

made_of!(ProblemDetails: Text);

/// Where a parcel goes, as it stands on it: no empty lines, no space around them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PostalAddress(Text);

impl PostalAddress {
    /// The most characters of it.
    pub const MAX: usize = 500;
    const MIN: usize = 10;

    /// Reads what was typed.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(typed: &str) -> Result<Self, FieldProblem> {
        let address = Text::parse(typed, "the address", Self::MAX)?.in_close_lines();
        if address.chars().count() < Self::MIN {
            return Err("Enter the whole address as it should stand on the parcel: name, street, town, postcode, country.".into());
        }
        Ok(Self(address))
    }
}

made_of!(PostalAddress: Text);

/// What a member reads whom a decision is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct DecisionMessage(Text);

impl DecisionMessage {
    /// The most characters of it.
    pub const MAX: usize = 2000;

    /// Reads what was typed about a member.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(typed: &str) -> Result<Self, FieldProblem> {
        Text::required(typed, "what the member will read", Self::MAX).map(Self)
    }

    /// Reads what was typed about a listing.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn to_owner(typed: &str) -> Result<Self, FieldProblem> {
        Text::required(typed, "what the owner will read", Self::MAX).map(Self)
    }

    /// Of a decision that does nothing: nobody reads anything.
    #[must_use]
    pub fn none() -> Self {
        Self(Text::default())
    }
}

made_of!(DecisionMessage: Text);

/// What somebody who reports something writes about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ReportDetails(Text);

impl ReportDetails {
    /// The most characters of it.
    pub const MAX: usize = 2000;

    /// Reads what was typed; may stay empty where the reason says enough.
    ///
    /// # Errors
    /// A sentence for the field.
    pub fn parse(typed: &str, reason: Option<ReportReason>) -> Result<Self, FieldProblem> {
        let text = if reason == Some(ReportReason::Other) {
            Text::required(typed, "what is wrong", Self::MAX)
        } else {
            Text::parse(typed, "what you write", Self::MAX)
        };
        text.map(Self)
    }
}

impl Deref for ReportDetails {
    type Target = Text;

    fn deref(&self) -> &Text {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a11_each_text_is_cleaned_and_no_longer_than_it_may_be() {
        let message = Message::parse("Leave \u{202e}it\u{202c} here.\r\n");
        assert_eq!(&**message.expect("cleaned"), "Leave it here.");
        assert!(Carrier::parse("escape \u{1b}[0m").is_err());
        assert!(Reason::parse(&"x".repeat(Reason::MAX)).is_ok());
        let long = Reason::parse(&"x".repeat(Reason::MAX + 1));
        assert_eq!(
            long.expect_err("too long").to_string(),
            "Shorten the reason to 500 characters. It has 501 now."
        );
        assert!(Statement::parse("\u{200b}\u{3164}").is_err());
        assert!(ProblemDetails::parse(" \n ").is_err());
        assert!(RoleReason::parse("").is_err());
        let address = PostalAddress::parse(" 2 Low Street \n\n  Leeds ");
        assert_eq!(&**address.expect("an address"), "2 Low Street\nLeeds");
        assert!(PostalAddress::parse("Leeds").is_err());
        assert!(ReportDetails::parse("", Some(ReportReason::Other)).is_err());
        assert!(ReportDetails::parse("", None).is_ok());
    }
}
