//! Corrections on a real PostgreSQL.

use dogear_domain::accounts::Role;
use dogear_domain::corrections::CorrectionState;
use dogear_domain::ids::{CorrectionId, EditionId, UserId, WorkId};
use dogear_domain::isbn::Isbn13;

use super::*;
use crate::catalogue::{self, NewEdition};
use crate::testing::{TestSite, said};
use crate::{Cx, Error, Result};

const ISBN: &str = "9780141439587";
const OTHER: &str = "9780199535521";

async fn book(cx: &Cx, title: &str, isbn: Option<&str>) -> (WorkId, EditionId) {
    let new = NewEdition {
        title: title.into(),
        authors: vec!["Jane Austin".into()],
        isbn: isbn.map(|isbn| Isbn13::parse(isbn).unwrap()),
        year: Some(2003),
        ..NewEdition::default()
    };
    let mut tx = cx.begin().await.unwrap();
    let made = catalogue::find_or_create_edition(&mut tx, &new, cx.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    (made.work, made.edition)
}

/// The form as it is shown, with some fields typed over.
async fn typed(cx: &Cx, work: WorkId, over: &[(&str, &str)]) -> Typed {
    let (facts, own) = form(cx, work).await.unwrap();
    let mut typed = Typed {
        texts: facts
            .fields()
            .map(|(edition, field)| {
                (
                    name(edition, field),
                    facts.text(edition, field).unwrap().to_owned(),
                )
            })
            .collect(),
        seen: version(&facts, own.as_ref()).unwrap(),
        ..Typed::default()
    };
    for (name, text) in over {
        match *name {
            "same_as" => typed.same_as = said(text),
            "note" => typed.note = said(text),
            name => {
                typed.texts.insert(name.into(), (*text).into());
            }
        }
    }
    typed
}

async fn suggested(cx: &Cx, work: WorkId, over: &[(&str, &str)]) -> Result<CorrectionId> {
    suggest(cx, None, work, &typed(cx, work, over).await).await
}

async fn waiting(cx: &Cx) -> Vec<Row> {
    let filter = Filter {
        state: CorrectionState::Open,
        page: 1,
    };
    list(cx, filter).await.unwrap()
}

async fn says(cx: &Cx, work: WorkId, edition: Option<EditionId>, field: BookField) -> String {
    let (facts, _) = form(cx, work).await.unwrap();
    facts.text(edition, field).unwrap().to_owned()
}

async fn told(cx: &Cx) -> Vec<String> {
    let id: UserId = cx.actor.as_ref().unwrap().id;
    sqlx::query_scalar(
        "select data ->> 'reason' from notifications
         where user_id = $1 and kind = 'correction_decided' order by id",
    )
    .bind(id)
    .fetch_all(cx.db())
    .await
    .unwrap()
}

async fn run(cx: &Cx, statement: &'static str) {
    sqlx::query(statement).execute(cx.db()).await.unwrap();
}

fn field(error: Result<CorrectionId>) -> String {
    match error {
        Err(Error::Invalid(errors)) => errors
            .iter()
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
            .join(" "),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_differs_is_kept_and_one_acceptance_changes_it_all() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let (work, edition) = book(&ann, "Ema", Some(ISBN)).await;
    let isbn = name(Some(edition), BookField::Isbn);
    let pages = name(Some(edition), BookField::Pages);
    let over = [
        ("title", "Emma"),
        ("authors", "Jane Austen; Anna Editor"),
        ("first_year", "1815"),
        ("series", "Classics"),
        ("series_position", "2,5"),
        ("genre", "classics"),
        ("language", "en"),
        ("description", "A matchmaker.\r\n\r\nIn a village."),
        (isbn.as_str(), "978-0-19-953552-1"),
        (pages.as_str(), "512"),
        ("note", "The spine says so."),
    ];
    let slug: String = sqlx::query_scalar("select slug from genres order by position limit 1")
        .fetch_one(ann.db())
        .await
        .unwrap();
    let mut form = typed(&ann, work, &over).await;
    form.texts.insert("genre".into(), slug.clone());
    let id = suggest(&ann, None, work, &form).await.unwrap();
    let rows = waiting(&bea).await;
    assert_eq!(
        (rows.len(), rows[0].changes.len(), rows[0].mine),
        (1, 10, false)
    );
    assert_eq!(rows[0].changes[0].change.before, "Ema");
    assert!(rows[0].changes.iter().all(|shown| shown.now.is_none()));
    assert!(matches!(
        list(
            &ann,
            Filter {
                state: CorrectionState::Open,
                page: 1
            }
        )
        .await,
        Err(Error::NotFound)
    ));
    assert!(matches!(accept(&ann, id).await, Err(Error::NotFound)));

    let accepted = accept(&bea, id).await.unwrap();
    assert_eq!(
        accepted,
        Accepted {
            title: "Emma".into(),
            left: vec![],
            compare: None
        }
    );
    for (field, text) in [
        (BookField::Title, "Emma"),
        (BookField::Authors, "Jane Austen; Anna Editor"),
        (BookField::FirstYear, "1815"),
        (BookField::Series, "Classics"),
        (BookField::SeriesPosition, "2.5"),
        (BookField::Genre, slug.as_str()),
        (BookField::Description, "A matchmaker.\n\nIn a village."),
    ] {
        assert_eq!(says(&ann, work, None, field).await, text, "{field}");
    }
    assert_eq!(
        says(&ann, work, Some(edition), BookField::Isbn).await,
        OTHER
    );
    assert_eq!(
        says(&ann, work, Some(edition), BookField::Year).await,
        "2003"
    );
    let row: (String, String, String, String) = sqlx::query_as(
        "select w.slug, w.author_line, w.author_key, s.title from works w join work_search s on s.work_id = w.id",
    )
    .fetch_one(bea.db())
    .await
    .unwrap();
    assert_eq!(
        row,
        (
            "emma".into(),
            "Jane Austen, Anna Editor".into(),
            "jane austen".into(),
            "Emma".into()
        )
    );
    assert_eq!(told(&ann).await, ["a moderator has taken it over."]);
    assert!(matches!(accept(&bea, id).await, Err(Error::Conflict(_))));
    assert!(matches!(
        refuse(&bea, id, &said("")).await,
        Err(Error::Conflict(_))
    ));
    assert!(waiting(&bea).await.is_empty());
    let chain = crate::audit::verify(&bea).await.unwrap();
    assert_eq!((chain.entries, chain.broken_at), (1, None));
}

#[tokio::test]
async fn what_was_changed_since_is_left_alone_and_said() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let (work, edition) = book(&ann, "Ema", None).await;
    let (_, taken) = book(&ann, "Solaris", Some(OTHER)).await;
    let isbn = name(Some(edition), BookField::Isbn);
    let over = [
        ("title", "Emma"),
        ("subtitle", "A novel"),
        (isbn.as_str(), ISBN),
    ];
    let id = suggested(&ann, work, &over).await.unwrap();
    run(&bea, "update works set title = 'Emma!' where title = 'Ema'").await;
    let rows = waiting(&bea).await;
    assert_eq!(rows[0].changes[0].now, Some(Some("Emma!".into())));
    assert_eq!(rows[0].changes[1].now, None);
    // The ISBN is given to another edition meanwhile.
    run(
        &bea,
        "update editions set isbn13 = '9780141439587' where isbn13 = '9780199535521'",
    )
    .await;
    let accepted = accept(&bea, id).await.unwrap();
    let left = [
        "the title, which was changed since",
        "the ISBN, which another edition has",
    ];
    assert_eq!(accepted.left, left);
    assert_eq!(says(&ann, work, None, BookField::Title).await, "Emma!");
    assert_eq!(says(&ann, work, None, BookField::Subtitle).await, "A novel");
    assert_eq!(says(&ann, work, Some(edition), BookField::Isbn).await, "");
    assert!(told(&ann).await[0].contains("except for the title, which was changed since"));

    let id = suggested(&ann, work, &[("title", "Emma")]).await.unwrap();
    run(
        &bea,
        "update works set title = 'Emma?' where title = 'Emma!'",
    )
    .await;
    assert!(matches!(accept(&bea, id).await, Err(Error::Conflict(_))));
    refuse(&bea, id, &said("The title page says otherwise."))
        .await
        .unwrap();
    assert!(told(&ann).await[1].contains("“The title page says otherwise.”"));
    // One edition of a book that was merged into another one.
    let other = book(&ann, "Ema again", None).await.0;
    let id = suggested(&ann, other, &[("first_year", "1815")])
        .await
        .unwrap();
    crate::moderation::merges::works::merge(&bea, None, work, other, &[])
        .await
        .unwrap();
    accept(&bea, id).await.unwrap();
    assert_eq!(says(&ann, work, None, BookField::FirstYear).await, "1815");
    assert_ne!(taken, edition);
}

#[tokio::test]
async fn what_is_typed_is_checked_and_one_waits_per_member_and_book() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let (work, edition) = book(&ann, "Ema", Some(ISBN)).await;
    let year = name(Some(edition), BookField::Year);
    assert_eq!(field(suggested(&ann, work, &[]).await), "note");
    assert_eq!(
        field(suggested(&ann, work, &[("title", " "), ("series_position", "2")]).await),
        "title series"
    );
    assert_eq!(
        field(suggested(&ann, work, &[(year.as_str(), "98")]).await),
        year
    );
    assert_eq!(
        field(suggested(&ann, work, &[("same_as", &work.to_string())]).await),
        "same_as"
    );
    assert_eq!(
        field(suggested(&ann, work, &[("same_as", OTHER)]).await),
        "same_as"
    );
    let visitor = form(&site.visitor(), work).await;
    assert!(matches!(visitor, Err(Error::SignInRequired)));
    let stale = typed(&ann, work, &[("title", "Emma")]).await;
    run(&bea, "update works set subtitle = 'A novel'").await;
    assert!(matches!(
        suggest(&ann, None, work, &stale).await,
        Err(Error::Conflict(_))
    ));

    let first = suggested(&ann, work, &[("title", "Emma")]).await.unwrap();
    let second = suggested(&ann, work, &[("title", "Emma."), ("note", "With a stop.")])
        .await
        .unwrap();
    suggested(&ben, work, &[("note", "Wrong cover.")])
        .await
        .unwrap();
    let rows = waiting(&bea).await;
    assert_eq!(rows.iter().map(|row| row.id).next(), Some(second));
    assert_eq!(rows.len(), 2);
    assert!(matches!(accept(&bea, first).await, Err(Error::Conflict(_))));
    let own = form(&ann, work).await.unwrap().1.unwrap();
    assert_eq!(
        (own.id, own.note.as_str(), own.changes.len()),
        (second, "With a stop.", 1)
    );
    withdraw(&ann, work).await.unwrap();
    withdraw(&ann, work).await.unwrap();
    assert_eq!(count(&bea, CorrectionState::Open).await.unwrap(), 1);
}

#[tokio::test]
async fn nobody_judges_their_own() {
    let site = TestSite::new().await;
    let bea = site.account("bea", Role::Moderator).await;
    let (work, _) = book(&bea, "Ema", None).await;
    let id = suggested(&bea, work, &[("title", "Emma")]).await.unwrap();
    assert!(waiting(&bea).await[0].mine);
    for refused in [
        accept(&bea, id).await.err(),
        refuse(&bea, id, &said("")).await.err(),
    ] {
        match refused {
            Some(Error::Forbidden(sentence)) => {
                assert!(sentence.contains("nobody else"), "{sentence}");
            }
            other => panic!("{other:?}"),
        }
    }
    let dov = site.account("dov", Role::Moderator).await;
    assert!(
        matches!(accept(&bea, id).await, Err(Error::Forbidden(sentence)) if sentence.contains("dov"))
    );
    accept(&dov, id).await.unwrap();
}

#[tokio::test]
async fn a_duplicate_leads_to_the_comparison_until_the_two_are_one() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let (old, _) = book(&ann, "Emma", Some(ISBN)).await;
    let (new, _) = book(&ann, "Ema", None).await;
    for meant in [
        ISBN,
        "Emma",
        "https://dogear.test/books/1-emma?page=2",
        "#1",
    ] {
        let meant = meant
            .replace("/1-", &format!("/{old}-"))
            .replace("#1", &format!("#{old}"));
        suggested(&ann, new, &[("same_as", &meant)]).await.unwrap();
    }
    let rows = waiting(&bea).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].same_as, Some((old, "Emma".into())));
    crate::moderation::merges::works::merge(&bea, None, old, new, &[])
        .await
        .unwrap();
    let rows = waiting(&bea).await;
    assert!(rows[0].one_by_now && rows[0].same_as.is_none());
    assert_eq!(accept(&bea, rows[0].id).await.unwrap().compare, None);
    let (newer, _) = book(&ann, "Emmma", None).await;
    let id = suggested(&ann, newer, &[("same_as", &format!("{new}"))])
        .await
        .unwrap();
    assert_eq!(accept(&bea, id).await.unwrap().compare, Some((old, newer)));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_decide_one_does_and_of_many_that_suggest_one_waits() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let (bea, dov) = (
        site.account("bea", Role::Moderator).await,
        site.account("dov", Role::Moderator).await,
    );
    let (work, _) = book(&ann, "Ema", None).await;
    for round in 0..6 {
        let one = typed(&ann, work, &[("subtitle", &format!("One {round}"))]).await;
        let two = typed(&ann, work, &[("subtitle", &format!("Two {round}"))]).await;
        let (first, second) = tokio::join!(
            suggest(&ann, None, work, &one),
            suggest(&ann, None, work, &two)
        );
        // The page of the other has not shown what the first suggests.
        let refused = [first, second].into_iter().filter_map(Result::err);
        let refused: Vec<_> = refused.collect();
        assert!(matches!(refused[..], [Error::Conflict(_)]), "{refused:?}");
        let rows = waiting(&bea).await;
        assert_eq!(rows.len(), 1);
        let none = said("");
        let (yes, no) = tokio::join!(accept(&bea, rows[0].id), refuse(&dov, rows[0].id, &none));
        assert!(yes.is_ok() != no.is_ok(), "{yes:?} {no:?}");
    }
    assert_eq!(told(&ann).await.len(), 6);
}

#[tokio::test]
async fn of_somebody_who_leaves_only_decided_corrections_stay_without_their_words() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let bea = site.account("bea", Role::Moderator).await;
    let (work, _) = book(&ann, "Ema", None).await;
    let words = suggested(&ann, work, &[("note", "Call me about it.")]).await;
    refuse(&bea, words.unwrap(), &said("")).await.unwrap();
    suggested(&ann, work, &[("title", "Emma")]).await.unwrap();
    run(
        &bea,
        "update users set status = 'closing', deletion_requested_at = now() where handle = 'ann'",
    )
    .await;
    let mut tx = bea.begin().await.unwrap();
    let id = ann.actor.as_ref().unwrap().id;
    crate::accounts::erase_when_due(&site.visitor(), &mut tx, id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let kept: Vec<(String, String)> = sqlx::query_as("select state, note from corrections")
        .fetch_all(bea.db())
        .await
        .unwrap();
    assert_eq!(kept, [("refused".to_owned(), String::new())]);
    assert!(waiting(&bea).await.is_empty());
}
