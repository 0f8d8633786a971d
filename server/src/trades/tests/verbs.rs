//! Each verb's way through, with what it leaves behind.

use dogear_domain::trades::Verb;

use super::*;
use crate::Error;

#[tokio::test]
async fn two_for_one_countered_accepted_sent_and_received() {
    let world = World::new().await;
    let trade = propose(
        &world.ana,
        key(),
        &Proposal {
            message: said("Would two even it out?"),
            ..proposal("bob", &world.anas[..2], &world.bos[..1])
        },
    )
    .await
    .unwrap();
    let seen = page(&world.bo, trade).await.unwrap().seen;
    let books = Books {
        gives: world.bos[..2].to_vec(),
        gets: world.anas[..2].to_vec(),
        gift: true,
    };
    counter(
        &world.bo,
        key(),
        trade,
        seen,
        &books,
        Method::Post,
        &said("And this one?"),
    )
    .await
    .unwrap();
    assert_eq!(
        world.accept(&world.ana, trade).await.unwrap(),
        TradeState::Agreed
    );
    assert_eq!(world.holds().await, 4);

    let leg = world.leg(&world.ana, trade).await;
    let shipment = Shipment {
        carrier: said("Post"),
        tracking: said("AB 12"),
    };
    send(&world.ana, key(), trade, leg, &shipment)
        .await
        .unwrap();
    // What a moderator holds against the old owner's description is not the new owner's.
    sqlx::query("update copies set hidden_at = now(), hidden_reason = 'No.' where id = $1")
        .bind(world.anas[0])
        .execute(&world.site.services.db)
        .await
        .unwrap();
    receive(&world.bo, key(), trade, leg).await.unwrap();
    let hidden: (bool, String) =
        sqlx::query_as("select hidden_at is not null, hidden_reason from copies where id = $1")
            .bind(world.anas[0])
            .fetch_one(&world.site.services.db)
            .await
            .unwrap();
    assert_eq!(hidden, (false, String::new()));
    assert_eq!(world.owner(world.anas[0]).await, id(&world.bo));
    assert_eq!(world.owner(world.bos[0]).await, id(&world.bo));
    assert_eq!(world.holds().await, 2);

    let back = world.post(&world.bo, trade).await;
    let state = receive(&world.ana, key(), trade, back).await.unwrap();
    assert_eq!(state, TradeState::Completed);
    assert_eq!(world.owner(world.bos[1]).await, id(&world.ana));
    assert_eq!(world.holds().await, 0);

    let (state, note, listed): (String, String, bool) =
        sqlx::query_as("select state, note, listed_at is not null from copies where id = $1")
            .bind(world.anas[0])
            .fetch_one(&world.site.services.db)
            .await
            .unwrap();
    assert_eq!(
        (state.as_str(), note.as_str(), listed),
        ("owned", "", false)
    );
    let figures: (i32, i32, i32, i32) = sqlx::query_as(
        "select trades_completed, replies, parcels_sent, parcels_on_time from users where id = $1",
    )
    .bind(id(&world.ana))
    .fetch_one(&world.site.services.db)
    .await
    .unwrap();
    assert_eq!(figures, (1, 1, 1, 1));

    assert_eq!(
        world.told(&world.bo).await,
        [
            "trade_proposed",
            "trade_message",
            "trade_accepted",
            "parcel_sent",
            "trade_completed"
        ]
    );
    assert_eq!(
        world.told(&world.ana).await,
        [
            "trade_countered",
            "trade_message",
            "trade_accepted",
            "parcel_received",
            "parcel_sent"
        ]
    );
    world.sound().await;

    let view = page(&world.ana, trade).await.unwrap();
    let revision = view.revision(2).unwrap();
    assert_eq!(revision.changes.len(), 1);
    assert!(revision.changes[0].added);
    // A problem can still be reported for some days, and nothing else.
    assert_eq!(view.allowed, [Verb::ReportProblem]);
    assert!(
        view.books.iter().any(|line| line.book.note == "Mine."),
        "the frozen note stays"
    );
}

#[tokio::test]
async fn a_gift_has_one_leg() {
    let world = World::new().await;
    let trade = world
        .propose(&world.ana, "bob", &world.anas[..1], &[])
        .await;
    world.accept(&world.bo, trade).await.unwrap();
    let leg = world.post(&world.ana, trade).await;
    assert_eq!(
        receive(&world.bo, key(), trade, leg).await.unwrap(),
        TradeState::Completed
    );
    world.sound().await;
}

#[tokio::test]
async fn a_meeting_is_handed_over() {
    let world = World::new().await;
    let meeting = Proposal {
        method: Method::Meet,
        ..proposal("bob", &world.anas[..1], &world.bos[..1])
    };
    let trade = propose(&world.ana, key(), &meeting).await.unwrap();
    world.accept(&world.bo, trade).await.unwrap();
    let (there, back) = (
        world.leg(&world.ana, trade).await,
        world.leg(&world.bo, trade).await,
    );
    let posted = send(&world.ana, key(), trade, there, &Shipment::default()).await;
    assert!(matches!(posted, Err(Error::Conflict(_))));
    hand_over(&world.ana, key(), trade, there).await.unwrap();
    receive(&world.bo, key(), trade, there).await.unwrap();
    receive(&world.ana, key(), trade, back).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Completed);
    assert!(matches!(
        save_address(
            &world.ana,
            key(),
            trade,
            &Version::default(),
            &said("1 High Street, Leeds"),
            false
        )
        .await,
        Err(Error::Conflict(_))
    ));
    world.sound().await;
}

#[tokio::test]
async fn declined_and_withdrawn_proposals_hold_nothing() {
    let world = World::new().await;
    let trade = world.proposed().await;
    decline(&world.bo, key(), trade, &said("I want to keep it."))
        .await
        .unwrap();
    assert_eq!(world.state(trade).await, TradeState::Declined);
    let again = world.proposed().await;
    withdraw(&world.ana, key(), again).await.unwrap();
    assert_eq!(world.state(again).await, TradeState::Withdrawn);
    assert_eq!(world.holds().await, 0);
    let text: String = sqlx::query_scalar(
        "select data ->> 'reason' from notifications where user_id = $1 and kind = 'trade_declined'",
    )
    .bind({
        world.site.run_jobs().await;
        id(&world.ana)
    })
    .fetch_one(&world.site.services.db)
    .await
    .unwrap();
    assert_eq!(text, "I want to keep it.");
    world.sound().await;
}

#[tokio::test]
async fn cancelling_is_free_before_sending_and_mutual_after() {
    let world = World::new().await;
    let trade = world.agreed().await;
    cancel(&world.bo, key(), trade, &said("I have lost it."))
        .await
        .unwrap();
    assert_eq!(world.state(trade).await, TradeState::Cancelled);
    assert_eq!(world.holds().await, 0);

    let trade = world.agreed().await;
    world.post(&world.ana, trade).await;
    assert_eq!(
        cancel(&world.ana, key(), trade, &Reason::default())
            .await
            .unwrap(),
        TradeState::Agreed
    );
    assert_eq!(
        consent_to_cancel(&world.bo, key(), trade).await.unwrap(),
        TradeState::Cancelled
    );
    assert_eq!(world.owner(world.anas[0]).await, id(&world.ana));
    assert!(
        world
            .told(&world.bo)
            .await
            .contains(&"cancel_requested".to_owned())
    );
    world.sound().await;
}

#[tokio::test]
async fn a_problem_freezes_the_trade_until_both_settle_it() {
    let world = World::new().await;
    let trade = world.agreed().await;
    world
        .dispute(trade, ProblemReason::WrongBook, "Another title.")
        .await;
    let reports: i64 = sqlx::query_scalar(
        "select count(*) from reports where subject_kind = 'trade' and subject_id = $1 and accused_id = $2 and state = 'open'",
    )
    .bind(trade)
    .bind(id(&world.ana))
    .fetch_one(&world.site.services.db)
    .await
    .unwrap();
    assert_eq!(reports, 1);
    let back = world.leg(&world.bo, trade).await;
    let frozen = send(&world.bo, key(), trade, back, &Shipment::default()).await;
    assert!(matches!(frozen, Err(Error::Conflict(_))));
    assert_eq!(
        settle(&world.bo, key(), trade).await.unwrap(),
        TradeState::Disputed
    );
    assert_eq!(
        settle(&world.ana, key(), trade).await.unwrap(),
        TradeState::Resolved
    );
    assert_eq!(world.holds().await, 0);
    let open: i64 = sqlx::query_scalar("select count(*) from reports where state = 'open'")
        .fetch_one(&world.site.services.db)
        .await
        .unwrap();
    assert_eq!(open, 0);
    world.sound().await;
}

#[tokio::test]
async fn a_moderator_sends_books_back() {
    let world = World::new().await;
    let trade = world.agreed().await;
    world
        .dispute(trade, ProblemReason::DamagedInPost, "Wet through.")
        .await;
    let cleo = world
        .site
        .account("cleo", dogear_domain::accounts::Role::Moderator)
        .await;
    assert!(for_moderator(&cleo, trade).await.unwrap().viewer.is_none());
    assert!(matches!(
        for_moderator(&world.ana, trade).await,
        Err(Error::NotFound)
    ));
    resolve(&cleo, key(), trade, Outcome::Return, "Ana takes them back.")
        .await
        .unwrap();
    assert_eq!(world.owner(world.anas[0]).await, id(&world.ana));
    assert_eq!(world.state(trade).await, TradeState::Resolved);
    let told = world.told(&world.ana).await;
    assert_eq!(told.last().unwrap(), "problem_settled");
    world.sound().await;
}

#[tokio::test]
async fn agreement_ends_the_rivals() {
    let world = World::new().await;
    let cai = world.site.member("cai").await;
    let cais = copy(&world.site, &cai, "Cai’s book").await;
    let trade = world.proposed().await;
    let other = world.propose(&cai, "bob", &[cais], &world.bos[..1]).await;
    let bystander = world.propose(&cai, "bob", &[cais], &world.bos[1..2]).await;
    world.accept(&world.bo, trade).await.unwrap();
    assert_eq!(world.state(other).await, TradeState::Superseded);
    assert_eq!(world.state(bystander).await, TradeState::Proposed);
    assert_eq!(world.told(&cai).await, ["trade_superseded"]);
    // Bob has promised the book himself: a line in the inbox, and no letter.
    assert!(
        world
            .told(&world.bo)
            .await
            .contains(&"trade_superseded".to_owned())
    );
    let letters: Vec<UserId> =
        sqlx::query_scalar("select user_id from mails where kind = 'trade_superseded'")
            .fetch_all(&world.site.services.db)
            .await
            .unwrap();
    assert_eq!(letters, [id(&cai)]);
    let own: bool = sqlx::query_scalar(
        "select (data ->> 'by_own_step')::boolean from notifications
         where kind = 'trade_superseded' and user_id = $1",
    )
    .bind(id(&world.bo))
    .fetch_one(&world.site.services.db)
    .await
    .unwrap();
    assert!(own);
    let late = world.accept(&world.bo, other).await;
    assert!(
        matches!(late, Err(Error::Conflict(text)) if text.starts_with("Another trade was agreed first"))
    );
    world.sound().await;
}

#[tokio::test]
async fn changed_terms_are_asked_about_again() {
    let world = World::new().await;
    let trade = world.proposed().await;
    let seen = page(&world.bo, trade).await.unwrap().seen;
    let mut tx = world.site.services.db.begin().await.unwrap();
    sqlx::query("update copies set grade = 2, terms_version = terms_version + 1 where id = $1")
        .bind(world.anas[0])
        .execute(&mut *tx)
        .await
        .unwrap();
    terms_changed(&mut tx, &world.ana, world.anas[0])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let stale = accept(&world.bo, key(), trade, seen).await;
    assert!(matches!(stale, Err(Error::Conflict(_))));
    assert_eq!(
        world.told(&world.bo).await,
        ["trade_proposed", "terms_changed"]
    );
    assert_eq!(
        world.accept(&world.bo, trade).await.unwrap(),
        TradeState::Agreed
    );
    world.sound().await;
}

#[tokio::test]
async fn a_giver_who_hears_nothing_after_a_meeting_reports_it() {
    let world = World::new().await;
    let meeting = Proposal {
        method: Method::Meet,
        ..proposal("bob", &world.anas[..1], &[])
    };
    let trade = propose(&world.ana, key(), &meeting).await.unwrap();
    world.accept(&world.bo, trade).await.unwrap();
    let leg = world.leg(&world.ana, trade).await;
    hand_over(&world.ana, key(), trade, leg).await.unwrap();
    let report = || async {
        let reason = ProblemReason::NoAnswer;
        report_problem(
            &world.ana,
            key(),
            trade,
            leg,
            reason,
            &said("Not a word."),
            vec![],
        )
        .await
    };
    world.site.advance(jiff::SignedDuration::from_hours(24 * 6));
    assert!(matches!(report().await, Err(Error::Conflict(_))));
    world.site.advance(jiff::SignedDuration::from_hours(24));
    let view = page(&world.ana, trade).await.unwrap();
    assert!(view.legs[0].can.contains(&Verb::ReportProblem));
    assert_eq!(report().await.unwrap().state, TradeState::Disputed);
    let accused: Option<UserId> = sqlx::query_scalar(
        "select accused_id from reports where subject_kind = 'trade' and subject_id = $1",
    )
    .bind(trade)
    .fetch_one(&world.site.services.db)
    .await
    .unwrap();
    assert_eq!(accused, Some(id(&world.bo)));
    world.sound().await;
}
