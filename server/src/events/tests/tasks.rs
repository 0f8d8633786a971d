//! What is to be done for an event, and who does it.

use dogear_domain::events::hosts::HostAct;
use dogear_domain::events::tasks::{MOST_TASKS, VolunteerState};
use dogear_domain::fields::CancelReason;
use dogear_domain::ids::EventTaskId;
use jiff::SignedDuration;
use tokio::task::JoinSet;

use super::hosts::{helps, hidden, suspended};
use super::leaving::erased;
use super::series::weekly;
use super::*;
use crate::testing::races::{patient, with};

fn cake(wanted: &str) -> TaskForm {
    TaskForm {
        title: "Bake a cake".into(),
        note: "Without nuts.".into(),
        wanted: wanted.into(),
        due: String::new(),
    }
}

impl World {
    async fn task(&self, wanted: &str) -> EventTaskId {
        add_task(&self.host, key(), self.event, &cake(wanted))
            .await
            .unwrap()
    }

    /// What somebody sees of the event's tasks.
    async fn seen(&self, cx: &Cx) -> Vec<Task> {
        event_tasks(cx, self.event).await.unwrap().1
    }

    async fn only(&self) -> Task {
        let (_, mut tasks) = hosted_tasks(&self.host, self.event).await.unwrap();
        assert_eq!(tasks.len(), 1);
        tasks.remove(0)
    }

    /// Kinds of notices that somebody has, the first first, with what they say.
    async fn told(&self, handle: &str) -> Vec<(String, String)> {
        self.site.run_jobs().await;
        sqlx::query_as(
            "select n.kind, n.data->>'reason' from notifications n join users u on u.id = n.user_id
             where u.handle = $1 and n.kind like 'task%' order by n.id",
        )
        .bind(handle)
        .fetch_all(self.host.db())
        .await
        .unwrap()
    }
}

#[tokio::test]
async fn guests_take_tasks_and_give_them_up_and_strangers_find_nothing() {
    let world = World::new("10").await;
    let task = world.task("2").await;
    let stranger = world.site.member("eve").await;
    for cx in [&stranger, &world.ana] {
        assert!(hidden(event_tasks(cx, world.event).await));
        assert!(hidden(take_task(cx, task).await));
        assert!(hidden(give_up_task(cx, task).await));
        assert!(hidden(set_task_percent(cx, task, "10").await));
        assert!(hidden(hosted_tasks(cx, world.event).await));
        let page = world.page(cx).await;
        assert_eq!(tasks(cx, &page).await.unwrap(), []);
    }
    world.take(&world.ana, 1).await.unwrap();
    take_task(&world.ana, task).await.unwrap();
    take_task(&world.ana, task).await.unwrap();
    let seen = &world.seen(&world.ana).await[0];
    assert_eq!(
        (seen.own, seen.hands.left()),
        (Some(VolunteerState::Doing), 1)
    );
    assert_eq!(seen.volunteers, [], "names are for hosts alone");
    let shown = world.only().await;
    let names: Vec<_> = shown
        .volunteers
        .iter()
        .map(|one| (&*one.handle, one.comes))
        .collect();
    assert_eq!(names, [("ana", true)]);
    // Whoever gives the seats back still does it, and the host sees that they do not come.
    let booking = world.page(&world.ana).await.booking.unwrap();
    give_back(&world.ana, booking.id).await.unwrap();
    assert!(!world.only().await.volunteers[0].comes);
    give_up_task(&world.ana, task).await.unwrap();
    assert!(hidden(take_task(&world.ana, task).await));
    assert_eq!(world.only().await.hands.doing, 0);
    let told = world.told("host").await;
    let told: Vec<_> = told.iter().map(|(kind, said)| (&**kind, &**said)).collect();
    assert_eq!(
        told,
        [
            (
                "task_taken",
                "Somebody does “Bake a cake” for “Swap by lamplight”."
            ),
            (
                "task_taken",
                "Somebody no longer does “Bake a cake” for “Swap by lamplight”."
            ),
        ]
    );
}

#[tokio::test]
async fn whoever_a_host_asks_may_do_it_without_a_seat_and_is_asked_once() {
    let world = World::new("10").await;
    let (task, other) = (world.task("1").await, world.task("1").await);
    let nobody = refused(ask_for_task(&world.host, key(), task, "@nobody").await);
    assert!(nobody.starts_with("handle: Nobody"), "{nobody}");
    assert!(hidden(ask_for_task(&world.ana, key(), task, "bob").await));
    ask_for_task(&world.host, key(), task, "@ana")
        .await
        .unwrap();
    let again = refused(ask_for_task(&world.host, key(), task, "ana").await);
    assert_eq!(again, "handle: They are asked already.");
    let seen = world.seen(&world.ana).await;
    assert_eq!(
        seen.len(),
        1,
        "what she was not asked for is not hers to see"
    );
    assert_eq!(
        (seen[0].id, seen[0].own),
        (task, Some(VolunteerState::Asked))
    );
    assert!(hidden(take_task(&world.ana, other).await));
    assert!(hidden(set_task_percent(&world.ana, task, "10").await));
    give_up_task(&world.ana, task).await.unwrap();
    give_up_task(&world.ana, task).await.unwrap();
    let no = refused(ask_for_task(&world.host, key(), task, "ana").await);
    assert_eq!(no, "handle: They have said no to this.");
    // She may think better of it.
    take_task(&world.ana, task).await.unwrap();
    let full = refused(ask_for_task(&world.host, key(), task, "bob").await);
    assert_eq!(full, "Enough others do this already. Thank you for asking.");
    assert_eq!(
        world.told("ana").await,
        [("task_asked".to_owned(), "Bake a cake".to_owned())]
    );
    let kinds = world.told("host").await;
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    let lines = log(&world.host, world.event, None).await.unwrap().lines;
    assert!(
        lines
            .iter()
            .any(|line| line.act == HostAct::TaskAsked && line.about.as_deref() == Some("ana"))
    );
    block(&world, "host", "ana").await;
    let (_, tasks) = hosted_tasks(&world.host, world.event).await.unwrap();
    assert_eq!(tasks[0].hands.doing, 0, "whoever is blocked does nothing");
    assert!(hidden(take_task(&world.ana, task).await));
    assert!(hidden(event_tasks(&world.ana, world.event).await));
}

async fn block(world: &World, one: &str, other: &str) {
    sqlx::query(
        "insert into blocks (blocker_id, blocked_id) select a.id, b.id from users a, users b
         where a.handle = $1 and b.handle = $2",
    )
    .bind(one)
    .bind(other)
    .execute(world.host.db())
    .await
    .unwrap();
}

#[tokio::test]
async fn whoever_has_a_block_with_a_co_host_is_not_asked_by_them() {
    let world = World::new("10").await;
    let task = world.task("1").await;
    helps(&world.host, world.event, &world.bo, "co_host").await;
    block(&world, "ana", "bob").await;
    let asked = refused(ask_for_task(&world.bo, key(), task, "ana").await);
    assert!(asked.starts_with("handle: Nobody"), "{asked}");
    let asked = ask_for_task(&world.host, key(), task, "ana").await;
    assert_eq!(asked.unwrap(), world.event);
}

#[tokio::test]
async fn guests_with_a_block_and_suspended_ones_take_nothing() {
    let world = World::new("10").await;
    let task = world.task("1").await;
    world.take(&world.ana, 1).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    block(&world, "ana", "host").await;
    assert!(hidden(take_task(&world.ana, task).await));
    let bo = suspended(&world.bo).await;
    assert!(matches!(
        take_task(&bo, task).await,
        Err(Error::Forbidden(_))
    ));
    assert_eq!(world.only().await.hands.doing, 0);
}

#[tokio::test]
async fn all_of_it_is_noted_with_time_and_name_and_can_be_taken_back() {
    let world = World::new("10").await;
    let task = world.task("2").await;
    world.take(&world.ana, 1).await.unwrap();
    world.take(&world.bo, 1).await.unwrap();
    take_task(&world.ana, task).await.unwrap();
    assert!(
        hidden(set_task_percent(&world.bo, task, "10").await),
        "bo does not do it"
    );
    for wrong in ["", "101", "-1", "half"] {
        let said = refused(set_task_percent(&world.ana, task, wrong).await);
        assert!(said.starts_with("percent: "), "{said}");
    }
    let (_, before) = set_task_percent(&world.ana, task, "37").await.unwrap();
    assert_eq!(before, 0);
    let (_, before) = set_task_percent(&world.ana, task, "100").await.unwrap();
    assert_eq!(before, 37);
    let done = world.only().await;
    assert!(done.done_at.is_some());
    assert_eq!(done.done_by.as_deref(), Some("ana"));
    assert_eq!(world.seen(&world.bo).await[0].done_by, None);
    let late = refused(take_task(&world.bo, task).await);
    assert_eq!(late, "This is done already.");
    set_task_percent(&world.host, task, "37").await.unwrap();
    let open = world.only().await;
    assert_eq!(
        (open.done_at, open.done_by, open.hands.percent),
        (None, None, 37)
    );
}

#[tokio::test]
async fn hosts_change_and_remove_tasks_and_those_who_do_them_are_told() {
    let world = World::new("10").await;
    let helper = world.site.member("cohost").await;
    let door = world.site.member("doorkeeper").await;
    helps(&world.host, world.event, &helper, "co_host").await;
    helps(&world.host, world.event, &door, "door").await;
    assert!(hidden(
        add_task(&door, key(), world.event, &cake("1")).await
    ));
    let task = add_task(&helper, key(), world.event, &cake("2"))
        .await
        .unwrap();
    take_task(&door, task).await.unwrap();
    world.take(&world.ana, 1).await.unwrap();
    take_task(&world.ana, task).await.unwrap();
    let old = world.only().await.version().unwrap();
    let fewer = refused(change_task(&world.host, task, &cake("1"), &old).await);
    assert_eq!(
        fewer,
        "wanted: 2 do this already, so it cannot be for fewer."
    );
    let mut form = cake("3");
    change_task(&world.host, task, &form, &old).await.unwrap();
    assert_eq!(
        world.told("ana").await,
        [],
        "how many are wanted is nothing to her"
    );
    form.title = "Bake two cakes".into();
    let stale = refused(change_task(&helper, task, &form, &old).await);
    assert!(stale.starts_with("This was changed after"), "{stale}");
    let now = world.only().await.version().unwrap();
    change_task(&helper, task, &form, &now).await.unwrap();
    for wrong in [
        TaskForm {
            title: " ".into(),
            ..cake("1")
        },
        TaskForm {
            due: "2019-01-01".into(),
            ..cake("1")
        },
        cake("51"),
    ] {
        let said = refused(add_task(&world.host, key(), world.event, &wrong).await);
        assert!(said.contains(": "), "{said}");
    }
    assert!(hidden(remove_task(&world.ana, key(), task).await));
    let once = key();
    remove_task(&world.host, once, task).await.unwrap();
    remove_task(&world.host, once, task).await.unwrap();
    assert!(hidden(take_task(&world.ana, task).await));
    let told = world.told("ana").await;
    let said: Vec<_> = told.iter().map(|(_, said)| &**said).collect();
    assert_eq!(
        said,
        [
            "What you were to do for “Swap by lamplight” has changed: “Bake two cakes”.",
            "“Bake two cakes” for “Swap by lamplight” is not needed any more. Thank you all the same.",
        ]
    );
    assert_eq!(world.told("doorkeeper").await.len(), 2);
    let lines = log(&world.host, world.event, None).await.unwrap().lines;
    let acts: Vec<_> = lines.iter().map(|line| line.act).collect();
    assert_eq!(
        acts[..4],
        [
            HostAct::TaskRemoved,
            HostAct::TaskChanged,
            HostAct::TaskChanged,
            HostAct::TaskAdded
        ]
    );
}

#[tokio::test]
async fn nothing_is_to_be_done_for_what_is_cancelled_or_over() {
    let world = World::new("10").await;
    let task = world.task("2").await;
    ask_for_task(&world.host, key(), task, "eve")
        .await
        .unwrap_err();
    let eve = world.site.member("eve").await;
    ask_for_task(&world.host, key(), task, "eve").await.unwrap();
    take_task(&eve, task).await.unwrap();
    world.take(&world.ana, 1).await.unwrap();
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    let off = "This event does not take place, so there is nothing to be done.";
    for said in [
        refused(take_task(&world.host, task).await),
        refused(set_task_percent(&eve, task, "50").await),
        refused(give_up_task(&eve, task).await),
        refused(add_task(&world.host, key(), world.event, &cake("1")).await),
        refused(remove_task(&world.host, key(), task).await),
    ] {
        assert_eq!(said, off);
    }
    assert_eq!(world.seen(&eve).await.len(), 1, "it is still shown");
    let told = world.told("eve").await;
    assert_eq!(
        told.last().map(|(_, said)| said.as_str()),
        Some("“Swap by lamplight”, for which you were to do something, is cancelled.")
    );
    assert_eq!(world.told("ana").await, [], "guests are told as guests");

    let later = published(&world.host, 3, "5").await;
    let task = add_task(&world.host, key(), later, &cake("1"))
        .await
        .unwrap();
    world
        .site
        .services
        .clock
        .advance(SignedDuration::from_hours(24 * 4));
    let over = refused(take_task(&world.host, task).await);
    assert_eq!(
        over,
        "This event is over, so nobody is looked for any more."
    );
    // What is cleared away afterwards can still be noted.
    set_task_percent(&world.host, task, "100").await.unwrap();
}

#[tokio::test]
async fn other_dates_and_copies_have_the_tasks_without_their_volunteers() {
    let world = World::new("10").await;
    let due = (world.page(&world.host).await.starts_at)
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
        .yesterday()
        .unwrap();
    let form = TaskForm {
        due: due.to_string(),
        ..cake("2")
    };
    let task = add_task(&world.host, key(), world.event, &form)
        .await
        .unwrap();
    take_task(&world.host, task).await.unwrap();
    set_task_percent(&world.host, task, "100").await.unwrap();
    let other = evening(&world.host, 20, "5").await;
    let like = Some(world.event);
    let first = create_like(&world.host, key(), &other, &weekly("3"), like)
        .await
        .unwrap();
    let dates: Vec<i64> =
        sqlx::query_scalar("select id from events where id >= $1 order by series_day")
            .bind(first)
            .fetch_all(world.host.db())
            .await
            .unwrap();
    assert_eq!(dates.len(), 3);
    for (number, date) in (0_i64..).zip(dates) {
        let (_, tasks) = hosted_tasks(&world.host, date.into()).await.unwrap();
        let [copy] = &tasks[..] else {
            panic!("{tasks:?}")
        };
        assert_eq!(
            (copy.hands.wanted, copy.hands.doing, copy.hands.percent),
            (2, 0, 0)
        );
        let moved = due.checked_add((10 + 7 * number).days()).unwrap();
        assert_eq!(copy.due, Some(moved));
    }
    // Nothing is taken over from what somebody else hosts.
    let own = evening(&world.ana, 20, "5").await;
    let once = RepeatForm {
        repeats: "once".into(),
        ..RepeatForm::default()
    };
    let copy = create_like(&world.ana, key(), &own, &once, like)
        .await
        .unwrap();
    assert_eq!(hosted_tasks(&world.ana, copy).await.unwrap().1, []);
}

#[tokio::test]
async fn of_those_who_leave_nothing_says_that_they_did_it() {
    let world = World::new("10").await;
    let task = world.task("2").await;
    world.take(&world.ana, 1).await.unwrap();
    take_task(&world.ana, task).await.unwrap();
    set_task_percent(&world.ana, task, "100").await.unwrap();
    ask_for_task(&world.host, key(), world.task("1").await, "bob")
        .await
        .unwrap();
    erased(&world.ana).await;
    let (_, tasks) = hosted_tasks(&world.host, world.event).await.unwrap();
    let left: Vec<_> = tasks
        .iter()
        .map(|task| (task.hands.doing, task.done_by.clone()))
        .collect();
    assert_eq!(left, [(0, None), (0, None)]);
    assert!(tasks[0].done_at.is_some(), "it is done all the same");
    erased(&world.host).await;
    let words: Vec<String> = sqlx::query_scalar("select title || note from event_tasks")
        .fetch_all(world.bo.db())
        .await
        .unwrap();
    assert_eq!(words, ["", ""]);
    let told = world.told("bob").await;
    assert_eq!(
        told.last().map(|(kind, _)| kind.as_str()),
        Some("task_changed"),
        "{told:?}"
    );
}

#[tokio::test]
async fn an_event_has_so_many_tasks_and_no_more() {
    let world = World::new("10").await;
    sqlx::query(
        "insert into event_tasks (event_id, title, note, wanted, created_at)
         select $1, 'Carry', '', 1, now() from generate_series(2, $2)",
    )
    .bind(world.event)
    .bind(MOST_TASKS)
    .execute(world.host.db())
    .await
    .unwrap();
    world.task("1").await;
    let more = refused(add_task(&world.host, key(), world.event, &cake("1")).await);
    assert_eq!(more, "An event has at most 50 tasks. Remove one first.");
}

/// The last places of a task are taken by many at once: they are counted under its lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_take_the_last_places_as_many_get_one_as_there_are() {
    let world = World::new("40").await;
    let services = patient(&world.site, 16).await;
    let mut guests = Vec::new();
    for n in 0..16 {
        let guest = world.site.member(&format!("guest{n}x")).await;
        world.take(&guest, 1).await.unwrap();
        guests.push(with(&guest, &services));
    }
    for _ in 0..3 {
        let task = world.task("2").await;
        let mut taking = JoinSet::new();
        for guest in &guests {
            let guest = guest.clone();
            taking.spawn(async move { take_task(&guest, task).await });
        }
        let mut got = 0;
        while let Some(outcome) = taking.join_next().await {
            match outcome.unwrap() {
                Ok(_) => got += 1,
                Err(Error::Conflict(said)) => assert!(said.starts_with("Enough others"), "{said}"),
                Err(error) => panic!("{error:?}"),
            }
        }
        let kept: i64 = sqlx::query_scalar(
            "select count(*) from event_task_volunteers where task_id = $1 and state = 'doing'",
        )
        .bind(task)
        .fetch_one(world.host.db())
        .await
        .unwrap();
        assert_eq!((got, kept), (2, 2));
    }
}
