//! Events: what readers come together for, who has a seat, and who waits for one.

pub mod books;
pub mod codes;
pub mod days;
pub mod deleted;
pub mod door;
pub mod feedback;
pub mod giving_on;
pub mod holds;
pub mod host_news;
pub mod hosts;
pub mod leftovers;
pub mod no_shows;
pub mod online;
pub mod organisations;
pub mod partners;
pub mod reminders;
pub mod review;
pub mod seats;
pub mod series;
pub mod stalls;
pub mod statistics;
pub mod tasks;
pub mod times;
pub mod window;

use crate::text_enum::text_enum;

text_enum! {
    /// What kind of evening it is.
    pub enum EventKind {
        /// Books are swapped on the spot.
        SwapMeet => "swap_meet",
        /// Somebody reads.
        Reading => "reading",
        /// Many tables with books.
        BookFair => "book_fair",
        /// One book is talked about.
        BookClub => "book_club",
        /// Come and go as you like.
        DropIn => "drop_in",
    }
}

impl EventKind {
    /// As readers call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::SwapMeet => "Swap meet",
            Self::Reading => "Reading",
            Self::BookFair => "Book fair",
            Self::BookClub => "Book club",
            Self::DropIn => "Drop-in",
        }
    }
}

text_enum! {
    /// Something that guests of a place can count on.
    pub enum AccessFact {
        /// Without steps from the street to the seat.
        StepFree => "step_free",
        /// There is a hearing loop.
        HearingLoop => "hearing_loop",
        /// There is a room to be quiet in.
        QuietSpace => "quiet_space",
        /// Children are welcome.
        Children => "children",
    }
}

impl AccessFact {
    /// As readers are told.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::StepFree => "Step-free from the street to the seat",
            Self::HearingLoop => "Hearing loop",
            Self::QuietSpace => "A quiet room",
            Self::Children => "Children are welcome",
        }
    }
}

text_enum! {
    /// Who sees an event.
    pub enum Visibility {
        /// Everybody.
        Public => "public",
        /// Whoever is signed in.
        Members => "members",
        /// Whoever has its address: it stands in no list.
        Unlisted => "unlisted",
        /// Whoever is invited by its secret link, has seats or waits for some.
        Invited => "invited",
    }
}

text_enum! {
    /// To whom a host writes.
    pub enum Audience {
        /// Those who have seats.
        Guests => "guests",
        /// Those who wait for some.
        Waiting => "waiting",
        /// Both.
        Both => "both",
    }
}

text_enum! {
    /// Where one date of an event stands. That it is over, the clock says.
    pub enum OccurrenceState {
        /// Only its host sees it.
        Draft => "draft",
        /// It takes place.
        Published => "published",
        /// It does not.
        Cancelled => "cancelled",
    }
}

text_enum! {
    /// Whether a moderator looks at an event before it is published.
    pub enum EventReview {
        /// Nobody was asked to.
        None => "none",
        /// It waits for one, and is a draft meanwhile.
        Waiting => "waiting",
        /// One has sent it back: its host changes it and asks again.
        SentBack => "sent_back",
        /// One has approved it.
        Approved => "approved",
    }
}

text_enum! {
    /// Where somebody's seats stand.
    pub enum BookingState {
        /// Offered, and kept for a while.
        Held => "held",
        /// Theirs.
        Confirmed => "confirmed",
        /// Given back, by them or by the host.
        Cancelled => "cancelled",
        /// An offer that ran out.
        Expired => "expired",
    }
}

text_enum! {
    /// Where somebody on a waiting list stands.
    pub enum WaitingState {
        /// In the queue.
        Waiting => "waiting",
        /// Seats are kept for them, until they answer.
        Offered => "offered",
        /// They have seats.
        Converted => "converted",
        /// They did not want what was offered.
        Declined => "declined",
        /// They let offers pass.
        Expired => "expired",
        /// They went.
        Left => "left",
        /// It has begun, or is not for them any more.
        Closed => "closed",
        /// It does not take place.
        Cancelled => "cancelled",
    }
}
