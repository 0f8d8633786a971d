//! Each role against each function of an event.

use dogear_domain::events::series::WhichDates;
use dogear_domain::events::stalls::StallOrder;
use dogear_domain::fields::{CancelReason, GuestName};

use super::hosts::{helper_of, helps, hidden, suspended};
use super::*;
use crate::testing::said;

/// Tries every function of an event that needs a role, in an order in which none stands in the way
/// of the next, and names those that are open.
async fn open_to(world: &World, cx: &Cx) -> Vec<&'static str> {
    let event = world.event;
    let db = world.site.services.db.clone();
    let run = async |statement: &'static str| -> i64 {
        sqlx::query_scalar(statement)
            .bind(event.0)
            .fetch_one(&db)
            .await
            .unwrap()
    };
    let mut open = Vec::new();
    let mut tried = |name, is_hidden: bool| {
        if !is_hidden {
            open.push(name);
        }
    };
    tried("draft", hidden(draft(cx, event).await));
    tried("venues", hidden(venues_of(cx, event).await));
    let form = draft(&world.host, event).await.unwrap();
    let version = form.version().unwrap();
    tried("save", hidden(save(cx, event, &form.form, &version).await));
    let which = WhichDates::Following;
    let dates = save_dates(cx, event, &form.form, &version, which).await;
    tried("save dates", hidden(dates));
    let partners = save_partners(cx, event, "Riverside Books", &Version::default()).await;
    tried("partners", hidden(partners));
    tried("publish", hidden(publish(cx, event).await));
    tried("guests", hidden(guests(cx, event, None).await));
    tried("csv", hidden(guest_list(cx, event).await));
    tried("series", hidden(in_series(cx, event).await));
    tried("messages", hidden(messages(cx, event).await));
    let written = write_message(cx, event, ("guests", "Bring a lamp."), None).await;
    tried("write", hidden(written));
    write_message(&world.host, event, ("guests", "Bring a lamp."), None)
        .await
        .unwrap();
    let message = run("select max(id) from event_messages where event_id = $1").await;
    tried("send", hidden(send_message(cx, message.into()).await));
    tried("discard", hidden(discard_message(cx, event).await));
    tried("link", hidden(invitation_link(cx, event).await));
    tried("make link", hidden(make_invitation(cx, key(), event).await));
    tried("log", hidden(log(cx, event, None).await));
    tried("team", hidden(team(cx, event).await));
    tried("tasks", hidden(hosted_tasks(cx, event).await));
    let cake = TaskForm {
        title: "Bake a cake".into(),
        wanted: "1".into(),
        ..TaskForm::default()
    };
    tried("add task", hidden(add_task(cx, key(), event, &cake).await));
    let cake = add_task(&world.host, key(), event, &cake).await.unwrap();
    tried("remove task", hidden(remove_task(cx, key(), cake).await));
    tried("numbers", hidden(event_statistics(cx, event).await));
    tried("stalls", hidden(stalls(cx, event, None).await));
    let order = StallOrder::Arrival;
    tried("number", hidden(number_stalls(cx, event, order).await));
    let guest = run("select max(b.id) from seat_bookings b join event_occurrences o on o.id = b.occurrence_id where o.event_id = $1 and b.user_id is not null and b.state = 'confirmed'").await;
    let given = set_stall(cx, event, guest.into(), "A3").await;
    tried("set stall", hidden(given));
    tried("clear stalls", hidden(clear_stalls(cx, event).await));
    let left = Leftover::default();
    let left = save_leftover(cx, event, &left, &Version::default()).await;
    tried("left over", hidden(left));
    tried("door", hidden(door(cx, event, "", None).await));
    tried("paper", hidden(door_list(cx, event, None).await));
    let name: GuestName = said("Auntie");
    tried("add", hidden(add_guest(cx, key(), event, &name, 1).await));
    let guest = add_guest(&world.host, key(), event, &name, 1)
        .await
        .unwrap();
    tried(
        "let in",
        hidden(let_in(cx, key(), event, guest, None).await),
    );
    let auntie = express(cx, key(), event, "@nobody-here").await;
    tried("express", hidden(auntie));
    let inside = let_in(&world.host, key(), event, guest, None).await;
    if let Ok(admitted) = inside {
        undo_check_in(&world.host, admitted.checkin).await.unwrap();
    }
    let checkin = run("select coalesce(max(c.id), 0) from checkins c join event_occurrences o on o.id = c.occurrence_id where o.event_id = $1").await;
    tried("undo", hidden(undo_check_in(cx, checkin.into()).await));
    tried("remove", hidden(remove_guest(cx, guest).await));
    let waited = run("insert into seat_waitlist (occurrence_id, user_id, party_size, accepts_fewer, auto_confirm, state, queued_at) select o.id, e.host_id, 1, false, true, 'left', now() from event_occurrences o join events e on e.id = o.event_id where e.id = $1 returning id").await;
    tried("mark", hidden(mark_here(cx, waited.into(), true).await));
    let asked = invite_host(cx, key(), event, "newcomer", "door").await;
    tried("ask", hidden(asked));
    let _ = invite_host(&world.host, key(), event, "newcomer", "door").await;
    let newcomer = helper_of(&world.host, event, "newcomer").await;
    let role = change_host_role(cx, key(), newcomer, "co_host").await;
    tried("change role", hidden(role));
    tried(
        "remove helper",
        hidden(remove_host(cx, key(), newcomer).await),
    );
    let why = CancelReason::default();
    tried("cancel", hidden(cancel(cx, event, &why).await));
    let dates = cancel_dates(cx, event, &why, WhichDates::Following).await;
    tried("cancel dates", hidden(dates));
    open
}

const AT_DOOR: [&str; 8] = [
    "door", "paper", "add", "let in", "express", "undo", "remove", "mark",
];
const RUNS: [&str; 26] = [
    "draft",
    "venues",
    "save",
    "save dates",
    "partners",
    "publish",
    "guests",
    "csv",
    "series",
    "messages",
    "write",
    "send",
    "discard",
    "link",
    "make link",
    "log",
    "team",
    "tasks",
    "add task",
    "remove task",
    "numbers",
    "stalls",
    "number",
    "set stall",
    "clear stalls",
    "left over",
];
const OWNS: [&str; 5] = [
    "ask",
    "change role",
    "remove helper",
    "cancel",
    "cancel dates",
];

/// A world whose evening begins in an hour, so that its door is open, with a guest to write to.
async fn tonight() -> World {
    let world = World::new("50").await;
    world.site.member("newcomer").await;
    world.take(&world.bo, 1).await.unwrap();
    world
}

async fn begins(world: &World) {
    let starts = world.page(&world.host).await.starts_at;
    let early = starts - SignedDuration::from_hours(1);
    let wait = early.duration_since(world.host.now());
    world.site.services.clock.advance(wait);
}

#[tokio::test]
async fn each_role_opens_its_functions_and_no_other() {
    let world = tonight().await;
    let co_host = world.site.member("cyd").await;
    let keeper = world.site.member("dee").await;
    let asked = world.site.member("eve").await;
    helps(&world.host, world.event, &co_host, "co_host").await;
    helps(&world.host, world.event, &keeper, "door").await;
    invite_host(&world.host, key(), world.event, "eve", "co_host")
        .await
        .unwrap();
    begins(&world).await;
    let nothing: [&str; 0] = [];
    assert_eq!(open_to(&world, &world.ana).await, nothing, "a stranger");
    assert_eq!(open_to(&world, &world.bo).await, nothing, "a guest");
    assert_eq!(
        open_to(&world, &asked).await,
        nothing,
        "who has not answered"
    );
    assert_eq!(open_to(&world, &keeper).await, AT_DOOR, "at the door");
    let co_hosts = [&RUNS[..], &AT_DOOR[..]].concat();
    assert_eq!(open_to(&world, &co_host).await, co_hosts, "a co-host");
    // All else stays the owner's, and a suspended helper has no part.
    let resting = suspended(&co_host).await;
    assert_eq!(
        open_to(&world, &resting).await,
        nothing,
        "a suspended co-host"
    );
    let resting = suspended(&keeper).await;
    assert_eq!(
        open_to(&world, &resting).await,
        nothing,
        "suspended at the door"
    );
    let all = [&RUNS[..], &AT_DOOR[..], &OWNS[..]].concat();
    assert_eq!(open_to(&world, &world.host).await, all, "the owner");
    world.sound().await;
}
