use dogear_domain::accounts::Role;
use dogear_domain::moderation::Verdict;

use super::*;
use crate::accounts::{ProfileForm, save_profile};
use crate::copies::{self, Change, CopyInput, PhotoSize};
use crate::moderation::case::{self, Case};
use crate::moderation::decisions::{self, Ruling};
use crate::moderation::evidence::{self, Evidence, forget};
use crate::testing::photos::barcodes;

fn note(text: &str) -> CopyInput {
    CopyInput {
        grade: "good".into(),
        note: text.into(),
        listed: true,
        ..CopyInput::default()
    }
}

async fn case_of(bea: &Cx, copy: CopyId) -> Case {
    case::open(bea, super::copy(copy)).await.unwrap()
}

fn note_of(evidence: &Evidence) -> &str {
    match evidence {
        Evidence::Copy { copy, .. } => &copy.note,
        _ => panic!("it is a copy"),
    }
}

/// What stands with the newest report, and what stood there before, newest first.
fn notes(case: &Case) -> (&str, Vec<&str>) {
    let kept = case.reports[0].evidence.as_ref().unwrap();
    let before = case.versions.iter().map(|one| note_of(&one.content));
    (note_of(kept), before.collect())
}

#[tokio::test]
async fn f07_a_report_keeps_what_it_is_about_as_it_stood() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = listed(&site, &ann, "Emma").await;
    copies::edit(&ann, emma, &note("You are vermin."))
        .await
        .unwrap();
    report(&ben, copy(emma), "offensive").await.unwrap();
    copies::edit(&ann, emma, &note("A fine copy."))
        .await
        .unwrap();

    let case = case_of(&bea, emma).await;
    assert_eq!(
        notes(&case),
        ("You are vermin.", vec!["You are vermin.", ""])
    );
    assert_eq!(note_of(case.now.as_ref().unwrap()), "A fine copy.");

    // Taken down, it is still a case with a title, and others can still report it.
    let gone = copies::change(&ann, None, &[emma], Change::Delete).await;
    assert_eq!(gone.unwrap().copies, 1);
    let case = case_of(&bea, emma).await;
    assert_eq!(case.title, "Emma, gone");
    assert_eq!(
        notes(&case),
        (
            "You are vermin.",
            vec!["A fine copy.", "You are vermin.", ""]
        )
    );
    let cy = site.member("cyd").await;
    assert_eq!(
        reports::reportable(&cy, copy(emma), "")
            .await
            .unwrap()
            .title,
        "Emma"
    );
    assert!(!report(&cy, copy(emma), "offensive").await.unwrap().already);
}

#[tokio::test]
async fn f07_what_was_changed_before_the_report_is_kept_too() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let emma = listed(&site, &ann, "Emma").await;
    copies::edit(&ann, emma, &note("You are vermin."))
        .await
        .unwrap();
    let files = vec![("a.png".to_owned(), barcodes(&["9780141439587"]))];
    copies::add_photos(&ann, None, emma, files).await.unwrap();
    let photo = copies::owned(&ann, emma).await.unwrap().photos[0];
    copies::remove_photo(&ann, None, emma, photo.id)
        .await
        .unwrap();
    copies::edit(&ann, emma, &note("")).await.unwrap();
    // The same again is kept once.
    for change in [Change::Unlist, Change::List, Change::Unlist, Change::List] {
        copies::change(&ann, None, &[emma], change).await.unwrap();
    }
    report(&ben, copy(emma), "offensive").await.unwrap();

    let case = case_of(&bea, emma).await;
    let before = ["", "You are vermin.", "You are vermin.", ""];
    assert_eq!(notes(&case), ("", before.to_vec()));
    let Evidence::Copy { copy: kept, by } = &case.versions[2].content else {
        panic!("it is a copy");
    };
    assert_eq!(by.handle, "ann");
    assert_eq!(
        kept.photos.iter().map(|one| one.key).collect::<Vec<_>>(),
        [photo.key]
    );
    assert!(
        copies::open_photo(&bea, photo.key, PhotoSize::Full)
            .await
            .is_ok()
    );
    for other in [&ann, &ben, &site.visitor()] {
        assert!(is_not_found(
            copies::open_photo(other, photo.key, PhotoSize::Full).await
        ));
        assert!(evidence::versions(other, copy(emma)).await.is_err());
    }
}

#[tokio::test]
async fn f07_names_stay_with_what_was_said_under_them() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let (_, message) = trade(&site, &ann, &ben).await;
    let (trade, _) = received(&site, &ann, &ben).await;
    let named = async |name: &str| {
        let form = ProfileForm {
            display_name: name.into(),
            time_zone: "UTC".into(),
            ..ProfileForm::default()
        };
        save_profile(&ann, &form).await.unwrap();
    };
    named("The Harbour Police").await;
    let subjects = [
        (SubjectKind::Message, message.0),
        (SubjectKind::Member, id(&ann).0),
        (SubjectKind::Trade, trade.0),
    ];
    for (kind, id) in subjects {
        let reason = if kind == SubjectKind::Trade {
            "not-kept"
        } else {
            "harassment"
        };
        report(&ben, SubjectRef { kind, id }, reason).await.unwrap();
    }
    named("Ann").await;
    for (kind, id) in subjects {
        let case = case::open(&bea, SubjectRef { kind, id }).await.unwrap();
        let kept = &case.reports[0].evidence.as_ref().unwrap().0;
        let names: Vec<&str> = match kept {
            Evidence::Trade { parties } => parties.iter().map(|one| one.name.as_str()).collect(),
            Evidence::Member { by, .. } | Evidence::Message { by, .. } => vec![&by.name],
            Evidence::Copy { .. }
            | Evidence::Event { .. }
            | Evidence::Feedback { .. }
            | Evidence::List { .. } => panic!("none was reported"),
            Evidence::Review { .. } => {
                panic!("none was reported")
            }
        };
        assert!(names.contains(&"The Harbour Police"), "{kind:?}: {names:?}");
        assert_ne!(case.now.as_ref(), Some(kept));
        assert_eq!(
            case.versions.len(),
            if kind == SubjectKind::Member { 2 } else { 0 }
        );
    }
}

#[tokio::test]
async fn f07_evidence_is_forgotten_after_ninety_days_and_with_its_member() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let bea = site.account("bea", Role::Moderator).await;
    let (emma, romola) = (
        listed(&site, &ann, "Emma").await,
        listed(&site, &ann, "Romola").await,
    );
    for book in [emma, romola] {
        copies::edit(&ann, book, &note("Vermin.")).await.unwrap();
        report(&ben, copy(book), "offensive").await.unwrap();
    }
    let ruling = Ruling::read(copy(emma), Verdict::Dismiss, "", "").unwrap();
    decisions::decide(&bea, None, &ruling).await.unwrap();
    let left = async || {
        let (versions, kept): (i64, i64) = sqlx::query_as(
            "select (select count(*) from earlier_versions), (select count(evidence) from reports)",
        )
        .fetch_one(&site.services.db)
        .await
        .unwrap();
        (versions, kept)
    };
    forget(&site.visitor()).await.unwrap();
    assert_eq!(left().await, (2, 2));
    sqlx::query("update earlier_versions set replaced_at = now() - interval '91 days' where subject_id = $1")
        .bind(emma)
        .execute(bea.db())
        .await
        .unwrap();
    sqlx::query("update reports set decided_at = now() - interval '91 days' where state <> 'open'")
        .execute(bea.db())
        .await
        .unwrap();
    forget(&site.visitor()).await.unwrap();
    assert_eq!(left().await, (1, 1));

    // A report that waits keeps what it needs, also when the member leaves.
    let mut conn = bea.db().acquire().await.unwrap();
    evidence::erase(&mut conn, id(&ann)).await.unwrap();
    assert_eq!(left().await, (0, 1));
}
