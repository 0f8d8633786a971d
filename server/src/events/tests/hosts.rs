//! Who hosts together, and what each of them may do.

use dogear_domain::accounts::AccountStatus;
use dogear_domain::events::hosts::{HostAct, HostRole};
use dogear_domain::events::series::WhichDates;
use dogear_domain::fields::{CancelReason, GuestName};
use dogear_domain::ids::EventHostId;
use tokio::task::JoinSet;

use super::leaving::erased;
use super::*;
use crate::testing::races::{patient, with};
use crate::testing::said;

/// The owner asks somebody, who says yes.
pub(super) async fn helps(owner: &Cx, event: EventId, helper: &Cx, role: &str) {
    let handle = helper.reader().unwrap().handle.clone();
    invite_host(owner, key(), event, &handle, role)
        .await
        .unwrap();
    let asked = asked_to_host(helper).await.unwrap();
    accept_hosting(helper, key(), asked[0].id).await.unwrap();
}

/// The helpers of an event as its owner sees them: handle, role, and whether they have yet to answer.
async fn helpers(owner: &Cx, event: EventId) -> Vec<(String, HostRole, bool)> {
    let team = team(owner, event).await.unwrap();
    let helpers = team.helpers.into_iter();
    helpers
        .map(|one| (one.handle, one.role, one.is_asked))
        .collect()
}

pub(super) async fn helper_of(owner: &Cx, event: EventId, handle: &str) -> EventHostId {
    let team = team(owner, event).await.unwrap();
    let found = team.helpers.into_iter().find(|one| one.handle == handle);
    found.expect("a helper").id
}

/// Suspends a member, whose next call knows it.
pub(super) async fn suspended(cx: &Cx) -> Cx {
    sqlx::query("update users set status = 'suspended' where id = $1")
        .bind(cx.reader().unwrap().id)
        .execute(cx.db())
        .await
        .unwrap();
    let mut cx = cx.clone();
    cx.actor.as_mut().unwrap().status = AccountStatus::Suspended;
    cx
}

/// For whoever has the role this is; all others read that there is no such thing.
pub(super) fn hidden<T>(outcome: Result<T>) -> bool {
    matches!(outcome, Err(Error::NotFound | Error::Forbidden(_)))
}

#[tokio::test]
async fn a_visitor_is_asked_to_log_in() {
    let world = World::new("5").await;
    let visitor = world.site.visitor();
    let asked = team(&visitor, world.event).await;
    assert!(matches!(asked, Err(Error::SignInRequired)), "{asked:?}");
}

#[tokio::test]
async fn whoever_is_asked_says_yes_or_no_and_can_stop() {
    let world = World::new("5").await;
    let (host, ana, bo, event) = (&world.host, &world.ana, &world.bo, world.event);
    invite_host(host, key(), event, " @ana", "co_host")
        .await
        .unwrap();
    invite_host(host, key(), event, "bob", "door")
        .await
        .unwrap();
    let twice = invite_host(host, key(), event, "bob", "co_host").await;
    assert_eq!(
        refused(twice),
        "handle: They help with this event, or are asked to."
    );
    assert_eq!(world.page(ana).await.role, None);
    let asked = asked_to_host(ana).await.unwrap();
    assert_eq!(
        (asked[0].role, &*asked[0].title),
        (HostRole::CoHost, "Swap by lamplight")
    );
    // What somebody else was asked is not there.
    let theirs = accept_hosting(bo, key(), asked[0].id).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    let theirs = decline_hosting(bo, key(), asked[0].id).await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    accept_hosting(ana, key(), asked[0].id).await.unwrap();
    accept_hosting(ana, key(), asked[0].id).await.unwrap();
    let no = asked_to_host(bo).await.unwrap();
    decline_hosting(bo, key(), no[0].id).await.unwrap();
    assert_eq!(
        helpers(host, event).await,
        [("ana".to_owned(), HostRole::CoHost, false)]
    );
    // She is shown, finds it on her list, and takes a seat like anybody.
    let page = world.page(bo).await;
    assert_eq!(page.co_hosts[0].handle, "ana");
    let (listed, _) = hosted(ana, None).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(
        roles_at(ana, &listed).await.unwrap(),
        [(event, HostRole::CoHost)]
    );
    world.take(ana, 2).await.unwrap();
    let subjects = world.site.mailed_subjects().await;
    assert!(
        subjects.contains(&"Will you host “Swap by lamplight”?".to_owned()),
        "{subjects:?}"
    );
    assert!(
        subjects.contains(&"Will you help at the door of “Swap by lamplight”?".to_owned()),
        "{subjects:?}"
    );
    // It stays hers to stop, and her seats stay hers.
    let too_late = decline_hosting(ana, key(), asked[0].id).await;
    assert!(refused(too_late).starts_with("You have said yes"));
    assert!(helped(host, event).await.is_err());
    helped(ana, event).await.unwrap();
    stop_hosting(ana, key(), event).await.unwrap();
    assert_eq!(helpers(host, event).await, []);
    assert_eq!(world.page(bo).await.co_hosts, []);
    assert_eq!(world.has(ana).await, Some(2));
    assert_eq!(hosted(ana, None).await.unwrap().0, []);
    let again = stop_hosting(ana, key(), event).await;
    assert!(matches!(again, Err(Error::NotFound)), "{again:?}");
}

#[tokio::test]
async fn an_owner_changes_roles_and_removes_helpers() {
    let world = World::new("5").await;
    let (host, ana, event) = (&world.host, &world.ana, world.event);
    helps(host, event, ana, "co_host").await;
    let id = helper_of(host, event, "ana").await;
    change_host_role(host, key(), id, "door").await.unwrap();
    assert_eq!(world.page(ana).await.role, Some(HostRole::Door));
    assert_eq!(
        world.page(&world.bo).await.co_hosts,
        [],
        "the door is not shown"
    );
    let owner = change_host_role(host, key(), id, "owner").await;
    assert_eq!(refused(owner), "role: Choose what they may do.");
    remove_host(host, key(), id).await.unwrap();
    assert_eq!(world.page(ana).await.role, None);
    let gone = remove_host(host, key(), id).await;
    assert!(matches!(gone, Err(Error::NotFound)), "{gone:?}");
    let told: Vec<String> = sqlx::query_scalar(
        "select data->>'reason' from notifications n join users u on u.id = n.user_id
         where n.kind = 'host_team' and u.handle = 'ana' order by n.id",
    )
    .fetch_all(host.db())
    .await
    .unwrap();
    assert_eq!(told.len(), 2, "{told:?}");
}

#[tokio::test]
async fn nobody_is_asked_whom_a_block_or_a_suspension_keeps_away() {
    let world = World::new("5").await;
    let (host, event) = (&world.host, world.event);
    let unknown = "handle: Nobody who can be asked has this handle. Check its spelling.";
    crate::accounts::block(&world.ana, "host").await.unwrap();
    crate::accounts::block(host, "bob").await.unwrap();
    suspended(&world.site.member("cyd").await).await;
    for handle in ["ana", "bob", "cyd", "nobody-here", "", "x y"] {
        let asked = invite_host(host, key(), event, handle, "door").await;
        assert_eq!(refused(asked), unknown, "{handle}");
    }
    let own = invite_host(host, key(), event, "host", "door").await;
    assert!(refused(own).starts_with("handle: This is you"));
    // A block that comes later ends what a helper may do, and hides the question.
    let dee = world.site.member("dee").await;
    let eve = world.site.member("eve").await;
    helps(host, event, &dee, "co_host").await;
    invite_host(host, key(), event, "eve", "co_host")
        .await
        .unwrap();
    let asked = asked_to_host(&eve).await.unwrap();
    crate::accounts::block(&dee, "host").await.unwrap();
    crate::accounts::block(host, "eve").await.unwrap();
    assert!(hidden(guests(&dee, event, None).await));
    assert_eq!(asked_to_host(&eve).await.unwrap(), []);
    assert!(hidden(accept_hosting(&eve, key(), asked[0].id).await));
    // The owner is not told who has blocked them, and a block keeps nobody from saying no.
    let team = team(host, event).await.unwrap();
    assert!(team.helpers.iter().all(|helper| !helper.rests));
    decline_hosting(&eve, key(), asked[0].id).await.unwrap();
    stop_hosting(&dee, key(), event).await.unwrap();
    assert_eq!(helpers(host, event).await, []);
}

#[tokio::test]
async fn whoever_helps_with_one_date_of_a_series_helps_with_all() {
    let world = World::new("5").await;
    let made = super::series::series(&world.host, "3", "20").await;
    helps(&world.host, made[1], &world.ana, "co_host").await;
    for &date in &made {
        assert_eq!(
            page(&world.ana, date).await.unwrap().role,
            Some(HostRole::CoHost)
        );
        assert_eq!(
            page(&world.bo, date).await.unwrap().co_hosts[0].handle,
            "ana"
        );
    }
    let series = in_series(&world.ana, made[0]).await.unwrap().unwrap();
    assert_eq!(
        series_page(&world.ana, series.series)
            .await
            .unwrap()
            .1
            .len(),
        3
    );
    assert!(hidden(series_page(&world.bo, series.series).await));
    assert_eq!(hosted(&world.ana, None).await.unwrap().0.len(), 1);
    // She changes all of them, at a place of the owner's.
    let seen = draft(&world.ana, made[0]).await.unwrap();
    let mut form = seen.form.clone();
    form.title = "Lamps and letters".into();
    save_dates(
        &world.ana,
        made[0],
        &form,
        &seen.version().unwrap(),
        WhichDates::All,
    )
    .await
    .unwrap();
    assert_eq!(
        page(&world.bo, made[2]).await.unwrap().title,
        "Lamps and letters"
    );
    // The log of each date has it, and that she was asked.
    for &date in &made {
        let lines = log(&world.host, date, None).await.unwrap().lines;
        let acts: Vec<HostAct> = lines.iter().map(|line| line.act).collect();
        assert!(
            acts.contains(&HostAct::Changed) && acts.contains(&HostAct::HostJoined),
            "{acts:?}"
        );
    }
    stop_hosting(&world.ana, key(), made[2]).await.unwrap();
    assert!(hidden(guests(&world.ana, made[0], None).await));
}

#[tokio::test]
async fn a_draft_and_an_event_for_the_invited_are_open_to_those_who_host_it() {
    let world = World::new("5").await;
    let mut form = evening(&world.host, 3, "").await;
    form.visibility = "invited".into();
    let event = create(&world.host, key(), &form).await.unwrap();
    helps(&world.host, event, &world.ana, "co_host").await;
    helps(&world.host, event, &world.bo, "door").await;
    page(&world.ana, event).await.unwrap();
    assert!(hidden(page(&world.bo, event).await), "a draft has no door");
    assert_eq!(hosted(&world.bo, None).await.unwrap().0, []);
    publish(&world.ana, event).await.unwrap();
    page(&world.bo, event).await.unwrap();
    take(&world.ana, key(), event, 1).await.unwrap();
    take(&world.bo, key(), event, 1).await.unwrap();
}

#[tokio::test]
async fn a_code_for_an_event_elsewhere_tells_a_helper_nothing_of_it() {
    let world = World::new("5").await;
    let other = published(&world.host, 12, "5").await;
    take(&world.ana, key(), other, 1).await.unwrap();
    let code = ticket(&world.ana, other).await.unwrap().code.to_string();
    helps(&world.host, world.event, &world.bo, "door").await;
    let said = door(&world.bo, world.event, &code, None)
        .await
        .unwrap()
        .answer
        .said;
    assert_eq!(said, ["No seats have this code."]);
    let said = door(&world.host, world.event, &code, None)
        .await
        .unwrap()
        .answer
        .said;
    assert!(
        said[0].starts_with("These seats are for another event"),
        "{said:?}"
    );
}

#[tokio::test]
async fn of_those_who_leave_nothing_says_that_they_hosted() {
    let world = World::new("5").await;
    helps(&world.host, world.event, &world.ana, "co_host").await;
    invite_host(&world.host, key(), world.event, "bob", "door")
        .await
        .unwrap();
    let rows = async || -> (i64, i64) {
        let counts = "select (select count(*) from event_hosts), (select count(*) from event_log)";
        sqlx::query_as(counts)
            .fetch_one(world.host.db())
            .await
            .unwrap()
    };
    erased(&world.ana).await;
    assert_eq!(rows().await, (1, 4));
    assert_eq!(world.page(&world.bo).await.co_hosts, []);
    erased(&world.host).await;
    assert_eq!(rows().await, (0, 0));
}

/// The owner changes roles, removes and asks again in several windows while the helper says yes,
/// stops and works: nobody waits for each other, and the list says one thing of each.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn roles_that_are_changed_by_several_at_once_stay_one() {
    let world = World::new("50").await;
    let services = patient(&world.site, 16).await;
    for handle in ["ana", "bob"] {
        invite_host(&world.host, key(), world.event, handle, "co_host")
            .await
            .unwrap();
    }
    let asked = asked_to_host(&world.ana).await.unwrap()[0].id;
    let bob = helper_of(&world.host, world.event, "bob").await;
    let mut tasks: JoinSet<Result<()>> = JoinSet::new();
    for round in 0..6 {
        let (host, ana) = (with(&world.host, &services), with(&world.ana, &services));
        let event = world.event;
        let role = if round % 2 == 0 { "door" } else { "co_host" };
        let owner = host.clone();
        tasks.spawn(async move {
            change_host_role(&owner, key(), asked, role).await?;
            change_host_role(&owner, key(), bob, role).await.map(|_| ())
        });
        tasks.spawn(async move { accept_hosting(&ana, key(), asked).await.map(|_| ()) });
        if round == 3 {
            let (host, ana) = (host.clone(), with(&world.ana, &services));
            tasks.spawn(async move { remove_host(&host, key(), bob).await.map(|_| ()) });
            tasks.spawn(async move {
                let name: GuestName = said("Auntie");
                add_guest(&ana, key(), event, &name, 1).await.map(|_| ())
            });
        }
    }
    while let Some(outcome) = tasks.join_next().await {
        // Not there yet, or not any more.
        match outcome.unwrap() {
            Err(Error::NotFound) => {}
            outcome => outcome.unwrap(),
        }
    }
    let left = helpers(&world.host, world.event).await;
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!((&*left[0].0, left[0].2), ("ana", false));
    let joined: i64 =
        sqlx::query_scalar("select count(*) from event_log where act = 'host_joined'")
            .fetch_one(world.host.db())
            .await
            .unwrap();
    assert_eq!(joined, 1, "one yes");
    let deadlocks: i64 = sqlx::query_scalar(
        "select deadlocks from pg_stat_database where datname = current_database()",
    )
    .fetch_one(world.host.db())
    .await
    .unwrap();
    assert_eq!(deadlocks, 0);
    // What stands in the list is what may be done, in the database as in the rule.
    for role in HostRole::ALL {
        let held = left[0].1;
        let may: bool = sqlx::query_scalar(
            "select may_host(e, u.id, $2, now()) from events e, users u where e.id = $1 and u.handle = 'ana'",
        )
        .bind(world.event.0)
        .bind(role.as_str())
        .fetch_one(world.host.db())
        .await
        .unwrap();
        assert_eq!(may, held.covers(*role), "{held} {role}");
    }
}

#[tokio::test]
async fn whoever_has_said_no_is_not_asked_again_for_thirty_days() {
    let world = World::new("5").await;
    let (host, event) = (&world.host, world.event);
    let ask = async |handle: &str| invite_host(host, key(), event, handle, "door").await;
    ask("ana").await.unwrap();
    let asked = asked_to_host(&world.ana).await.unwrap();
    decline_hosting(&world.ana, key(), asked[0].id)
        .await
        .unwrap();
    ask("bob").await.unwrap();
    let bob = helper_of(host, event, "bob").await;
    remove_host(host, key(), bob).await.unwrap();
    for handle in ["ana", "bob"] {
        let again = refused(ask(handle).await);
        assert!(again.starts_with("handle: They have said no"), "{again}");
    }
    crate::events::log::forget_logs(host).await.unwrap();
    refused(ask("ana").await);
    // Whoever helped can be asked at any time.
    let cyd = world.site.member("cyd").await;
    helps(host, event, &cyd, "door").await;
    stop_hosting(&cyd, key(), event).await.unwrap();
    ask("cyd").await.unwrap();
}

#[tokio::test]
async fn nobody_is_asked_to_help_with_a_first_event_that_no_moderator_has_seen() {
    let world = World::new("5").await;
    world.site.first_events_wait().await;
    let form = evening(&world.ana, 12, "2").await;
    let event = create(&world.ana, key(), &form).await.unwrap();
    let asked = refused(invite_host(&world.ana, key(), event, "bob", "door").await);
    assert!(asked.starts_with("A moderator looks at your first event"));
    publish(&world.ana, event).await.unwrap();
    refused(invite_host(&world.ana, key(), event, "bob", "door").await);
    assert_eq!(asked_to_host(&world.bo).await.unwrap(), []);
}

#[tokio::test]
async fn those_who_help_are_told_when_it_moves_and_when_it_is_cancelled() {
    let world = World::new("5").await;
    helps(&world.host, world.event, &world.ana, "co_host").await;
    helps(&world.host, world.event, &world.bo, "door").await;
    // She is told as a guest.
    world.take(&world.ana, 1).await.unwrap();
    world
        .edit(|form| form.starts = "19:30".into())
        .await
        .unwrap();
    world.site.run_jobs().await;
    cancel(&world.host, world.event, &CancelReason::default())
        .await
        .unwrap();
    world.site.run_jobs().await;
    let told: Vec<(String, String)> = sqlx::query_as(
        "select u.handle, n.data->>'reason' from notifications n join users u on u.id = n.user_id
         where n.kind = 'host_team' and u.handle <> 'host' order by n.id",
    )
    .fetch_all(world.host.db())
    .await
    .unwrap();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().all(|(handle, _)| handle == "bob"), "{told:?}");
    assert!(told[0].1.contains("has been moved"), "{told:?}");
    assert_eq!(
        told[1].1,
        "“Swap by lamplight”, with which you help, is cancelled."
    );
}

#[tokio::test]
async fn while_an_owner_is_suspended_their_co_hosts_keep_the_door_alone() {
    let world = World::new("5").await;
    helps(&world.host, world.event, &world.ana, "co_host").await;
    suspended(&world.host).await;
    assert!(hidden(draft(&world.ana, world.event).await));
    assert!(hidden(publish(&world.ana, world.event).await));
    assert!(hidden(messages(&world.ana, world.event).await));
    assert!(hidden(invitation_link(&world.ana, world.event).await));
    door(&world.ana, world.event, "", None).await.unwrap();
}
