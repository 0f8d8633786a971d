//! Who may still deal with whom: blocks, suspensions, readers who have left.

use std::time::Duration;

use dogear_domain::accounts::AccountStatus;
use jiff::SignedDuration;

use super::*;
use crate::testing::TestSite;
use crate::{Error, limits};

/// The reader as the next request would find them.
fn with_status(cx: &Cx, status: AccountStatus) -> Cx {
    let mut cx = cx.clone();
    cx.actor.as_mut().unwrap().status = status;
    cx
}

async fn set_status(world: &World, cx: &Cx, status: AccountStatus) {
    sqlx::query("update users set status = $2 where id = $1")
        .bind(id(cx))
        .bind(status)
        .execute(&world.site.services.db)
        .await
        .unwrap();
}

async fn block(world: &World, blocker: &Cx, blocked: &Cx) {
    sqlx::query("insert into blocks (blocker_id, blocked_id) values ($1, $2)")
        .bind(id(blocker))
        .bind(id(blocked))
        .execute(&world.site.services.db)
        .await
        .unwrap();
}

/// What the reader is told when writing, and that the page says the same.
async fn refused(cx: &Cx, trade: TradeId) -> String {
    let told = match write(cx, key(), trade, &said("Hello?")).await {
        Err(Error::Forbidden(text) | Error::Conflict(text)) => text,
        other => panic!("{other:?}"),
    };
    let view = page(cx, trade).await.unwrap();
    assert_eq!(view.messaging_disabled.as_deref(), Some(told.as_str()));
    told
}

#[tokio::test]
async fn after_the_end_only_those_write_who_could_begin_again() {
    let world = World::new().await;
    let ended = world.proposed().await;
    decline(&world.bo, key(), ended, &Reason::default())
        .await
        .unwrap();
    write(&world.ana, key(), ended, &said("A pity."))
        .await
        .unwrap();
    assert!(
        page(&world.ana, ended)
            .await
            .unwrap()
            .messaging_disabled
            .is_none()
    );
    world.site.run_jobs().await;

    let suspended = with_status(&world.ana, AccountStatus::Suspended);
    assert!(refused(&suspended, ended).await.contains("suspended"));
    let mut unconfirmed = world.ana.clone();
    unconfirmed.actor.as_mut().unwrap().verified = false;
    assert!(refused(&unconfirmed, ended).await.contains("Confirm"));

    block(&world, &world.bo, &world.ana).await;
    for cx in [&world.ana, &world.bo] {
        let told = refused(cx, ended).await;
        assert!(!told.contains("block"), "{told}");
    }
    sqlx::query("delete from blocks")
        .execute(&world.site.services.db)
        .await
        .unwrap();
    set_status(&world, &world.bo, AccountStatus::Deleted).await;
    assert!(refused(&world.ana, ended).await.contains("left Dogear"));
    let mails: i64 = sqlx::query_scalar("select count(*) from trade_messages")
        .fetch_one(&world.site.services.db)
        .await
        .unwrap();
    assert_eq!(mails, 1);
    world.sound().await;
}

#[tokio::test]
async fn in_a_running_trade_everybody_goes_on_writing() {
    let world = World::new().await;
    let trade = world.agreed().await;
    block(&world, &world.bo, &world.ana).await;
    let suspended = with_status(&world.ana, AccountStatus::Suspended);
    write(&suspended, key(), trade, &said("On its way."))
        .await
        .unwrap();
    assert!(
        page(&suspended, trade)
            .await
            .unwrap()
            .messaging_disabled
            .is_none()
    );
}

#[tokio::test]
async fn messages_in_one_trade_are_limited() {
    let site = TestSite::with(|settings| settings.rate_limit_factor = 1).await;
    let (ana, bo) = (site.member("ana").await, site.member("bob").await);
    let mut trades = Vec::new();
    for number in 1..=2 {
        let book = copy(&site, &ana, &format!("Book {number}")).await;
        let gift = proposal("bob", &[book], &[]);
        trades.push(propose(&ana, key(), &gift).await.unwrap());
    }
    write(&bo, key(), trades[0], &said("Who are you?"))
        .await
        .unwrap();
    for _ in 0..limits::MESSAGE.burst {
        write(&ana, key(), trades[0], &said("And another thing."))
            .await
            .unwrap();
    }
    let more = write(&ana, key(), trades[0], &said("And another thing.")).await;
    assert!(matches!(more, Err(Error::TooMany { retry_after }) if retry_after > Duration::ZERO));
    write(&ana, key(), trades[1], &said("Hello."))
        .await
        .unwrap();
    write(&bo, key(), trades[0], &said("Slowly!"))
        .await
        .unwrap();
}

#[tokio::test]
async fn nobody_enters_a_trade_with_a_suspended_member() {
    let world = World::new().await;
    let trade = world.proposed().await;
    for status in [AccountStatus::Suspended, AccountStatus::Closing] {
        set_status(&world, &world.ana, status).await;
        let refused = world.accept(&world.bo, trade).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        assert_eq!(world.state(trade).await, TradeState::Proposed);
        assert_eq!(world.holds().await, 0);
    }
    // A suspension whose time is over counts no more, whether or not the clock has tidied up.
    sqlx::query("update users set status = 'suspended', suspended_until = $2 where id = $1")
        .bind(id(&world.ana))
        .bind(jiff_sqlx::Timestamp::from(world.site.services.clock.now()))
        .execute(&world.site.services.db)
        .await
        .unwrap();
    assert_eq!(
        world.accept(&world.bo, trade).await.unwrap(),
        TradeState::Agreed
    );
    world.sound().await;
}

#[tokio::test]
async fn a_suspension_whose_term_has_passed_keeps_nobody_from_proposing() {
    let world = World::new().await;
    let until = world.site.services.clock.now() + SignedDuration::from_hours(1);
    sqlx::query("update users set status = 'suspended', suspended_until = $2 where id = $1")
        .bind(id(&world.bo))
        .bind(jiff_sqlx::Timestamp::from(until))
        .execute(&world.site.services.db)
        .await
        .unwrap();
    let wish = proposal("bob", &world.anas[..1], &world.bos[..1]);
    let look = views::ShelfSearch::default();
    let early = propose(&world.ana, key(), &wish).await;
    assert!(matches!(early, Err(Error::Conflict(_))), "{early:?}");
    let early = builder(&world.ana, "bob", &wish.books, &look).await;
    assert!(matches!(early, Err(Error::NotFound)));
    // Nothing has tidied up yet: the row still says suspended.
    world.site.advance(SignedDuration::from_hours(1));
    assert!(builder(&world.ana, "bob", &wish.books, &look).await.is_ok());
    propose(&world.ana, key(), &wish).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn a_proposal_that_slipped_past_a_block_cannot_be_accepted() {
    let world = World::new().await;
    let trade = world.proposed().await;
    set_status(&world, &world.ana, AccountStatus::Suspended).await;
    let suspended = world.accept(&world.bo, trade).await.unwrap_err();
    set_status(&world, &world.ana, AccountStatus::Active).await;
    // As when the block was stored while the proposal was on its way.
    block(&world, &world.ana, &world.bo).await;
    let blocked = world.accept(&world.bo, trade).await.unwrap_err();
    assert_eq!(world.holds().await, 0);
    // The words are the same, so that they tell nobody of the block.
    assert_eq!(blocked.to_string(), suspended.to_string());
    assert!(matches!(blocked, Error::Conflict(_)));
    world.sound().await;
}

/// The reader leaves for good, as the closing of an account does it.
async fn leave(world: &World, cx: &Cx) {
    let mut tx = world.site.services.db.begin().await.unwrap();
    leave_running(&mut tx, cx, id(cx)).await.unwrap();
    withdraw_all(&mut tx, cx, id(cx)).await.unwrap();
    tx.commit().await.unwrap();
    set_status(world, cx, AccountStatus::Deleted).await;
}

#[tokio::test]
async fn who_leaves_for_good_agrees_to_the_end_of_what_runs() {
    let world = World::new().await;
    // Nothing was sent: it ends at once.
    let waiting = world
        .propose(&world.ana, "bob", &world.anas[2..], &[])
        .await;
    world.accept(&world.bo, waiting).await.unwrap();
    // Bo's parcel is on its way: Bo can end it alone.
    let sent = world
        .propose(&world.ana, "bob", &world.anas[..1], &world.bos[..1])
        .await;
    world.accept(&world.bo, sent).await.unwrap();
    world.post(&world.bo, sent).await;
    // A problem with books that Bo has received: settled by Bo alone.
    let disputed = world
        .propose(&world.ana, "bob", &world.anas[1..2], &world.bos[1..2])
        .await;
    world.accept(&world.bo, disputed).await.unwrap();
    world
        .dispute(disputed, ProblemReason::WrongBook, "Another one.")
        .await;

    leave(&world, &world.ana).await;
    assert_eq!(world.state(waiting).await, TradeState::Cancelled);
    assert_eq!(world.state(sent).await, TradeState::Agreed);
    assert_eq!(world.holds().await, 3);
    let told = world.told(&world.bo).await;
    assert_eq!(
        told.iter()
            .filter(|kind| *kind == "cancel_requested")
            .count(),
        2,
        "{told:?}"
    );
    assert_eq!(
        consent_to_cancel(&world.bo, key(), sent).await.unwrap(),
        TradeState::Cancelled
    );
    assert_eq!(
        settle(&world.bo, key(), disputed).await.unwrap(),
        TradeState::Resolved
    );
    assert_eq!(world.holds().await, 0);
    world.sound().await;
}

#[tokio::test]
async fn who_leaves_after_being_asked_to_cancel_ends_it() {
    let world = World::new().await;
    let trade = world.agreed().await;
    world.post(&world.ana, trade).await;
    cancel(&world.bo, key(), trade, &Reason::default())
        .await
        .unwrap();
    leave(&world, &world.ana).await;
    assert_eq!(world.state(trade).await, TradeState::Cancelled);
    assert_eq!(world.holds().await, 0);
    // A second look finds nothing to do.
    leave(&world, &world.ana).await;
    world.sound().await;
}

#[tokio::test]
async fn a_problem_with_a_former_member_is_settled_by_the_other_alone() {
    let world = World::new().await;
    let trade = world.agreed().await;
    let leg = world.post(&world.ana, trade).await;
    leave(&world, &world.ana).await;
    world
        .site
        .advance(jiff::SignedDuration::from_hours(24 * 27));
    let reason = ProblemReason::NeverArrived;
    report_problem(
        &world.bo,
        key(),
        trade,
        leg,
        reason,
        &said("Nothing came."),
        vec![],
    )
    .await
    .unwrap();
    assert_eq!(
        settle(&world.bo, key(), trade).await.unwrap(),
        TradeState::Resolved
    );
    assert_eq!(world.holds().await, 0);
    world.sound().await;
}

#[tokio::test]
async fn a09_who_proposes_writes_once_until_somebody_answers() {
    let world = World::new().await;
    let trade = world.proposed().await;
    write(&world.ana, key(), trade, &said("Would you?"))
        .await
        .unwrap();
    let again = write(&world.ana, key(), trade, &said("Hello? Hello?")).await;
    let Err(Error::Conflict(why)) = again else {
        panic!("one mail is enough");
    };
    let view = page(&world.ana, trade).await.unwrap();
    assert_eq!(view.messaging_disabled, Some(why));
    assert!(
        page(&world.bo, trade)
            .await
            .unwrap()
            .messaging_disabled
            .is_none()
    );
    write(&world.bo, key(), trade, &said("Let me think."))
        .await
        .unwrap();
    for _ in 0..3 {
        write(&world.ana, key(), trade, &said("Take your time."))
            .await
            .unwrap();
    }
    // A message with the proposal is the first one.
    let with_message = Proposal {
        message: said("Please!"),
        ..proposal("bob", &world.anas[2..], &[])
    };
    let trade = propose(&world.ana, key(), &with_message).await.unwrap();
    let again = write(&world.ana, key(), trade, &said("Please!!")).await;
    assert!(matches!(again, Err(Error::Conflict(_))));
    world.accept(&world.bo, trade).await.unwrap();
    write(&world.ana, key(), trade, &said("Thank you."))
        .await
        .unwrap();
}

#[tokio::test]
async fn a09_a_proposal_that_is_taken_back_gives_no_second_message() {
    let world = World::new().await;
    let trade = world.proposed().await;
    write(&world.ana, key(), trade, &said("Would you?"))
        .await
        .unwrap();
    withdraw(&world.ana, key(), trade).await.unwrap();
    let again = write(&world.ana, key(), trade, &said("Hello? Hello?")).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    write(&world.bo, key(), trade, &said("What a pity."))
        .await
        .unwrap();
    write(&world.ana, key(), trade, &said("Another time."))
        .await
        .unwrap();
}

#[tokio::test]
async fn a09_one_reader_is_asked_so_often() {
    let world = World::new().await;
    world.site.member("cat").await;
    sqlx::query("update users set trades_completed = 1")
        .execute(&world.site.services.db)
        .await
        .unwrap();
    let ask =
        async |with: &str| propose(&world.ana, key(), &proposal(with, &world.anas[..1], &[])).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        open.push(ask("bob").await.unwrap());
    }
    let refused = ask("bob").await;
    assert!(
        matches!(&refused, Err(Error::Forbidden(why)) if why.contains("@bob")),
        "{refused:?}"
    );
    ask("cat").await.unwrap();
    // Taking them back makes room for others, but not for ever.
    let mut vain = 0;
    while let Some(trade) = open.pop() {
        withdraw(&world.ana, key(), trade).await.unwrap();
        vain += 1;
        match ask("bob").await {
            Ok(trade) => open.push(trade),
            Err(Error::Forbidden(_)) => break,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(vain, 10);
}
