//! Copies for a time.

use dogear_domain::offers::Offers;
use dogear_domain::trades::{LegPurpose, TradeKind, proposed_due};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::*;
use crate::Error;
use crate::copies::{self, Change};

impl World {
    fn now(&self) -> jiff::Timestamp {
        self.site.services.clock.now()
    }

    /// A day as browsers send it, so many days from now.
    pub(super) fn day(&self, days: i16) -> String {
        proposed_due(days, &TimeZone::UTC, self.now()).to_string()
    }

    pub(super) async fn lends(&self, copy: CopyId) {
        let offer = Change::Offer(Offers::LENT);
        copies::change(&self.bo, None, &[copy], offer)
            .await
            .unwrap();
    }

    async fn borrowing(&self, cx: &Cx, days: i16, method: Method) -> Borrowing {
        Borrowing {
            copy: self.bos[0],
            seen: on_loan(cx, self.bos[0]).await.unwrap().terms,
            due: self.day(days),
            method,
            message: Message::default(),
        }
    }

    /// Ana asks to borrow Bob's first copy for so many days.
    pub(super) async fn asked_to_lend(&self, days: i16, method: Method) -> TradeId {
        self.lends(self.bos[0]).await;
        let wanted = self.borrowing(&self.ana, days, method).await;
        borrow(&self.ana, key(), &wanted).await.unwrap()
    }

    /// And he accepts.
    async fn lent(&self, days: i16, method: Method) -> TradeId {
        let trade = self.asked_to_lend(days, method).await;
        let seen = page(&self.bo, trade).await.unwrap().seen;
        let address = (method == Method::Post).then(|| said("3 High Street, York"));
        accept_at(&self.bo, key(), trade, seen, address, false)
            .await
            .unwrap();
        trade
    }

    /// And she has it.
    pub(super) async fn out(&self, days: i16) -> TradeId {
        let trade = self.lent(days, Method::Meet).await;
        let leg = self.leg(&self.bo, trade).await;
        receive(&self.ana, key(), trade, leg).await.unwrap();
        trade
    }

    /// The way back.
    async fn back(&self, trade: TradeId) -> LegId {
        self.leg(&self.ana, trade).await
    }

    async fn due(&self, trade: TradeId) -> jiff::Timestamp {
        page(&self.bo, trade).await.unwrap().loan.unwrap().due
    }

    /// Hours pass, and the clock's work is done.
    pub(super) async fn hours(&self, hours: i64) {
        self.site.advance(SignedDuration::from_hours(hours));
        let cx = Cx::system(self.site.services.clone());
        super::super::sweeps::sweep(&cx).await.unwrap();
    }

    async fn histories(&self) -> i64 {
        sqlx::query_scalar("select count(*) from copy_history where kind <> 'added'")
            .fetch_one(self.ana.db())
            .await
            .unwrap()
    }
}

fn refused<T: std::fmt::Debug>(refused: crate::Result<T>) -> String {
    match refused {
        Err(Error::Conflict(sentence) | Error::Forbidden(sentence)) => sentence,
        Err(Error::Invalid(fields)) => fields.iter().map(|(_, text)| text).collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_book_is_lent_by_post_and_comes_back() {
    let world = World::new().await;
    let trade = world.asked_to_lend(28, Method::Post).await;
    let view = page(&world.bo, trade).await.unwrap();
    assert_eq!(view.kind, TradeKind::Loan);
    // Nothing is agreed before it is known where the book comes back to.
    let nowhere = accept(&world.bo, key(), trade, view.seen).await;
    assert!(refused(nowhere).contains("come back"));
    assert_eq!(world.holds().await, 0);
    let home = Some(said("3 High Street, York"));
    accept_at(&world.bo, key(), trade, view.seen, home, true)
        .await
        .unwrap();
    assert!(kept_address(&world.bo).await.unwrap().is_some());
    world.says_where(&world.ana, trade).await;
    let there = world.post(&world.bo, trade).await;
    receive(&world.ana, key(), trade, there).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Agreed);
    // It is still his, it is held, and her address is gone.
    assert_eq!(world.owner(world.bos[0]).await, id(&world.bo));
    assert_eq!((world.holds().await, world.histories().await), (1, 0));
    let hers: bool = sqlx::query_scalar(
        "select address_sealed is null from trade_parties where trade_id = $1 and user_id = $2",
    )
    .bind(trade)
    .bind(id(&world.ana))
    .fetch_one(world.ana.db())
    .await
    .unwrap();
    assert!(hers);
    let view = page(&world.ana, trade).await.unwrap();
    let back = view
        .legs
        .iter()
        .find(|leg| leg.purpose == LegPurpose::Return)
        .unwrap();
    assert_eq!(back.address.as_deref(), Some("3 High Street, York"));
    assert_eq!(back.send_due, view.loan.unwrap().due);
    assert!(view.loan.unwrap().out && !view.address_needed);
    refused(cancel(&world.ana, key(), trade, &Reason::default()).await);
    world.sound().await;
    // Shelf and page say who has it.
    let shown = copies::page(&world.bo, world.bos[0]).await.unwrap();
    assert_eq!(shown.on_loan.unwrap().name.as_deref(), Some("ana"));
    let theirs = copies::page(&world.ana, world.bos[0]).await.unwrap();
    assert!(theirs.on_loan.unwrap().name.is_none() && theirs.lent);
    let back = world.post(&world.ana, trade).await;
    receive(&world.bo, key(), trade, back).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Completed);
    assert_eq!((world.holds().await, world.histories().await), (0, 0));
    let mine = copies::owned(&world.bo, world.bos[0]).await.unwrap();
    assert_eq!(mine.offers, Offers::LENT);
    // It counts as any other trade, and the borrower knows the book.
    let (done, traded): (i32, bool) = sqlx::query_as(
        "select u.trades_completed, has_traded(u.id, c.work_id) from users u, copies c
         where u.id = $1 and c.id = $2",
    )
    .bind(id(&world.ana))
    .bind(world.bos[0])
    .fetch_one(world.ana.db())
    .await
    .unwrap();
    assert_eq!((done, traded), (1, true));
    assert_eq!(
        world.told(&world.ana).await,
        ["trade_accepted", "parcel_sent", "trade_completed"]
    );
    world.sound().await;
}

#[tokio::test]
async fn days_that_are_over_or_too_far_away_are_refused_and_a_day_is_bargained_for() {
    let world = World::new().await;
    world.lends(world.bos[0]).await;
    for (days, right) in [(-1, false), (181, false), (180, true)] {
        let mut wanted = world.borrowing(&world.ana, 1, Method::Meet).await;
        let today = world.now().to_zoned(TimeZone::UTC).date();
        wanted.due = (today + jiff::Span::new().days(days)).to_string();
        let asked = borrow(&world.ana, key(), &wanted).await;
        assert_eq!(asked.is_ok(), right, "{days}");
        if let Err(Error::Invalid(fields)) = asked {
            assert!(fields.iter().all(|(field, _)| field == "due"));
        }
    }
    let trade = list(&world.bo, Filter::NeedsYou, "", None)
        .await
        .unwrap()
        .rows[0]
        .id;
    let seen = page(&world.bo, trade).await.unwrap().seen;
    let day = world.day(14);
    let none = Message::default();
    let meet = Method::Meet;
    refused(redate(&world.bo, key(), trade, seen, "soon", meet, &none).await);
    redate(&world.bo, key(), trade, seen, &day, meet, &none)
        .await
        .unwrap();
    // Whoever saw the day before is told.
    refused(accept(&world.ana, key(), trade, seen).await);
    world.accept(&world.ana, trade).await.unwrap();
    let due = world.due(trade).await.to_zoned(TimeZone::UTC);
    assert_eq!(due.date().to_string(), day);
    world.sound().await;
}

#[tokio::test]
async fn a_renewal_is_asked_for_and_answered_once() {
    let world = World::new().await;
    let trade = world.out(10).await;
    let day = world.day(20);
    let early = ask_renewal(&world.ana, key(), trade, &day).await;
    assert!(refused(early).contains("7 days"));
    world.hours(24 * 4).await;
    ask_renewal(&world.ana, key(), trade, &day).await.unwrap();
    refused(ask_renewal(&world.ana, key(), trade, &day).await);
    refused(grant_renewal(&world.ana, key(), trade).await);
    world.sound().await;
    grant_renewal(&world.bo, key(), trade).await.unwrap();
    refused(refuse_renewal(&world.bo, key(), trade).await);
    let due = world.due(trade).await.to_zoned(TimeZone::UTC).date();
    assert_eq!(due.to_string(), day);
    // Nobody answers the second one until the book is due.
    world.hours(24 * 10).await;
    let later = world.day(20);
    ask_renewal(&world.ana, key(), trade, &later).await.unwrap();
    world.hours(24 * 7).await;
    let loan = page(&world.ana, trade).await.unwrap().loan.unwrap();
    assert!(loan.asked.is_none() && loan.overdue);
    assert!(refused(ask_renewal(&world.ana, key(), trade, &later).await).contains("overdue"));
    // The lender can be kind all the same.
    extend(&world.bo, key(), trade, &world.day(30))
        .await
        .unwrap();
    assert!(!page(&world.ana, trade).await.unwrap().loan.unwrap().overdue);
    let told = world.told(&world.ana).await;
    let answers = told.iter().filter(|kind| *kind == "renewal_answered");
    assert_eq!(answers.count(), 3, "{told:?}");
    world.sound().await;
}

#[tokio::test]
async fn both_are_reminded_of_the_day_in_the_morning() {
    let world = World::new().await;
    // Whatever time it is, let it be nine in the morning, where Ana lives.
    let nine = world.now().to_zoned(TimeZone::UTC).date().at(9, 0, 0, 0);
    let nine = nine.to_zoned(TimeZone::UTC).unwrap().timestamp() + SignedDuration::from_hours(24);
    world.site.advance(nine.duration_since(world.now()));
    sqlx::query("update users set time_zone = 'America/Los_Angeles' where id = $1")
        .bind(id(&world.ana))
        .execute(world.ana.db())
        .await
        .unwrap();
    let trade = world.out(5).await;
    let kinds = async |cx: &Cx| -> Vec<String> {
        let told = world.told(cx).await;
        told.into_iter()
            .filter(|kind| kind.starts_with("loan_"))
            .collect()
    };
    let waits = async |cx: &Cx| -> bool {
        let listed = list(cx, Filter::All, "", None).await.unwrap();
        let row = listed.rows.iter().find(|row| row.id == trade).unwrap();
        assert_eq!(listed.needs_you == 1, row.needs_you);
        row.needs_you
    };
    assert!(!waits(&world.ana).await && !waits(&world.bo).await);
    world.hours(24 * 2).await;
    assert!(kinds(&world.ana).await.is_empty(), "it is night there");
    world.hours(8).await;
    assert_eq!(kinds(&world.ana).await, ["loan_due_soon"]);
    assert!(waits(&world.ana).await && !waits(&world.bo).await);
    world.hours(24 * 3).await;
    assert_eq!(kinds(&world.ana).await.len(), 1);
    for (days, told) in [(1, 2), (3, 3), (6, 3), (1, 4), (14, 5), (30, 5)] {
        world.hours(24 * days).await;
        assert_eq!(kinds(&world.ana).await.len(), told);
        assert_eq!(kinds(&world.bo).await.len(), told - 1);
    }
    world.sound().await;
}

#[tokio::test]
async fn whoever_keeps_a_book_too_long_borrows_no_other_until_it_is_back() {
    let world = World::new().await;
    let trade = world.out(3).await;
    let offer = Change::Offer(Offers::LENT);
    copies::change(&world.bo, None, &[world.bos[1]], offer)
        .await
        .unwrap();
    let wanted = Borrowing {
        copy: world.bos[1],
        seen: on_loan(&world.ana, world.bos[1]).await.unwrap().terms,
        due: world.day(60),
        method: Method::Meet,
        message: Message::default(),
    };
    world.hours(24 * 9).await;
    let asked = borrow(&world.ana, key(), &wanted).await.unwrap();
    world.hours(24 * 2).await;
    assert!(refused(borrow(&world.ana, key(), &wanted).await).contains("overdue"));
    // Nor is what was asked for before lent now.
    assert!(refused(world.accept(&world.bo, asked).await).contains("overdue"));
    let back = world.back(trade).await;
    receive(&world.bo, key(), trade, back).await.unwrap();
    world.accept(&world.bo, asked).await.unwrap();
    world.sound().await;
}

#[tokio::test]
async fn a_book_is_kept_when_both_say_so() {
    let world = World::new().await;
    let trade = world.out(10).await;
    refused(agree_to_keep(&world.ana, key(), trade).await);
    let_keep(&world.bo, key(), trade).await.unwrap();
    assert!(page(&world.ana, trade).await.unwrap().next.verb.is_some());
    let once = key();
    agree_to_keep(&world.ana, once, trade).await.unwrap();
    agree_to_keep(&world.ana, once, trade).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Completed);
    assert_eq!(world.owner(world.bos[0]).await, id(&world.ana));
    assert_eq!((world.holds().await, world.histories().await), (0, 1));
    let mine = copies::owned(&world.ana, world.bos[0]).await.unwrap();
    assert_eq!(mine.offers, Offers::default());
    world.sound().await;
}

#[tokio::test]
async fn what_does_not_come_back_is_settled_by_a_moderator() {
    for (outcome, owner, listed) in [
        (Outcome::Returned, 2, true),
        (Outcome::Kept, 1, false),
        (Outcome::WrittenOff, 2, false),
    ] {
        let world = World::new().await;
        let bea = world
            .site
            .account("bea", dogear_domain::accounts::Role::Moderator)
            .await;
        let trade = world.out(5).await;
        let back = world.back(trade).await;
        let report = async |cx: &Cx, reason| {
            let details = said("I have written three times.");
            report_problem(cx, key(), trade, back, reason, &details, vec![]).await
        };
        let early = report(&world.bo, ProblemReason::NotReturned).await;
        refused(early.map(drop));
        world.hours(24 * 36).await;
        report(&world.bo, ProblemReason::NotReturned).await.unwrap();
        assert_eq!(world.state(trade).await, TradeState::Disputed);
        world.sound().await;
        refused(resolve(&bea, key(), trade, Outcome::Complete, "This does not fit.").await);
        resolve(&bea, key(), trade, outcome, "Both were heard about it.")
            .await
            .unwrap();
        let owned = if owner == 1 { &world.ana } else { &world.bo };
        assert_eq!(world.owner(world.bos[0]).await, id(owned), "{outcome}");
        let is_listed: bool =
            sqlx::query_scalar("select state = 'listed' from copies where id = $1")
                .bind(world.bos[0])
                .fetch_one(world.ana.db())
                .await
                .unwrap();
        assert_eq!((is_listed, world.holds().await), (listed, 0), "{outcome}");
        world.sound().await;
    }
}

#[tokio::test]
async fn who_loses_a_book_says_so() {
    let world = World::new().await;
    let trade = world.out(5).await;
    let back = world.back(trade).await;
    let details = said("It fell into the canal.");
    let lost = ProblemReason::BookLost;
    report_problem(&world.ana, key(), trade, back, lost, &details, vec![])
        .await
        .unwrap();
    assert_eq!(world.state(trade).await, TradeState::Disputed);
    world.sound().await;
}

#[tokio::test]
async fn a_block_ends_no_loan_and_stops_renewals() {
    let world = World::new().await;
    let trade = world.out(5).await;
    sqlx::query("insert into blocks (blocker_id, blocked_id) values ($1, $2)")
        .bind(id(&world.bo))
        .bind(id(&world.ana))
        .execute(world.ana.db())
        .await
        .unwrap();
    let asked = ask_renewal(&world.ana, key(), trade, &world.day(20)).await;
    assert!(!refused(asked).contains("block"));
    refused(extend(&world.bo, key(), trade, &world.day(20)).await);
    let back = world.back(trade).await;
    receive(&world.bo, key(), trade, back).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Completed);
}

#[tokio::test]
async fn who_leaves_lets_it_be_kept_or_has_it_looked_at() {
    let leaves = async |world: &World, cx: &Cx| {
        let mut tx = cx.begin().await.unwrap();
        lock_all_of(&mut tx, id(cx)).await.unwrap();
        leave_running(&mut tx, cx, id(cx)).await.unwrap();
        tx.commit().await.unwrap();
        world.sound().await;
    };
    let world = World::new().await;
    let trade = world.out(5).await;
    leaves(&world, &world.bo).await;
    assert_eq!(world.state(trade).await, TradeState::Completed);
    assert_eq!(world.owner(world.bos[0]).await, id(&world.ana));

    let world = World::new().await;
    let trade = world.out(5).await;
    leaves(&world, &world.ana).await;
    assert_eq!(world.state(trade).await, TradeState::Disputed);
    // The lender alone can end it.
    settle(&world.bo, key(), trade).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Resolved);
    assert_eq!(world.owner(world.bos[0]).await, id(&world.bo));
    world.sound().await;

    // What is on its way to the borrower is theirs when it comes.
    let world = World::new().await;
    let trade = world.lent(5, Method::Meet).await;
    let leg = world.leg(&world.bo, trade).await;
    hand_over(&world.bo, key(), trade, leg).await.unwrap();
    leaves(&world, &world.bo).await;
    receive(&world.ana, key(), trade, leg).await.unwrap();
    assert_eq!(world.state(trade).await, TradeState::Completed);
    assert_eq!(world.owner(world.bos[0]).await, id(&world.ana));
    world.sound().await;
}

#[tokio::test]
async fn strangers_find_nothing_and_terms_are_those_that_were_seen() {
    let world = World::new().await;
    let trade = world.out(5).await;
    let cai = world.site.member("caitlin").await;
    for answer in [
        ask_renewal(&cai, key(), trade, &world.day(9)).await,
        grant_renewal(&cai, key(), trade).await,
        refuse_renewal(&cai, key(), trade).await,
        extend(&cai, key(), trade, &world.day(9)).await,
        let_keep(&cai, key(), trade).await,
        agree_to_keep(&cai, key(), trade).await,
    ] {
        assert!(matches!(answer, Err(Error::NotFound)), "{answer:?}");
    }
    // What is out is asked for by nobody.
    let sentence = refused(on_loan(&cai, world.bos[0]).await);
    assert!(sentence.contains("lent"));
    refused(on_loan(&world.bo, world.bos[0]).await);
    let lent = loans(&world.bo, true, 1).await.unwrap();
    assert_eq!((lent.rows.len(), lent.rows[0].other.as_str()), (1, "ana"));
    assert_eq!(loans(&world.bo, false, 1).await.unwrap().found, 0);
    assert_eq!(loans(&world.ana, false, 9).await.unwrap().found, 1);
}
