//! Organisations, and what their members may do.

use dogear_domain::events::organisations::OrganisationRole;
use dogear_domain::ids::{OrganisationId, OrganisationMemberId};
use tokio::task::JoinSet;

use super::leaving::erased;
use super::*;
use crate::testing::races::{patient, with};

fn form(name: &str) -> OrganisationForm {
    OrganisationForm {
        name: name.into(),
        town: "Leeds".into(),
        description: "Books by the river.".into(),
        link: String::new(),
    }
}

async fn library(admin: &Cx) -> OrganisationId {
    let made = create_organisation(admin, key(), &form("Riverside Library")).await;
    made.unwrap().0
}

/// An admin asks somebody, who says yes.
async fn joins(admin: &Cx, id: OrganisationId, member: &Cx, role: &str) {
    let handle = member.reader().unwrap().handle.clone();
    invite_member(admin, key(), id, &handle, role)
        .await
        .unwrap();
    let asked = asked_to_join(member).await.unwrap();
    accept_membership(member, key(), asked[0].id).await.unwrap();
}

async fn person(cx: &Cx, id: OrganisationId, handle: &str) -> OrganisationMemberId {
    let people = organisation_people(cx, id).await.unwrap().people;
    let found = people.into_iter().find(|one| one.handle == handle);
    found.expect("a member").id
}

/// The evening is the library's.
async fn given_to(world: &World, id: OrganisationId) {
    let edited = world.edit(|form| form.organisation = id.to_string()).await;
    edited.unwrap();
}

fn hidden<T: std::fmt::Debug>(outcome: Result<T>) {
    assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
}

#[tokio::test]
async fn every_member_hosts_the_events_of_their_organisation() {
    let world = World::new("5").await;
    let id = library(&world.host).await;
    joins(&world.host, id, &world.ana, "member").await;
    hidden(guests(&world.ana, world.event, None).await);
    given_to(&world, id).await;
    guests(&world.ana, world.event, None).await.unwrap();
    add_guest(
        &world.ana,
        key(),
        world.event,
        &crate::testing::said("Auntie"),
        1,
    )
    .await
    .unwrap();
    hidden(cancel(&world.ana, world.event, &crate::testing::said("No lamp.")).await);
    hidden(team_of(&world).await);
    let (listed, _) = hosted(&world.ana, None).await.unwrap();
    assert_eq!(listed.len(), 1);
    // Everybody reads whose it is, and finds it on its page.
    let page = world.page(&world.bo).await;
    assert_eq!(page.organisation.unwrap().name, "Riverside Library");
    let visitor = world.site.visitor();
    let shown = organisation_page(&visitor, id).await.unwrap();
    assert_eq!((shown.coming.len(), shown.people.len()), (1, 2));
    // Who leaves, does so no more; nor does anybody who is suspended.
    sqlx::query("update users set status = 'suspended' where handle = 'ana'")
        .execute(world.host.db())
        .await
        .unwrap();
    hidden(guests(&world.ana, world.event, None).await);
    sqlx::query("update users set status = 'active' where handle = 'ana'")
        .execute(world.host.db())
        .await
        .unwrap();
    leave_organisation(&world.ana, key(), id).await.unwrap();
    hidden(guests(&world.ana, world.event, None).await);
}

/// A member is a co-host without a row of their own, so that there is nothing to stop.
async fn team_of(world: &World) -> Result<EventPage> {
    helped(&world.ana, world.event).await
}

#[tokio::test]
async fn an_event_is_of_an_organisation_of_its_host_alone() {
    let world = World::new("5").await;
    let id = library(&world.ana).await;
    let not_theirs = world.edit(|form| form.organisation = id.to_string()).await;
    assert_eq!(
        refused(not_theirs),
        "organisation: Choose one of your organisations."
    );
    joins(&world.ana, id, &world.host, "member").await;
    given_to(&world, id).await;
    // Whoever goes takes their own events along.
    leave_organisation(&world.host, key(), id).await.unwrap();
    assert_eq!(world.page(&world.bo).await.organisation, None);
}

#[tokio::test]
async fn dates_of_a_series_are_all_of_the_organisation() {
    let world = World::new("5").await;
    let id = library(&world.host).await;
    let made = super::series::series(&world.host, "3", "20").await;
    let seen = draft(&world.host, made[0]).await.unwrap();
    let mut form = seen.form.clone();
    form.organisation = id.to_string();
    let which = dogear_domain::events::series::WhichDates::All;
    save_dates(&world.host, made[0], &form, &seen.version().unwrap(), which)
        .await
        .unwrap();
    for date in made {
        let page = page(&world.bo, date).await.unwrap();
        assert_eq!(page.organisation.map(|one| one.id), Some(id));
    }
}

#[tokio::test]
async fn only_admins_choose_and_the_last_one_stays() {
    let world = World::new("5").await;
    let (host, ana, bo) = (&world.host, &world.ana, &world.bo);
    let id = library(host).await;
    joins(host, id, ana, "member").await;
    let own = person(host, id, "host").await;
    for last in [
        leave_organisation(host, key(), id).await,
        remove_member(host, key(), own).await.map(|_| ()),
        change_member_role(host, key(), own, "member")
            .await
            .map(|_| ()),
    ] {
        assert!(refused(last).starts_with("It would have no admin."));
    }
    // A member is none, and a stranger even less.
    let hers = person(host, id, "ana").await;
    for cx in [ana, bo] {
        hidden(organisation(cx, id).await);
        hidden(invite_member(cx, key(), id, "host", "member").await);
        hidden(remove_member(cx, key(), hers).await);
        hidden(change_member_role(cx, key(), hers, "admin").await);
        hidden(close_organisation(cx, key(), id).await);
        let version = Version::of(&form("Riverside Library")).unwrap();
        hidden(save_organisation(cx, id, &form("Other"), &version).await);
    }
    hidden(organisation_people(bo, id).await);
    hidden(leave_organisation(bo, key(), id).await);
    invite_member(host, key(), id, "bob", "admin")
        .await
        .unwrap();
    hidden(organisation_people(bo, id).await);
    let asked = asked_to_join(bo).await.unwrap()[0].id;
    hidden(accept_membership(ana, key(), asked).await);
    decline_membership(bo, key(), asked).await.unwrap();
    // With another admin the first one can go.
    change_member_role(host, key(), hers, "admin")
        .await
        .unwrap();
    leave_organisation(host, key(), id).await.unwrap();
    let left = organisation_page(bo, id).await.unwrap().people;
    let left: Vec<_> = left.iter().map(|one| (&*one.handle, one.role)).collect();
    assert_eq!(left, [("ana", OrganisationRole::Admin)]);
    close_organisation(ana, key(), id).await.unwrap();
    hidden(organisation_page(bo, id).await);
}

#[tokio::test]
async fn what_it_says_is_changed_by_one_after_the_other() {
    let world = World::new("5").await;
    let id = library(&world.host).await;
    let seen = organisation(&world.host, id)
        .await
        .unwrap()
        .version()
        .unwrap();
    save_organisation(&world.host, id, &form("Riverside"), &seen)
        .await
        .unwrap();
    save_organisation(&world.host, id, &form("Riverside"), &seen)
        .await
        .unwrap();
    let stale = save_organisation(&world.host, id, &form("Quayside"), &seen).await;
    assert!(stale.is_err(), "{stale:?}");
    let empty = create_organisation(&world.host, key(), &OrganisationForm::default()).await;
    assert!(refused(empty).contains("name:"));
}

#[tokio::test]
async fn an_organisation_outlives_those_who_leave_while_it_has_an_admin() {
    let world = World::new("5").await;
    let id = library(&world.host).await;
    joins(&world.host, id, &world.ana, "admin").await;
    joins(&world.host, id, &world.bo, "member").await;
    given_to(&world, id).await;
    erased(&world.host).await;
    let page = organisation_page(&world.bo, id).await.unwrap();
    assert_eq!((page.people.len(), page.coming.len()), (2, 0));
    erased(&world.ana).await;
    hidden(organisation_page(&world.bo, id).await);
    let left: i64 = sqlx::query_scalar("select count(*) from organisation_members")
        .fetch_one(world.bo.db())
        .await
        .unwrap();
    assert_eq!(left, 0);
}

/// Two admins each take the other's part away, and each leaves, at once: one of them stays.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_admins_who_go_at_once_one_stays() {
    let world = World::new("5").await;
    let services = patient(&world.site, 12).await;
    for _ in 0..4 {
        let id = library(&world.host).await;
        joins(&world.host, id, &world.ana, "admin").await;
        let (one, other) = (
            person(&world.host, id, "host").await,
            person(&world.host, id, "ana").await,
        );
        let mut tasks: JoinSet<Result<()>> = JoinSet::new();
        for (cx, rival) in [(&world.host, other), (&world.ana, one)] {
            let (cx, again) = (with(cx, &services), with(cx, &services));
            tasks.spawn(async move { leave_organisation(&cx, key(), id).await });
            tasks.spawn(async move {
                change_member_role(&again, key(), rival, "member")
                    .await
                    .map(|_| ())
            });
        }
        while let Some(outcome) = tasks.join_next().await {
            match outcome.unwrap() {
                Err(Error::NotFound | Error::Conflict(_)) => {}
                outcome => outcome.unwrap(),
            }
        }
        let admins: i64 = sqlx::query_scalar(
            "select count(*) from organisation_members where organisation_id = $1 and role = 'admin' and state = 'active'",
        )
        .bind(id.0)
        .fetch_one(world.host.db())
        .await
        .unwrap();
        assert_eq!(admins, 1);
    }
}
