//! Who sees an event, and where it is online.

use crate::calendars;
use crate::events::calendar as ics;

use super::*;

/// The secret of an event's link.
async fn secret(host: &Cx, event: EventId) -> String {
    let link = invitation_link(host, event).await.unwrap().expect("made");
    let (start, secret) = link.rsplit_once('/').unwrap();
    assert!(start.ends_with("/invitations"), "{link}");
    secret.to_owned()
}

fn not_found<T: std::fmt::Debug>(outcome: Result<T>) {
    assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
}

/// For a reader there is no such event, whichever way they ask.
async fn nowhere(world: &World, cx: &Cx) {
    let event = world.event;
    not_found(page(cx, event).await);
    not_found(ics::file(cx, event).await);
    not_found(books(cx, event, BookQuery::default()).await);
    if cx.actor.is_some() {
        not_found(ticket(cx, event).await);
        not_found(take(cx, key(), event, 1).await);
        not_found(world.wait(cx, 1, false).await);
        not_found(bring_listed(cx, event).await);
        not_found(invitation_link(cx, event).await);
        not_found(make_invitation(cx, key(), event).await);
    }
}

/// It stands in no list and no feed.
async fn unlisted(cx: &Cx) {
    let (listed, _) = coming(cx, &EventFilter::default(), None).await.unwrap();
    let listed = listed.events;
    assert_eq!(listed, []);
    let feed = ics::feed(cx, None, "").await.unwrap();
    assert!(!feed.contains("VEVENT"), "{feed}");
}

#[tokio::test]
async fn an_unlisted_event_opens_under_its_address_and_stands_in_no_list() {
    let world = World::new("20").await;
    (world.edit(|form| form.visibility = "unlisted".into()).await).unwrap();
    let visitor = world.site.visitor();
    for cx in [&visitor, &world.ana, &world.host] {
        unlisted(cx).await;
        assert_eq!(world.page(cx).await.title, "Swap by lamplight");
    }
    world.take(&world.ana, 1).await.unwrap();
    assert_eq!(own(&world.ana, false).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_event_for_the_invited_is_nowhere_for_all_others() {
    let world = World::new("1").await;
    (world.edit(|form| form.visibility = "invited".into()).await).unwrap();
    let visitor = world.site.visitor();
    assert_eq!(
        invitation_link(&world.host, world.event).await.unwrap(),
        None
    );
    make_invitation(&world.host, key(), world.event)
        .await
        .unwrap();
    for cx in [&visitor, &world.ana] {
        nowhere(&world, cx).await;
        unlisted(cx).await;
    }

    // Whoever comes with the link reads it; whoever is logged in finds it without from then on.
    let link = secret(&world.host, world.event).await;
    assert_eq!(
        open_invitation(&visitor, &link).await.unwrap().id,
        world.event
    );
    nowhere(&world, &visitor).await;
    open_invitation(&world.ana, &link).await.unwrap();
    open_invitation(&world.ana, &link).await.unwrap();
    world.take(&world.ana, 1).await.unwrap();
    unlisted(&world.ana).await;
    not_found(open_invitation(&visitor, "never.made").await);
    not_found(open_invitation(&visitor, &format!("{link}x")).await);
    // The link to a calendar is signed with the same key, for something else.
    calendars::make(&world.ana, key()).await.unwrap();
    let own = calendars::address(&world.ana).await.unwrap().unwrap().link;
    let own = own.rsplit_once('/').unwrap().1.trim_end_matches(".ics");
    not_found(open_invitation(&visitor, own).await);

    // With a new link the old one leads nowhere; who came by it stays.
    make_invitation(&world.host, key(), world.event)
        .await
        .unwrap();
    let second = secret(&world.host, world.event).await;
    assert_ne!(link, second);
    not_found(open_invitation(&world.bo, &link).await);
    nowhere(&world, &world.bo).await;
    open_invitation(&world.bo, &second).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    world.page(&world.ana).await;
    world.sound().await;
}

#[tokio::test]
async fn who_had_seats_or_waits_sees_an_event_that_is_now_for_the_invited() {
    let world = World::new("1").await;
    let cyd = world.site.member("cyd").await;
    world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, false).await.unwrap();
    (world.edit(|form| form.visibility = "invited".into()).await).unwrap();
    nowhere(&world, &cyd).await;
    assert_eq!(world.has(&world.ana).await, Some(1));
    assert!(world.page(&world.bo).await.waits.is_some());
    // Also when it is over.
    (sqlx::query("update event_occurrences set starts_at = $1, ends_at = $2"))
        .bind(jiff_sqlx::ToSqlx::to_sqlx(
            cyd.now() - SignedDuration::from_hours(30),
        ))
        .bind(jiff_sqlx::ToSqlx::to_sqlx(
            cyd.now() - SignedDuration::from_hours(28),
        ))
        .execute(cyd.db())
        .await
        .unwrap();
    world.page(&world.ana).await;
    nowhere(&world, &cyd).await;
}

#[tokio::test]
async fn a_link_opens_nothing_that_a_block_a_draft_or_another_choice_closes() {
    let world = World::new("20").await;
    (world.edit(|form| form.visibility = "invited".into()).await).unwrap();
    make_invitation(&world.host, key(), world.event)
        .await
        .unwrap();
    let link = secret(&world.host, world.event).await;
    crate::accounts::block(&world.host, "ana").await.unwrap();
    not_found(open_invitation(&world.ana, &link).await);
    nowhere(&world, &world.ana).await;
    (world.edit(|form| form.visibility = "members".into()).await).unwrap();
    not_found(open_invitation(&world.site.visitor(), &link).await);
    let mut form = evening(&world.host, 3, "").await;
    form.visibility = "invited".into();
    let draft = create(&world.host, key(), &form).await.unwrap();
    make_invitation(&world.host, key(), draft).await.unwrap();
    let link = secret(&world.host, draft).await;
    not_found(open_invitation(&world.bo, &link).await);
    assert_eq!(open_invitation(&world.host, &link).await.unwrap().id, draft);
}

#[tokio::test]
async fn of_whoever_leaves_no_invitation_stays() {
    let world = World::new("20").await;
    (world.edit(|form| form.visibility = "invited".into()).await).unwrap();
    make_invitation(&world.host, key(), world.event)
        .await
        .unwrap();
    let link = secret(&world.host, world.event).await;
    for cx in [&world.ana, &world.bo] {
        open_invitation(cx, &link).await.unwrap();
    }
    let opened = || async {
        sqlx::query_scalar::<_, i64>("select count(*) from event_invitations")
            .fetch_one(world.host.db())
            .await
            .unwrap()
    };
    assert_eq!(opened().await, 2);
    leaving::erased(&world.ana).await;
    assert_eq!(opened().await, 1);
    leaving::erased(&world.host).await;
    not_found(open_invitation(&world.bo, &link).await);
    let left: i64 = sqlx::query_scalar(
        "select count(*) from events where invitation_nonce is not null or online_link <> ''",
    )
    .fetch_one(world.bo.db())
    .await
    .unwrap();
    assert_eq!(left, 0);
}

const LINK: &str = "https://meet.example.org/lamplight";

#[tokio::test]
async fn a_link_online_is_for_those_who_have_seats() {
    let world = World::new("1").await;
    (world.edit(|form| form.online = LINK.into()).await).unwrap();
    world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, true).await.unwrap();
    let visitor = world.site.visitor();
    for cx in [&visitor, &world.bo] {
        assert_eq!(world.page(cx).await.online, "");
        let file = ics::file(cx, world.event).await.unwrap();
        assert!(
            !file.replace("\r\n ", "").contains("meet.example"),
            "{file}"
        );
    }
    let feed = ics::feed(&world.ana, None, "").await.unwrap();
    assert!(
        !feed.replace("\r\n ", "").contains("meet.example"),
        "{feed}"
    );
    for cx in [&world.ana, &world.host] {
        assert_eq!(world.page(cx).await.online, LINK);
    }
    let file = ics::file(&world.ana, world.event).await.unwrap();
    let unfolded = file.replace("\r\n ", "");
    assert!(unfolded.contains(LINK), "{file}");
    assert_eq!(
        ticket(&world.ana, world.event).await.unwrap().event.online,
        LINK
    );
    world.site.mailed_subjects().await;
    let mails = world.site.dev_mailbox.messages();
    let own = mails
        .iter()
        .find(|mail| mail.subject.starts_with("Your seats at"))
        .unwrap();
    assert!(own.text.contains(LINK), "{}", own.text);

    // What is only offered shows nothing.
    let booking = world.page(&world.ana).await.booking.unwrap();
    give_back(&world.ana, booking.id).await.unwrap();
    assert!(world.is_offered(&world.bo).await.is_some());
    assert_eq!(world.page(&world.bo).await.online, "");
    world.site.mailed_subjects().await;
    let mails = world.site.dev_mailbox.messages();
    let offer = mails
        .iter()
        .find(|mail| mail.subject.contains("free for you"))
        .unwrap();
    assert!(!offer.text.contains("meet.example"), "{}", offer.text);
}

#[tokio::test]
async fn a_new_link_online_is_told_to_those_who_have_seats() {
    let world = World::new("1").await;
    (world.edit(|form| form.online = LINK.into()).await).unwrap();
    world.take(&world.ana, 1).await.unwrap();
    world.wait(&world.bo, 1, true).await.unwrap();
    world.site.mailed_subjects().await;
    let sent = world.site.dev_mailbox.messages().len();
    let second = "https://meet.example.org/second";
    (world.edit(|form| form.online = second.into()).await).unwrap();
    world.site.mailed_subjects().await;
    let mails = world.site.dev_mailbox.messages();
    assert_eq!(mails.len(), sent + 1, "one has seats, and one waits");
    let told = mails
        .iter()
        .find(|mail| mail.subject.contains("new link"))
        .unwrap();
    assert!(told.text.contains(second), "{}", told.text);
    let wrong = world
        .edit(|form| form.online = "meet.example.org".into())
        .await;
    assert_eq!(
        refused(wrong),
        "online: Enter a link that begins with https://, or leave it empty."
    );
}

#[tokio::test]
async fn whoever_is_invited_to_one_date_of_a_series_is_invited_to_all() {
    let world = World::new("20").await;
    let mut form = evening(&world.host, 12, "5").await;
    form.visibility = "invited".into();
    let weekly = RepeatForm {
        repeats: "weekly".into(),
        every: "1".into(),
        times: "3".into(),
        until: String::new(),
        without: Vec::new(),
    };
    let first = create_dates(&world.host, key(), &form, &weekly)
        .await
        .unwrap();
    publish(&world.host, first).await.unwrap();
    make_invitation(&world.host, key(), first).await.unwrap();
    let link = secret(&world.host, first).await;
    open_invitation(&world.ana, &link).await.unwrap();
    let dates: Vec<EventId> =
        sqlx::query_scalar("select id from events where series_id is not null order by id")
            .fetch_all(world.host.db())
            .await
            .unwrap();
    assert_eq!(dates.len(), 3);
    for date in dates {
        page(&world.ana, date).await.unwrap();
        not_found(page(&world.bo, date).await);
    }
    // Another event of the same host is none of them.
    (world.edit(|form| form.visibility = "invited".into()).await).unwrap();
    not_found(page(&world.ana, world.event).await);
}
