//! Books that are lent to people outside the site.

use dogear_domain::copies::HeldBy;
use jiff::SignedDuration;

use super::*;
use crate::copies::lent_due::{forget_borrowers, tell_overdue};
use crate::version::Version;

fn to(borrower: &str) -> LendForm {
    LendForm {
        borrower: borrower.into(),
        ..LendForm::default()
    }
}

async fn number(cx: &Cx, what: &'static str) -> i64 {
    sqlx::query_scalar(what).fetch_one(cx.db()).await.unwrap()
}

/// Copies that search and pages offer.
async fn offered(cx: &Cx) -> i64 {
    let found = number(
        cx,
        "select coalesce(sum(copies), 0)::bigint from work_search",
    )
    .await;
    let offered: i64 = sqlx::query_scalar("select count(*) from offered_copies($1::timestamptz)")
        .bind(jiff_sqlx::Timestamp::from(cx.now()))
        .fetch_one(cx.db())
        .await
        .unwrap();
    assert_eq!(found, offered, "search offers what can be asked for");
    offered
}

async fn tab(cx: &Cx, tab: Tab) -> Vec<CopyId> {
    let query = ShelfQuery {
        tab,
        ..ShelfQuery::default()
    };
    let shelf = shelf(cx, &query).await.unwrap();
    assert_eq!(shelf.counts.of(tab), shelf.rows.len() as i64, "{tab:?}");
    shelf.rows.iter().map(|row| row.id).collect()
}

fn conflict<T: std::fmt::Debug>(result: crate::Result<T>, part: &str) {
    match result {
        Err(Error::Conflict(sentence)) if sentence.contains(part) => {}
        other => panic!("no conflict that says {part}: {other:?}"),
    }
}

async fn sound(cx: &Cx) {
    let found = crate::trades::invariants::lasting_violations(cx.db())
        .await
        .unwrap();
    assert_eq!(found, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_out_of_the_house_is_offered_nowhere_until_it_is_back() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let (emma, other) = (add(&cx, "Emma").await, add(&cx, "Romola").await);
    assert_eq!(offered(&cx).await, 2);
    let lent = lend(&cx, None, emma, &to("Joana")).await.unwrap();
    assert_eq!((lent.copy, lent.title.as_str()), (emma, "Emma"));
    assert_eq!(offered(&cx).await, 1);
    assert_eq!(tab(&cx, Tab::Lent).await, [emma]);
    assert_eq!(tab(&cx, Tab::InTrade).await, []);
    assert_eq!(owned(&cx, emma).await.unwrap().held_by, Some(HeldBy::Lent));
    sound(&cx).await;

    // It stays as it is, and the free one with it.
    for what in [Change::Unlist, Change::Delete, Change::Grade(Grade::Fair)] {
        conflict(
            change(&cx, None, &[other, emma], what).await,
            &format!(
                "is lent to somebody, so it stays as it is until it is back. When it is, say so at /copies/{emma}/lent"
            ),
        );
    }
    conflict(edit(&cx, emma, &good()).await, "is lent to somebody");
    conflict(
        lend(&cx, None, emma, &to("Tom")).await,
        "lent to somebody already",
    );

    book_is_back(&cx, lent.loan).await.unwrap();
    book_is_back(&cx, lent.loan).await.unwrap();
    assert_eq!(offered(&cx).await, 2);
    assert_eq!(tab(&cx, Tab::Lent).await, []);
    undo_back(&cx, lent.loan).await.unwrap();
    undo_back(&cx, lent.loan).await.unwrap();
    assert_eq!(
        (offered(&cx).await, tab(&cx, Tab::Lent).await),
        (1, vec![emma])
    );
    sound(&cx).await;

    // Not back after all, and then lent by mistake.
    undo_lending(&cx, emma, lent.loan).await.unwrap();
    undo_lending(&cx, emma, lent.loan).await.unwrap();
    assert_eq!(offered(&cx).await, 2);
    assert_eq!(number(&cx, "select count(*) from outside_loans").await, 0);
    let old = lend(&cx, None, emma, &to("Tom")).await.unwrap();
    book_is_back(&cx, old.loan).await.unwrap();
    conflict(undo_lending(&cx, emma, old.loan).await, "is back already");
    lend(&cx, None, emma, &to("Ines")).await.unwrap();
    conflict(undo_back(&cx, old.loan).await, "lent to somebody already");
    sound(&cx).await;
}

#[tokio::test]
async fn a_copy_that_is_promised_or_in_the_trash_is_not_lent() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let emma = add(&cx, "Emma").await;
    let lent = lend(&cx, None, emma, &to("Joana")).await.unwrap();
    book_is_back(&cx, lent.loan).await.unwrap();
    let trade = hold(&cx, emma).await;
    let promised = format!("/trades/{trade}");
    conflict(lend(&cx, None, emma, &to("Joana")).await, &promised);
    conflict(undo_back(&cx, lent.loan).await, &promised);

    let gone = add(&cx, "Romola").await;
    change(&cx, None, &[gone], Change::Delete).await.unwrap();
    conflict(lend(&cx, None, gone, &to("Joana")).await, "in the trash");
}

#[tokio::test]
async fn days_and_names_that_cannot_be_are_refused_at_their_fields() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let emma = add(&cx, "Emma").await;
    let tomorrow = cx.now() + SignedDuration::from_hours(48);
    let form = LendForm {
        borrower: " ".into(),
        lent_on: tomorrow.strftime("%Y-%m-%d").to_string(),
        due_on: "soon".into(),
    };
    let Err(Error::Invalid(errors)) = lend(&cx, None, emma, &form).await else {
        panic!("not refused")
    };
    let fields: Vec<&str> = errors.iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["borrower", "lent_on", "due_on"]);

    let lent = lend(&cx, None, emma, &to("Joana")).await.unwrap();
    let shown = loans_of(&cx, emma).await.unwrap().open.unwrap();
    let version = shown.version().unwrap();
    let before = set_due(&cx, lent.loan, "2001-01-01", &version).await;
    assert!(matches!(before, Err(Error::Invalid(_))), "{before:?}");
    let day = tomorrow.strftime("%Y-%m-%d").to_string();
    set_due(&cx, lent.loan, &day, &version).await.unwrap();
    // An old page takes nothing back that it does not show.
    conflict(set_due(&cx, lent.loan, "", &version).await, "changed");
    set_due(&cx, lent.loan, &day, &version).await.unwrap();
    let shown = loans_of(&cx, emma).await.unwrap().open.unwrap();
    assert_eq!(shown.due_on.unwrap().to_string(), day);
    book_is_back(&cx, lent.loan).await.unwrap();
    let late = set_due(&cx, lent.loan, "", &Version::default()).await;
    conflict(late, "is back already");
}

#[tokio::test]
async fn names_are_sealed_and_read_by_whoever_lends_alone() {
    let site = TestSite::new().await;
    let (cx, ben) = (site.member("ann").await, site.member("ben").await);
    let emma = add(&cx, "Emma").await;
    let lent = lend(&cx, None, emma, &to("Joana")).await.unwrap();
    let loans = loans_of(&cx, emma).await.unwrap();
    assert_eq!(loans.open.unwrap().borrower.as_deref(), Some("Joana"));
    let all = lent_outside(&cx, 1).await.unwrap();
    assert_eq!(
        (all.found, all.rows[0].loan.borrower.as_deref()),
        (1, Some("Joana"))
    );
    let plain =
        "select count(*) from outside_loans where position('Joana'::bytea in borrower_sealed) > 0";
    assert_eq!(number(&cx, plain).await, 0);

    let refused = [
        lend(&ben, None, emma, &to("Me")).await.map(drop),
        book_is_back(&ben, lent.loan).await.map(drop),
        undo_back(&ben, lent.loan).await.map(drop),
        undo_lending(&ben, emma, lent.loan).await,
        set_due(&ben, lent.loan, "", &Version::default())
            .await
            .map(drop),
        loans_of(&ben, emma).await.map(drop),
    ];
    for refused in refused {
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    }
    assert_eq!(lent_outside(&ben, 1).await.unwrap().found, 0);
    let seen = page(&ben, emma).await.unwrap();
    assert!(seen.held && seen.lent && seen.copy.held_by.is_none());
}

#[tokio::test]
async fn an_owner_is_told_once_in_the_morning_after_the_day() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let told = "select count(*) from notifications where kind = 'outside_loan_due'";
    let (emma, romola) = (add(&cx, "Emma").await, add(&cx, "Romola").await);
    let today = loans_of(&cx, emma).await.unwrap().today;
    let form = LendForm {
        due_on: today.to_string(),
        ..to("Joana")
    };
    let lent = lend(&cx, None, emma, &form).await.unwrap();
    let back = lend(&cx, None, romola, &form).await.unwrap();
    book_is_back(&cx, back.loan).await.unwrap();
    tell_overdue(&cx).await.unwrap();
    assert_eq!(number(&cx, told).await, 0, "it is due today");

    let zone = jiff::tz::TimeZone::get("Europe/London").unwrap();
    let at = |hour| {
        let morning = today.tomorrow().unwrap().at(hour, 30, 0, 0);
        morning.to_zoned(zone.clone()).unwrap().timestamp()
    };
    site.advance(at(7).duration_since(cx.now()));
    tell_overdue(&cx).await.unwrap();
    assert_eq!(number(&cx, told).await, 0, "nobody is woken");
    site.advance(SignedDuration::from_hours(1));
    for _ in 0..3 {
        tell_overdue(&cx).await.unwrap();
        // Another day later on: nothing more is said of this loan.
        set_due(&cx, lent.loan, &today.to_string(), &Version::default())
            .await
            .unwrap();
        site.advance(SignedDuration::from_hours(24));
    }
    assert_eq!(number(&cx, told).await, 1);
    assert_eq!(
        number(
            &cx,
            "select count(*) from mails where kind = 'outside_loan_due'"
        )
        .await,
        1
    );
    let named = "select count(*) from notifications where data::text like '%Joana%' or data::text not like '%Emma%'";
    assert_eq!(number(&cx, named).await, 0, "the name stays sealed");
    let mailed = "select count(*) from mails m where m::text like '%Joana%'";
    assert_eq!(number(&cx, mailed).await, 0);
}

#[tokio::test]
async fn what_is_due_first_stands_first() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    for (title, due_on) in [
        ("Open", ""),
        ("Later", "2027-06-01"),
        ("Overdue", "2026-01-02"),
    ] {
        let copy = add(&cx, title).await;
        let form = LendForm {
            lent_on: "2026-01-01".into(),
            due_on: due_on.into(),
            ..to("Joana")
        };
        lend(&cx, None, copy, &form).await.unwrap();
    }
    let all = lent_outside(&cx, 7).await.unwrap();
    let titles: Vec<&str> = all.rows.iter().map(|row| row.title.as_str()).collect();
    assert_eq!(titles, ["Overdue", "Later", "Open"]);
    assert_eq!((all.page, all.pages), (1, 1));
}

#[tokio::test]
async fn names_are_erased_a_month_after_a_book_is_back() {
    let site = TestSite::new().await;
    let cx = site.member("ann").await;
    let (emma, romola) = (add(&cx, "Emma").await, add(&cx, "Romola").await);
    let lent = lend(&cx, None, emma, &to("Joana")).await.unwrap();
    lend(&cx, None, romola, &to("Tom")).await.unwrap();
    book_is_back(&cx, lent.loan).await.unwrap();
    site.advance(SignedDuration::from_hours(24 * 28));
    assert_eq!(forget_borrowers(&cx).await.unwrap(), 0);
    site.advance(SignedDuration::from_hours(24 * 3));
    assert_eq!(forget_borrowers(&cx).await.unwrap(), 1);
    assert_eq!(loans_of(&cx, emma).await.unwrap().past[0].borrower, None);
    let still = loans_of(&cx, romola).await.unwrap().open.unwrap();
    assert_eq!(still.borrower.as_deref(), Some("Tom"));
    conflict(undo_back(&cx, lent.loan).await, "erased who had it");
}

#[tokio::test]
async fn loans_and_places_go_with_the_copy_and_with_the_account() {
    let site = TestSite::new().await;
    let (cx, ben) = (site.member("ann").await, site.member("ben").await);
    let id = |cx: &Cx| cx.actor.as_ref().unwrap().id;
    let (emma, romola) = (add(&cx, "Emma").await, add(&cx, "Romola").await);
    set_place(&cx, None, &[emma, romola], "Attic")
        .await
        .unwrap();
    for copy in [emma, romola] {
        lend(&cx, None, copy, &to("Joana")).await.unwrap();
    }
    let mut tx = cx.begin().await.unwrap();
    hand_on(&mut tx, emma, id(&cx), id(&ben), Handed::Back, cx.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let copy = owned(&ben, emma).await.unwrap();
    assert_eq!((copy.place.as_str(), copy.held_by), ("", None));
    assert_eq!(number(&cx, "select count(*) from outside_loans").await, 1);
    sound(&cx).await;

    let mut tx = cx.begin().await.unwrap();
    erase(&mut tx, id(&cx)).await.unwrap();
    tx.commit().await.unwrap();
    for left in [
        "select count(*) from outside_loans",
        "select count(*) from copy_holds",
        "select count(*) from copies where place <> ''",
    ] {
        assert_eq!(number(&cx, left).await, 0, "{left}");
    }
}

#[tokio::test]
async fn places_are_the_owners_alone_and_ask_nobody_again() {
    let site = TestSite::new().await;
    let (cx, ben) = (site.member("ann").await, site.member("ben").await);
    let (emma, romola) = (add(&cx, "Emma").await, add(&cx, "Romola").await);
    let held = add(&cx, "Silas Marner").await;
    hold(&cx, held).await;
    let before = terms(&cx, emma).await;
    let moved = set_place(&cx, None, &[emma, held], " Living  room ")
        .await
        .unwrap();
    assert_eq!(
        (moved.copies.len(), moved.place.as_str()),
        (2, "Living room")
    );
    assert_eq!(moved.before.as_deref(), Some(""));
    assert_eq!(terms(&cx, emma).await, before);
    let several = set_place(&cx, None, &[emma, romola], "Attic")
        .await
        .unwrap();
    assert_eq!((several.copies.len(), several.before), (2, None));
    let none = set_place(&cx, None, &[emma], "Attic").await.unwrap();
    assert!(none.copies.is_empty());

    let query = ShelfQuery {
        place: "Attic".into(),
        ..ShelfQuery::default()
    };
    let there = shelf(&cx, &query).await.unwrap();
    assert_eq!(
        (there.found, there.places),
        (2, vec!["Attic".into(), "Living room".to_owned()])
    );
    assert_eq!(there.rows[0].place, "Attic");
    assert_eq!(page(&ben, emma).await.unwrap().copy.place, "");
    assert_eq!(page(&cx, emma).await.unwrap().copy.place, "Attic");
    let theirs = set_place(&ben, None, &[emma], "Mine").await;
    assert!(matches!(theirs, Err(Error::NotFound)), "{theirs:?}");
    let long = set_place(&cx, None, &[emma], &"x".repeat(81)).await;
    assert!(matches!(long, Err(Error::Invalid(_))), "{long:?}");

    // In the form of a copy it is saved without asking anybody again, too.
    let input = CopyInput {
        place: "Attic, left".into(),
        ..good()
    };
    edit(&cx, emma, &input).await.unwrap();
    assert_eq!(owned(&cx, emma).await.unwrap().place, "Attic, left");
    assert_eq!(terms(&cx, emma).await, before);
}
