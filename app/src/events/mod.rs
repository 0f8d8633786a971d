//! Events: what is to come, the page of one with its seats, and what hosts do.

pub mod actions;
pub mod after_actions;
pub mod book_actions;
mod books;
mod calendar;
mod cancel;
pub mod code_actions;
mod codes;
mod dates;
mod deleted;
mod door;
pub mod door_actions;
mod door_kept;
mod door_paper;
mod edit;
mod feedback;
mod filter;
mod find;
pub mod giving_actions;
mod giving_on;
mod google;
mod guest_list;
mod guest_rows;
pub mod hold_actions;
mod holds;
mod host;
mod host_menu;
mod host_tasks;
mod interest;
mod invitations;
mod left_out;
mod leftovers;
mod list;
mod log;
mod messages;
mod month;
pub mod organisation_actions;
mod organisations;
mod page;
mod partners;
mod parts;
mod people;
mod prices;
pub mod reach_actions;
mod refunds;
mod seats;
mod series;
pub mod series_actions;
pub mod stall_actions;
mod stalls;
mod statistics;
pub mod task_actions;
mod tasks;
mod team;
pub mod team_actions;
mod ticket;
pub mod transfer_actions;
mod transfers;
mod venues;
mod window;

use self::actions::*;
use self::after_actions::*;
use self::book_actions::*;
use self::code_actions::*;
use self::door_actions::*;
use self::giving_actions::*;
use self::hold_actions::*;
use self::organisation_actions::*;
use self::reach_actions::*;
use self::series_actions::*;
use self::stall_actions::*;
use self::task_actions::*;
use self::team_actions::*;
use self::transfer_actions::*;
use crate::http::Routes;
use dogear_urls::Access::{Member, Reader};
use dogear_urls::pages;

pub fn routes(routes: Routes) -> Routes {
    routes
        .get(&pages::EVENTS, find::coming)
        .get(&pages::EVENTS_MONTH, month::show)
        .get(&pages::EVENT_NEW, edit::new)
        .get(&pages::EVENT, page::show)
        .get(&pages::EVENT_ICS, calendar::event)
        .get(&pages::EVENTS_ICS, calendar::coming)
        .get(&pages::CALENDAR, calendar::own)
        .get(&pages::SEATS, list::own)
        .get(&pages::GOOGLE_BACK, google::back)
        .get(&pages::HOST, host::list)
        .get(&pages::HOST_EVENT, host::guests)
        .get(&pages::HOST_MESSAGES, messages::show)
        .get(&pages::HOST_GUESTS_CSV, guest_list::csv)
        .get(&pages::HOST_CODES, codes::show)
        .get(&pages::HOST_EDIT, edit::edit)
        .get(&pages::HOST_CANCEL, cancel::show)
        .get(&pages::HOST_TEAM, team::show)
        .get(&pages::HOST_LEAVE, team::leave)
        .get(&pages::HOST_LOG, log::show)
        .get(&pages::HOST_STATISTICS, statistics::show)
        .get(&pages::HOST_STATISTICS_CSV, statistics::csv)
        .get(&pages::HOST_EVENT_STATISTICS, statistics::of_event)
        .get(&pages::HOST_EVENT_STATISTICS_CSV, statistics::event_csv)
        .get(&pages::HOST_TASKS, host_tasks::show)
        .get(&pages::HOST_TASK, host_tasks::edit)
        .get(&pages::EVENT_TASKS, tasks::show)
        .get(&pages::EVENT_TICKET, ticket::show)
        .get(&pages::EVENT_HOLD, holds::show)
        .get(&pages::EVENT_DATES, dates::show)
        .get(&pages::EVENT_BOOKS, books::show)
        .get(&pages::EVENT_FEEDBACK, feedback::show)
        .get(&pages::HOST_DOOR, door::show)
        .get(&pages::HOST_DOOR_PRINT, door_paper::print)
        .get(&pages::HOST_STALLS, stalls::show)
        .get(&pages::INVITATION, invitations::open)
        .get(&pages::ORGANISATION_NEW, organisations::new)
        .get(&pages::ORGANISATION, organisations::show)
        .get(&pages::ORGANISATION_EDIT, organisations::edit)
        .get(&pages::ORGANISATION_PEOPLE, people::show)
        .get(&pages::VENUE_NEW, venues::new)
        .get(&pages::VENUE, venues::edit)
        .action::<AddVenue>(Member)
        .action::<SaveVenue>(Member)
        .action::<CreateEvent>(Member)
        .action::<SaveEvent>(Member)
        .action::<PublishEvent>(Member)
        .action::<CancelEvent>(Reader)
        .action::<DeleteEvent>(Reader)
        .action::<RestoreEvent>(Reader)
        .action::<TakeSeats>(Member)
        .action::<ChangeHold>(Member)
        .action::<ExtendHold>(Member)
        .action::<ConfirmHold>(Member)
        .action::<LetHoldGo>(Reader)
        .action::<ChangeSeats>(Reader)
        .action::<ChangeDate>(Member)
        .action::<BookDates>(Member)
        .action::<GiveBackDates>(Reader)
        .action::<LeaveOutDates>(Member)
        .action::<GiveBackSeats>(Reader)
        .action::<WaitForSeats>(Member)
        .action::<StopWaiting>(Reader)
        .action::<AcceptSeats>(Member)
        .action::<DeclineSeats>(Reader)
        .action::<OfferTransfer>(Member)
        .action::<WithdrawTransfer>(Reader)
        .action::<AcceptTransfer>(Member)
        .action::<DeclineTransfer>(Reader)
        .action::<BringBooks>(Member)
        .action::<BringListed>(Member)
        .action::<KeepHome>(Reader)
        .action::<WishForBook>(Member)
        .action::<DropBookWish>(Reader)
        .action::<MakeCalendar>(Reader)
        .action::<StopCalendar>(Reader)
        .action::<DisconnectGoogle>(Reader)
        .action::<SyncGoogle>(Reader)
        .action::<FindAtDoor>(Reader)
        .action::<LetIn>(Reader)
        .action::<KeepDoorList>(Reader)
        .action::<SendDoorNotes>(Reader)
        .action::<UndoCheckIn>(Reader)
        .action::<MarkHere>(Reader)
        .action::<SayHere>(Reader)
        .action::<AddGuest>(Member)
        .action::<RemoveGuest>(Reader)
        .action::<MarkPaid>(Reader)
        .action::<MakeInvitation>(Member)
        .action::<SavePartners>(Member)
        .action::<BeInterested>(Member)
        .action::<DropInterest>(Reader)
        .action::<SaveFeedback>(Member)
        .action::<WithdrawFeedback>(Reader)
        .action::<TellOutcomes>(Member)
        .action::<SaveLeftover>(Member)
        .action::<SetStall>(Member)
        .action::<NumberStalls>(Member)
        .action::<ClearStalls>(Member)
        .action::<MakeCode>(Member)
        .action::<EndCode>(Reader)
        .action::<WriteMessage>(Member)
        .action::<DiscardMessage>(Reader)
        .action::<SendMessage>(Member)
        .action::<InviteHost>(Member)
        .action::<CreateOrganisation>(Member)
        .action::<SaveOrganisation>(Member)
        .action::<InviteMember>(Member)
        .action::<AcceptMembership>(Member)
        .action::<DeclineMembership>(Reader)
        .action::<LeaveOrganisation>(Reader)
        .action::<RemoveMember>(Member)
        .action::<ChangeMemberRole>(Member)
        .action::<CloseOrganisation>(Member)
        .action::<AcceptHosting>(Member)
        .action::<DeclineHosting>(Reader)
        .action::<StopHosting>(Reader)
        .action::<RemoveHost>(Reader)
        .action::<ChangeHostRole>(Member)
        .action::<AddTask>(Member)
        .action::<ChangeTask>(Member)
        .action::<RemoveTask>(Reader)
        .action::<AskForTask>(Member)
        .action::<TakeTask>(Member)
        .action::<GiveUpTask>(Reader)
        .action::<SetTaskPercent>(Member)
}
