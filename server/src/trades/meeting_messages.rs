//! What the parties are told of the event at which their books change hands.

use dogear_domain::ids::UserId;

use super::event::Notice;
use super::event_context::EventContext;
use crate::events::Meeting;

/// One party's version of it.
pub(super) struct MeetingMessage {
    /// What the inbox says, and the letter first.
    pub sentence: String,
    pub subject: String,
    pub paragraphs: Vec<String>,
}

impl EventContext {
    /// What this party is told of a meeting; `None` when others tell them.
    pub(super) fn meeting_message(
        &self,
        notice: Notice,
        reader: UserId,
        who: &str,
    ) -> Option<MeetingMessage> {
        let meeting = self.meeting.as_ref()?;
        let (name, date) = (meeting.name(), meeting.date(self.now));
        let what = self.exchange(reader);
        let is_open = self.meeting_open_to.contains(&reader);
        let where_it_is = format!("{date}. {}.", meeting.place(self.now));
        let look = "The page of the trade says more. If it does not suit you, agree there on another place and time to meet.";
        let elsewhere = "Agree on another place and time to meet, or choose another event on the page of the trade.";
        Some(match notice {
            // The host, or a party, has shut them out meanwhile: nobody says when and where it is.
            Notice::MeetingChosen if !is_open => MeetingMessage {
                sentence: format!("{who} would hand over the books at an event: {what}."),
                subject: format!("{who} would meet you at an event"),
                paragraphs: vec![look.into()],
            },
            Notice::MeetingChosen => MeetingMessage {
                sentence: format!(
                    "{who} would hand over the books at {name}: {what}. It is on {date}."
                ),
                subject: format!("{who} would meet you at {name}"),
                paragraphs: vec![where_it_is, seats(meeting, reader)],
            },
            Notice::MeetingDropped => MeetingMessage {
                sentence: format!("{who} would rather not hand over the books at {name}: {what}."),
                subject: format!("{who} would rather not meet at {name}"),
                paragraphs: vec![elsewhere.into()],
            },
            // Guests are told of that as guests.
            Notice::MeetingMoved if meeting.has(reader) => return None,
            Notice::MeetingMoved if !is_open => MeetingMessage {
                sentence: format!(
                    "The event at which you and {who} were to hand over books has changed: {what}."
                ),
                subject: format!("The event at which you were to meet {who} has changed"),
                paragraphs: vec![look.into()],
            },
            Notice::MeetingMoved => MeetingMessage {
                sentence: format!(
                    "{name}, where you and {who} hand over books, is at another time or place: {what}. It is now on {date}."
                ),
                subject: format!("{name}, where you meet {who}, has been moved"),
                paragraphs: vec![where_it_is, seats(meeting, reader)],
            },
            Notice::MeetingCancelled => MeetingMessage {
                sentence: format!(
                    "{name} is cancelled, so you and {who} have to meet elsewhere: {what}."
                ),
                subject: format!("{name}, where you were to meet {who}, is cancelled"),
                paragraphs: vec![elsewhere.into()],
            },
            // Whoever has blocked somebody tells them nothing of where they go.
            Notice::MeetingLeft if self.is_blocked => return None,
            Notice::MeetingLeft => MeetingMessage {
                sentence: format!(
                    "{who} has given back the seats at {name}, where you were to hand over {what}."
                ),
                subject: format!("{who} does not come to {name}"),
                paragraphs: vec![elsewhere.into()],
            },
            _ => return None,
        })
    }
}

/// Whether the reader has seats there or is the host, and what to do when they have not.
fn seats(meeting: &Meeting, reader: UserId) -> String {
    if meeting.host == reader {
        return "You host it yourself.".into();
    }
    if meeting.has(reader) {
        return "You have seats there already.".into();
    }
    match meeting.left {
        Some(0) => "You have no seat there, and none is left: you can wait for one on the page of the event, or say in the trade that you would rather meet elsewhere.".into(),
        Some(1) => "You have no seat there yet, and one is left: take it on the page of the event.".into(),
        Some(left) => format!("You have no seat there yet, and {left} are left: take one on the page of the event."),
        None => "You have no seat there yet: take one on the page of the event.".into(),
    }
}
