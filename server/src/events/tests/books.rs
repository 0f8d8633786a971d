//! The books at a swap meet: who may say what, who sees what, and who could swap with whom.

use dogear_domain::accounts::AccountStatus;
use dogear_domain::grade::Grade;
use dogear_domain::ids::CopyId;

use super::*;
use crate::events::books::forget_books;
use crate::search::tests::library::{change, list, load};

/// A published swap meet with the catalogue of the demo.
async fn meet() -> World {
    let world = World::new("20").await;
    load(&world.site).await;
    world
}

async fn titles(cx: &Cx, event: EventId) -> Vec<String> {
    let books = books(cx, event, BookQuery::default()).await.unwrap();
    books
        .others
        .into_iter()
        .map(|brought| brought.book.title)
        .collect()
}

async fn emma(world: &World, of: &Cx) -> CopyId {
    list(&world.site, of, "Emma", Grade::Good).await
}

#[tokio::test]
async fn who_takes_part_says_what_they_bring_and_everybody_sees_which_books_there_are() {
    let world = meet().await;
    let World {
        site,
        host,
        ana,
        bo,
        event,
    } = &world;
    let copy = emma(&world, ana).await;
    let refused = bring(ana, *event, &[copy]).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    take(ana, key(), *event, 1).await.unwrap();
    let packed = bring(ana, *event, &[copy, copy]).await.unwrap();
    assert_eq!(
        (packed.added, packed.were_there, packed.left_out),
        (1, 0, 0)
    );
    let again = bring(ana, *event, &[copy]).await.unwrap();
    assert_eq!((again.added, again.were_there), (0, 1));
    // Not on her shelf.
    let foreign = emma(&world, bo).await;
    assert!(matches!(
        bring(ana, *event, &[foreign]).await,
        Err(Error::NotFound)
    ));

    // Visitors see the book and nobody's name; the host sees whose it is.
    let seen = books(&site.visitor(), *event, BookQuery::default())
        .await
        .unwrap();
    assert_eq!((seen.found, seen.takes_part), (1, false));
    assert_eq!(seen.others[0].by, None);
    let seen = books(host, *event, BookQuery::default()).await.unwrap();
    assert_eq!(seen.others[0].by.as_ref().unwrap().handle, "ana");
    let zola = BookQuery {
        text: "zola",
        ..BookQuery::default()
    };
    assert_eq!(books(host, *event, zola).await.unwrap().found, 0);
    let shown = page(host, *event).await.unwrap();
    assert_eq!(brought(host, &shown).await.unwrap(), Some(1));

    keep_home(ana, *event, copy).await.unwrap();
    keep_home(ana, *event, copy).await.unwrap();
    assert!(titles(host, *event).await.is_empty());
}

#[tokio::test]
async fn a_book_is_shown_while_its_owner_comes_and_it_is_theirs_to_give() {
    let world = meet().await;
    let World {
        site,
        host,
        ana,
        bo,
        event,
    } = &world;
    let booking = take(ana, key(), *event, 1).await.unwrap();
    let copy = emma(&world, ana).await;
    bring(ana, *event, &[copy]).await.unwrap();
    assert_eq!(titles(host, *event).await, ["Emma"]);
    for (gone, back) in [
        (
            "update copies set hidden_at = now()",
            "update copies set hidden_at = null",
        ),
        (
            "update users set status = 'suspended' where handle = 'ana'",
            "update users set status = 'active' where handle = 'ana'",
        ),
        (
            "insert into trades (state, opened_by) select 'agreed', min(id) from users;
             insert into copy_holds (copy_id, trade_id) select c.id, t.id from copies c, trades t",
            "delete from copy_holds",
        ),
        (
            "insert into blocks (blocker_id, blocked_id)
             select a.id, h.id from users a, users h where a.handle = 'ana' and h.handle = 'host'",
            "delete from blocks",
        ),
    ] {
        change(site, gone).await;
        if !gone.contains("blocks") {
            assert!(titles(&site.visitor(), *event).await.is_empty(), "{gone}");
        }
        assert!(titles(host, *event).await.is_empty(), "{gone}");
        change(site, back).await;
        assert_eq!(titles(host, *event).await, ["Emma"], "{back}");
    }
    // Whoever gives their seats back brings nothing; and with seats again, the same as before.
    give_back(ana, booking).await.unwrap();
    assert!(titles(host, *event).await.is_empty());
    take(ana, key(), *event, 1).await.unwrap();
    assert_eq!(titles(host, *event).await, ["Emma"]);
    // It has changed hands: it is the new owner's to bring.
    change(
        site,
        "update copies set owner_id = (select id from users where handle = 'bob')",
    )
    .await;
    assert!(titles(host, *event).await.is_empty());
    take(bo, key(), *event, 1).await.unwrap();
    assert_eq!(bring_listed(bo, *event).await.unwrap().added, 1);
    assert_eq!(titles(host, *event).await, ["Emma"]);
}

#[tokio::test]
async fn those_who_have_something_for_each_other_are_brought_together() {
    let world = meet().await;
    let World {
        site,
        host,
        ana,
        bo,
        event,
    } = &world;
    for guest in [ana, bo] {
        take(guest, key(), *event, 1).await.unwrap();
    }
    let hers = emma(&world, ana).await;
    let his = list(site, bo, "Dracula", Grade::Fine).await;
    bring(ana, *event, &[hers]).await.unwrap();
    bring(bo, *event, &[his]).await.unwrap();
    wish(ana, *event, his).await.unwrap();
    wish(ana, *event, his).await.unwrap();
    let seen = books(bo, *event, BookQuery::default()).await.unwrap();
    assert_eq!(seen.own[0].wishes, 1);
    assert_eq!(seen.partners.len(), 1);
    assert_eq!(seen.partners[0].gives, ["Dracula"]);
    assert!(seen.partners[0].gets.is_empty());
    wish(bo, *event, hers).await.unwrap();
    let seen = books(ana, *event, BookQuery::default()).await.unwrap();
    let partner = &seen.partners[0];
    assert_eq!(partner.handle, "bob");
    assert_eq!(
        (&partner.gets[0], &partner.gives[0]),
        (&"Dracula".into(), &"Emma".into())
    );
    assert!(seen.others[0].wished);
    // One's own, one that nobody brings, and by whoever does not take part.
    assert!(matches!(
        wish(ana, *event, hers).await,
        Err(Error::NotFound)
    ));
    let other = list(site, host, "Middlemarch", Grade::Good).await;
    assert!(matches!(
        wish(ana, *event, other).await,
        Err(Error::NotFound)
    ));
    let cleo = site.member("cleo").await;
    assert!(matches!(
        wish(&cleo, *event, hers).await,
        Err(Error::Conflict(_))
    ));

    drop_wish(bo, *event, hers).await.unwrap();
    assert!(
        books(bo, *event, BookQuery::default())
            .await
            .unwrap()
            .partners[0]
            .gets
            .is_empty()
    );
    // With the book goes the wish.
    assert_eq!(keep_home(bo, *event, his).await.unwrap(), 1);
    assert!(
        books(ana, *event, BookQuery::default())
            .await
            .unwrap()
            .partners
            .is_empty()
    );
}

#[tokio::test]
async fn books_are_for_swap_meets_to_come() {
    let world = meet().await;
    let World {
        site,
        host,
        ana,
        event,
        ..
    } = &world;
    take(ana, key(), *event, 1).await.unwrap();
    let copy = emma(&world, ana).await;
    bring(ana, *event, &[copy]).await.unwrap();
    let reading = EventForm {
        kind: "reading".into(),
        ..evening(host, 12, "5").await
    };
    let reading = create(host, key(), &reading).await.unwrap();
    publish(host, reading).await.unwrap();
    assert!(matches!(
        books(ana, reading, BookQuery::default()).await,
        Err(Error::NotFound)
    ));
    take(ana, key(), reading, 1).await.unwrap();
    assert!(matches!(
        bring(ana, reading, &[copy]).await,
        Err(Error::NotFound)
    ));
    let shown = page(ana, reading).await.unwrap();
    assert_eq!(brought(ana, &shown).await.unwrap(), None);

    site.services
        .clock
        .advance(SignedDuration::from_hours(24 * 11));
    let over = books(host, *event, BookQuery::default()).await.unwrap();
    assert!(over.closed.is_some() && over.others.is_empty());
    assert!(matches!(
        bring(ana, *event, &[copy]).await,
        Err(Error::Conflict(_))
    ));
    assert!(matches!(
        wish(host, *event, copy).await,
        Err(Error::Conflict(_))
    ));
}

#[tokio::test]
async fn a_guest_brings_a_hundred_books_at_most_from_however_many_windows() {
    let world = meet().await;
    let World {
        site, ana, event, ..
    } = &world;
    take(ana, key(), *event, 1).await.unwrap();
    emma(&world, ana).await;
    change(
        site,
        "insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
         select edition_id, work_id, owner_id, grade, state, listed_at from copies, generate_series(1, 104)",
    )
    .await;
    let (one, other) = tokio::join!(bring_listed(ana, *event), bring_listed(ana, *event));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.added + other.added, 100);
    assert_eq!(one.left_out.max(other.left_out), 5);
    let count: i64 = sqlx::query_scalar("select count(*) from event_books")
        .fetch_one(&site.services.db)
        .await
        .unwrap();
    assert_eq!(count, 100);
}

#[tokio::test]
async fn what_was_ticked_and_is_gone_meanwhile_is_counted_and_takes_no_room() {
    let world = meet().await;
    let World {
        site,
        host,
        ana,
        event,
        ..
    } = &world;
    take(ana, key(), *event, 1).await.unwrap();
    let (kept, gone) = (emma(&world, ana).await, emma(&world, ana).await);
    let mine = bring(ana, *event, &[kept]).await.unwrap();
    assert_eq!((mine.added, mine.missing), (1, 0));
    change(
        site,
        "update copies set owner_id = (select id from users where handle = 'bob')
         where id = (select max(id) from copies)",
    )
    .await;
    let packed = bring(ana, *event, &[kept, gone]).await.unwrap();
    assert_eq!((packed.added, packed.were_there, packed.missing), (0, 1, 1));
    assert!(matches!(
        bring(ana, *event, &[gone]).await,
        Err(Error::NotFound)
    ));

    // A hundred that have changed hands leave room for a hundred.
    change(
        site,
        "insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
         select edition_id, work_id, owner_id, grade, state, listed_at
         from copies, generate_series(1, 99) where id = (select min(id) from copies)",
    )
    .await;
    assert_eq!(bring_listed(ana, *event).await.unwrap().added, 99);
    change(
        site,
        "update copies set owner_id = (select id from users where handle = 'bob')",
    )
    .await;
    let again = emma(&world, ana).await;
    assert_eq!(bring(ana, *event, &[again]).await.unwrap().added, 1);
    assert_eq!(titles(host, *event).await.len(), 1);
}

#[tokio::test]
async fn whoever_takes_no_part_any_more_sees_no_names_and_takes_back_what_they_said() {
    let world = meet().await;
    let World {
        site,
        host,
        ana,
        event,
        ..
    } = &world;
    let booking = take(ana, key(), *event, 1).await.unwrap();
    let hers = emma(&world, ana).await;
    let other = list(site, host, "Dracula", Grade::Fine).await;
    bring(ana, *event, &[hers]).await.unwrap();
    bring(host, *event, &[other]).await.unwrap();
    wish(ana, *event, other).await.unwrap();
    let look = |cx: Cx| async move { books(&cx, *event, BookQuery::default()).await.unwrap() };
    let wished = BookQuery {
        wished: true,
        ..BookQuery::default()
    };
    assert_eq!(books(ana, *event, wished).await.unwrap().found, 1);
    assert_eq!(books(host, *event, wished).await.unwrap().found, 0);
    assert_eq!(look(host.clone()).await.own[0].wishes, 1);

    change(
        site,
        "update users set status = 'suspended' where handle = 'ana'",
    )
    .await;
    let mut suspended = ana.clone();
    suspended.actor.as_mut().unwrap().status = AccountStatus::Suspended;
    let seen = look(suspended).await;
    assert!(!seen.takes_part && seen.others[0].by.is_none());
    let seen = look(host.clone()).await;
    assert_eq!((seen.own[0].wishes, seen.partners.len()), (0, 0));
    change(
        site,
        "update users set status = 'active' where handle = 'ana'",
    )
    .await;

    give_back(ana, booking).await.unwrap();
    let seen = look(ana.clone()).await;
    assert!(!seen.takes_part && !seen.own[0].shown && seen.partners.is_empty());
    assert_eq!(look(host.clone()).await.own[0].wishes, 0);
    keep_home(ana, *event, hers).await.unwrap();
    assert!(look(ana.clone()).await.own.is_empty());
}

#[tokio::test]
async fn what_was_wished_for_is_forgotten_a_day_after_and_what_was_brought_a_week_later() {
    let world = meet().await;
    let World {
        site,
        ana,
        bo,
        event,
        ..
    } = &world;
    take(ana, key(), *event, 1).await.unwrap();
    take(bo, key(), *event, 1).await.unwrap();
    let copy = emma(&world, ana).await;
    bring(ana, *event, &[copy]).await.unwrap();
    wish(bo, *event, copy).await.unwrap();
    let ends_at = page(ana, *event).await.unwrap().ends_at;
    let count = || async {
        forget_books(ana).await.unwrap();
        let rows: (i64, i64) = sqlx::query_as(
            "select (select count(*) from event_books), (select count(*) from event_book_wishes)",
        )
        .fetch_one(&site.services.db)
        .await
        .unwrap();
        rows
    };
    let clock = &site.services.clock;
    clock.advance(ends_at.duration_since(clock.now()) + SignedDuration::from_hours(23));
    assert_eq!(count().await, (1, 1));
    clock.advance(SignedDuration::from_hours(2));
    assert_eq!(count().await, (1, 0));
    clock.advance(SignedDuration::from_hours(24 * 7));
    assert_eq!(count().await, (0, 0));
}
