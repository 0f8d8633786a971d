//! R6: guests who hand their seats on to somebody else.

use dogear_domain::ids::SeatTransferId;
use tokio::task::JoinSet;

use super::*;
use crate::testing::races::{patient, with};

impl World {
    /// The one offer that somebody sees at the evening.
    async fn offer_to(&self, cx: &Cx) -> Option<SeatTransfer> {
        let page = self.page(cx).await;
        let mut open = transfers(cx, &page).await.unwrap();
        assert!(open.len() <= 1, "{open:?}");
        open.pop()
    }

    async fn offer(&self, booking: SeatBookingId, to: &str, party: i32) -> SeatTransferId {
        offer_transfer(&self.ana, key(), booking, to, party)
            .await
            .unwrap();
        self.offer_to(&self.ana).await.expect("an offer").id
    }

    /// The texts of all mails that bob has got by now.
    async fn mails_to_bo(&self) -> Vec<String> {
        self.site.mailed_subjects().await;
        let messages = self.site.dev_mailbox.messages().into_iter();
        let to_bo = messages.filter(|mail| mail.to.iter().any(|to| to.starts_with("bob")));
        to_bo.map(|mail| mail.text).collect()
    }
}

#[tokio::test]
async fn r6_seats_are_handed_on_and_nobody_who_waits_gets_between() {
    let world = World::new("3").await;
    let booking = world.take(&world.ana, 3).await.unwrap();
    let cyd = world.site.member("cyd").await;
    world.wait(&cyd, 1, false).await.unwrap();
    let offer = world.offer(booking, " @BOB ", 2).await;
    assert_eq!(world.has(&world.ana).await, Some(3), "until they are taken");
    let seen = world.offer_to(&world.bo).await.expect("an offer");
    assert_eq!((seen.party, seen.is_own), (2, false));
    assert_eq!(world.offer_to(&cyd).await, None);
    // What does not stand any more is not told.
    world.site.mailed_subjects().await;
    accept_transfer(&world.bo, offer).await.unwrap();
    accept_transfer(&world.bo, offer).await.unwrap();
    assert_eq!(world.has(&world.ana).await, Some(1));
    assert_eq!(world.has(&world.bo).await, Some(2));
    assert_eq!(world.has(&cyd).await, None);
    world.sound().await;
    let subjects = world.site.mailed_subjects().await;
    for told in [
        "offers you 2 seats",
        "has taken 2 seats of yours",
        "Your seats at “Swap by lamplight”",
    ] {
        assert!(
            subjects.iter().any(|one| one.contains(told)),
            "{told}: {subjects:?}"
        );
    }
    // The last one, too: then nothing is left, and it goes beside those that they have.
    let offer = world.offer(booking, "bob", 1).await;
    accept_transfer(&world.bo, offer).await.unwrap();
    assert_eq!(world.has(&world.ana).await, None);
    assert_eq!(world.has(&world.bo).await, Some(3));
    world.sound().await;
}

#[tokio::test]
async fn an_offer_ends_when_it_is_declined_taken_back_or_made_anew() {
    let world = World::new("20").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    let cyd = world.site.member("cyd").await;
    let offer = world.offer(booking, "bob", 2).await;
    decline_transfer(&world.bo, offer).await.unwrap();
    assert_eq!(world.offer_to(&world.bo).await, None);
    let ended = accept_transfer(&world.bo, offer).await;
    assert!(refused(ended).contains("no longer offered"));
    let first = world.offer(booking, "bob", 2).await;
    let second = world.offer(booking, "cyd", 1).await;
    let ended = accept_transfer(&world.bo, first).await;
    assert!(refused(ended).contains("no longer offered"));
    withdraw_transfer(&world.ana, booking).await.unwrap();
    let ended = accept_transfer(&cyd, second).await;
    assert!(refused(ended).contains("no longer offered"));
    // Fewer than are offered by now.
    let offer = world.offer(booking, "bob", 2).await;
    change(&world.ana, key(), booking, 1).await.unwrap();
    assert_eq!(world.offer_to(&world.bo).await, None);
    let ended = accept_transfer(&world.bo, offer).await;
    assert!(refused(ended).contains("no longer offered"));
    let offer = world.offer(booking, "bob", 1).await;
    give_back(&world.ana, booking).await.unwrap();
    let ended = accept_transfer(&world.bo, offer).await;
    assert!(refused(ended).contains("no longer offered"));
    world.sound().await;
}

#[tokio::test]
async fn seats_are_offered_to_nobody_for_whom_they_are_not() {
    let world = World::new("20").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    let cyd = world.site.member("cyd").await;
    crate::accounts::block(&cyd, "host").await.unwrap();
    for nobody in ["nobody", "ana", "cyd", "", "not a handle!", "https://"] {
        let said = refused(offer_transfer(&world.ana, key(), booking, nobody, 1).await);
        assert_eq!(
            said, "recipient: Nobody with this handle can have these seats.",
            "{nobody}"
        );
    }
    for party in [0, -1, 3, i32::MAX] {
        let said = refused(offer_transfer(&world.ana, key(), booking, "bob", party).await);
        assert_eq!(said, "handed: You have 2 seats.", "{party}");
    }
    let foreign = offer_transfer(&world.bo, key(), booking, "cyd", 1).await;
    assert!(matches!(foreign, Err(Error::NotFound)), "{foreign:?}");
    let foreign = withdraw_transfer(&world.bo, booking).await;
    assert!(matches!(foreign, Err(Error::NotFound)), "{foreign:?}");
    let offer = world.offer(booking, "bob", 1).await;
    for outcome in [
        accept_transfer(&cyd, offer).await,
        decline_transfer(&cyd, offer).await,
        accept_transfer(&world.ana, offer).await,
    ] {
        assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
    }
    for _ in 0..4 {
        world.offer(booking, "bob", 1).await;
    }
    let often = offer_transfer(&world.ana, key(), booking, "bob", 1).await;
    assert!(refused(often).contains("five times today"));
}

#[tokio::test]
async fn nobody_has_more_seats_by_an_offer_than_the_host_allows() {
    let world = World::new("20").await;
    let booking = world.take(&world.ana, 3).await.unwrap();
    world.take(&world.bo, 2).await.unwrap();
    let offer = world.offer(booking, "bob", 3).await;
    let said = refused(accept_transfer(&world.bo, offer).await);
    assert!(said.contains("one guest may have 4"), "{said}");
    assert_eq!(world.has(&world.ana).await, Some(3), "nothing has changed");
    assert_eq!(world.has(&world.bo).await, Some(2));
    assert!(world.offer_to(&world.bo).await.is_some(), "it stands");
}

#[tokio::test]
async fn the_link_online_is_not_for_whoever_is_offered_seats() {
    let world = World::new("20").await;
    world
        .edit(|form| form.online = "https://meet.example/lamp".into())
        .await
        .unwrap();
    let booking = world.take(&world.ana, 1).await.unwrap();
    world.offer(booking, "bob", 1).await;
    let mails = world.mails_to_bo().await;
    assert!(
        mails.iter().any(|mail| mail.contains("offers you")),
        "{mails:?}"
    );
    assert!(
        !mails.iter().any(|mail| mail.contains("meet.example")),
        "{mails:?}"
    );
}

#[tokio::test]
async fn priced_seats_are_handed_on_for_what_was_agreed() {
    let world = World::priced("20", "20").await;
    let booking = world.take_at(&world.ana, 3, "£20.00").await.unwrap();
    // Whatever a seat costs others now.
    world.set_price("5").await;
    let offer = world.offer(booking, "bob", 1).await;
    let mails = world.mails_to_bo().await;
    assert!(
        mails.iter().any(|mail| mail.contains("One costs £20.00")),
        "{mails:?}"
    );
    assert!(
        mails.iter().all(|mail| !mail.contains("£60.00")),
        "what all of the giver's cost: {mails:?}"
    );
    accept_transfer(&world.bo, offer).await.unwrap();
    let due = async |cx: &Cx| world.due(cx).await.total.to_string();
    assert_eq!(due(&world.ana).await, "£40.00");
    assert_eq!(due(&world.bo).await, "£20.00");
    // Beside those that somebody has for the same.
    let offer = world.offer(booking, "bob", 1).await;
    accept_transfer(&world.bo, offer).await.unwrap();
    assert_eq!(due(&world.ana).await, "£20.00");
    assert_eq!(due(&world.bo).await, "£40.00");
    // And not beside those that cost less: they would cost less, too.
    let cyd = world.site.member("cyd").await;
    world.take_at(&cyd, 1, "£5.00").await.unwrap();
    let offer = world.offer(booking, "cyd", 1).await;
    let said = refused(accept_transfer(&cyd, offer).await);
    assert!(said.contains("yours cost something else"), "{said}");
    assert_eq!(due(&world.ana).await, "£20.00");
    assert_eq!(due(&cyd).await, "£5.00");
    // All that are left.
    let dee = world.site.member("dee").await;
    let offer = world.offer(booking, "dee", 1).await;
    accept_transfer(&dee, offer).await.unwrap();
    assert_eq!(world.has(&world.ana).await, None);
    assert_eq!(due(&dee).await, "£20.00");
    world.sound().await;
}

#[tokio::test]
async fn paid_seats_are_handed_on_to_nobody_nor_beside_paid_ones() {
    let world = World::priced("20", "5").await;
    let booking = world.take_at(&world.ana, 2, "£5.00").await.unwrap();
    let offer = world.offer(booking, "bob", 2).await;
    mark_paid(&world.host, booking, true, "£10.00")
        .await
        .unwrap();
    assert_eq!(world.offer_to(&world.bo).await, None);
    let own = world.offer_to(&world.ana).await;
    assert!(own.is_some(), "whoever offers them can take that back");
    assert_eq!(
        refused(accept_transfer(&world.bo, offer).await),
        "These seats cannot be handed on any more. Ask whoever offers them."
    );
    let again = refused(offer_transfer(&world.ana, key(), booking, "bob", 1).await);
    assert!(again.contains("These seats are paid."), "{again}");
    mark_paid(&world.host, booking, false, "").await.unwrap();
    let bobs = world.take_at(&world.bo, 1, "£5.00").await.unwrap();
    mark_paid(&world.host, bobs, true, "£5.00").await.unwrap();
    let said = refused(accept_transfer(&world.bo, offer).await);
    assert!(said.contains("yours are paid already"), "{said}");
    assert_eq!(world.has(&world.ana).await, Some(2));
    world.sound().await;
}

#[tokio::test]
async fn a_block_between_the_two_ends_an_offer_without_a_word() {
    let world = World::new("20").await;
    let booking = world.take(&world.ana, 2).await.unwrap();
    let offer = world.offer(booking, "bob", 1).await;
    crate::accounts::block(&world.ana, "bob").await.unwrap();
    assert_eq!(world.offer_to(&world.bo).await, None);
    let ended = refused(accept_transfer(&world.bo, offer).await);
    assert!(ended.contains("no longer offered"), "{ended}");
    decline_transfer(&world.bo, offer).await.unwrap();
    assert_eq!(world.has(&world.ana).await, Some(2));
    let subjects = world.site.mailed_subjects().await;
    for told in ["offers you", "does not take"] {
        assert!(
            !subjects.iter().any(|one| one.contains(told)),
            "{told}: {subjects:?}"
        );
    }
}

#[tokio::test]
async fn seats_are_offered_to_nobody_whose_handle_only_looks_alike() {
    let world = World::new("20").await;
    let booking = world.take(&world.ana, 1).await.unwrap();
    world.site.member("Corner").await;
    let alike = refused(offer_transfer(&world.ana, key(), booking, "comer", 1).await);
    assert_eq!(
        alike,
        "recipient: Nobody with this handle can have these seats."
    );
    world.offer(booking, "@corner", 1).await;
}

/// Taken, withdrawn, declined and given back at once: one of them is, and no seat is there twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r6_an_offer_is_taken_once_whatever_else_happens_to_it() {
    let world = World::new("20").await;
    let services = patient(&world.site, 8).await;
    for round in 0..12 {
        let booking = world.take(&world.ana, 2).await.unwrap();
        let offer = world.offer(booking, "bob", 2).await;
        let (ana, bo) = (with(&world.ana, &services), with(&world.bo, &services));
        let mut tasks = JoinSet::new();
        for n in 0..6 {
            let (ana, bo) = (ana.clone(), bo.clone());
            tasks.spawn(async move {
                match (n + round) % 6 {
                    0..=2 => accept_transfer(&bo, offer).await.map(drop),
                    3 => withdraw_transfer(&ana, booking).await.map(drop),
                    4 => decline_transfer(&bo, offer).await.map(drop),
                    _ => change(&ana, key(), booking, 1).await.map(drop),
                }
            });
        }
        while let Some(outcome) = tasks.join_next().await {
            match outcome.unwrap() {
                Ok(()) | Err(Error::Conflict(_)) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        world.sound().await;
        let (ana, bo) = (world.has(&world.ana).await, world.has(&world.bo).await);
        assert!(
            matches!((ana, bo), (None, Some(2)) | (Some(1 | 2), None)),
            "{ana:?} {bo:?}"
        );
        for cx in [&world.ana, &world.bo] {
            if let Some(booking) = world.page(cx).await.booking {
                give_back(cx, booking.id).await.unwrap();
            }
        }
        sqlx::query("delete from seat_transfers")
            .execute(&world.site.services.db)
            .await
            .unwrap();
    }
}
