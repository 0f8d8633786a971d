//! Row numbers, one type per table, so that a copy's number is never taken for an edition's.

macro_rules! ids {
    ($( $(#[$meta:meta])* $name:ident; )+) => {$(
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// A member.
    UserId;
    /// A work: what an author wrote, whatever its editions.
    WorkId;
    /// One published edition of a work.
    EditionId;
    /// An author.
    AuthorId;
    /// A series of works.
    SeriesId;
    /// One physical book that belongs to one member.
    CopyId;
    /// A copy that its owner has lent to somebody outside the site.
    OutsideLoanId;
    /// A round in which a copy is given away.
    RoundId;
    /// A photo of a copy.
    PhotoId;
    /// Once that a member read a book, or tried to.
    ReadingId;
    /// What a reader says of a work to everybody.
    ReviewId;
    /// A scanned ISBN.
    ScanId;
    /// A correction that a member suggests.
    CorrectionId;
    /// A trade.
    TradeId;
    /// One copy's way from giver to receiver inside an agreed trade.
    LegId;
    /// An entry of a trade's append-only history.
    TradeEventId;
    /// A place where events are.
    VenueId;
    /// Something that readers come together for.
    EventId;
    /// Dates of one event that come by a rule.
    EventSeriesId;
    /// One date of an event.
    OccurrenceId;
    /// The seats that somebody has at an occurrence.
    SeatBookingId;
    /// Seats that a guest offers to another member.
    SeatTransferId;
    /// What a guest says of an event when it is over.
    FeedbackId;
    /// Somebody's place on the waiting list of an occurrence.
    WaitingId;
    /// What a host has written to the guests of an event.
    EventMessageId;
    /// Somebody who helps the host of an event, or is asked to.
    EventHostId;
    /// Something that is to be done for an event.
    EventTaskId;
    /// A code with which seats cost less.
    PromoCodeId;
    /// A library, club or shop whose members host events together.
    OrganisationId;
    /// A member of an organisation, or somebody who is asked to be one.
    OrganisationMemberId;
    /// A party, or a part of one, that was let in at the door.
    CheckinId;
    /// A list of books that a reader has made.
    ListId;
    /// A message inside a trade.
    MessageId;
    /// An in-app notification.
    NotificationId;
    /// News of the site that an admin writes to many members.
    BroadcastId;
    /// A report to the moderators.
    ReportId;
    /// A decision of a moderator.
    DecisionId;
    /// A job that waits in, or went through, the outbox.
    OutboxId;
    /// An entry of the moderators' audit log.
    AuditId;
    /// An import of a reader's books from a file.
    ImportId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_text_and_json() {
        assert_eq!("42".parse(), Ok(CopyId(42)));
        assert_eq!(CopyId(42).to_string(), "42");
        assert!("4 2".parse::<CopyId>().is_err());
        assert_eq!(serde_json::to_string(&CopyId(42)).unwrap(), "42");
        assert_eq!(serde_json::from_str::<CopyId>("42").unwrap(), CopyId(42));
    }
}
