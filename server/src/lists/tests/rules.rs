//! What lists are, who sees them, and what becomes of them.

use super::*;

#[tokio::test]
async fn a_list_keeps_its_books_in_order_and_each_once() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let (emma, solaris, romola) = (
        work(&site, "Emma").await,
        work(&site, "Solaris").await,
        work(&site, "Romola").await,
    );
    let list = list_of(&ann, ListVisibility::Private, &[emma, solaris, romola]).await;
    let again = add(&ann, list, emma).await.unwrap();
    assert!(!again.is_new);
    assert_eq!(titles(&ann, list).await, ["Emma", "Solaris", "Romola"]);
    assert!(is_not_found(add(&ann, list, WorkId(999_999)).await));

    let moved = step(&ann, None, list, romola, Step::Up).await.unwrap();
    assert!(moved.is_new);
    assert_eq!(titles(&ann, list).await, ["Emma", "Romola", "Solaris"]);
    let moved = step(&ann, None, list, emma, Step::Up).await.unwrap();
    assert!(!moved.is_new);
    step(&ann, None, list, emma, Step::Down).await.unwrap();
    assert_eq!(titles(&ann, list).await, ["Romola", "Emma", "Solaris"]);

    // With its note it goes, and comes back where it was.
    let noted = EntryForm {
        note: "Read it aloud.".into(),
        place: "1".into(),
        copy: None,
    };
    edit(&ann, list, emma, &noted).await.unwrap();
    assert_eq!(titles(&ann, list).await, ["Emma", "Romola", "Solaris"]);
    assert!(remove(&ann, list, emma).await.unwrap().is_new);
    assert!(!remove(&ann, list, emma).await.unwrap().is_new);
    assert!(is_not_found(step(&ann, None, list, emma, Step::Up).await));
    let fourth = work(&site, "Middlemarch").await;
    add(&ann, list, fourth).await.unwrap();
    edit(
        &ann,
        list,
        fourth,
        &EntryForm {
            place: "1".into(),
            ..EntryForm::default()
        },
    )
    .await
    .unwrap();
    put_back(&ann, list, emma).await.unwrap();
    put_back(&ann, list, emma).await.unwrap();
    let order = titles(&ann, list).await;
    assert_eq!(order.len(), 4);
    assert_eq!(order[..2], ["Emma", "Middlemarch"]);
    let page = opened(&ann, list).await.unwrap();
    assert_eq!(page.items[0].note, "Read it aloud.");
    // A place behind the end is the end.
    let last = EntryForm {
        place: "5000".into(),
        ..EntryForm::default()
    };
    edit(&ann, list, emma, &last).await.unwrap();
    assert_eq!(titles(&ann, list).await.last().unwrap(), "Emma");
    for wrong in ["0", "first"] {
        let wrong = EntryForm {
            place: wrong.into(),
            ..EntryForm::default()
        };
        let refused = edit(&ann, list, emma, &wrong).await;
        assert!(matches!(refused, Err(Error::Invalid(_))));
    }
}

#[tokio::test]
async fn who_may_see_a_list_is_what_its_owner_says() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let visitor = site.visitor();
    let emma = work(&site, "Emma").await;
    let private = list_of(&ann, ListVisibility::Private, &[emma]).await;
    let unlisted = list_of(&ann, ListVisibility::Unlisted, &[emma]).await;
    let public = list_of(&ann, ListVisibility::Public, &[emma]).await;
    for list in [private, unlisted, public] {
        assert!(opened(&ann, list).await.unwrap().is_mine);
    }
    for other in [&ben, &visitor] {
        assert!(is_not_found(opened(other, private).await));
        assert!(is_not_found(opened(other, unlisted).await));
        let seen = opened(other, public).await.unwrap();
        assert!(!seen.is_mine && seen.link.is_none() && seen.is_found());
        let address = secret(&ann, unlisted).await;
        let seen = open(other, &address, ALL).await.unwrap();
        assert_eq!(seen.books, 1);
        assert!(!seen.is_found() && seen.link.is_none());
    }
    // A secret that was made for something else, or is cut off, leads nowhere.
    let address = secret(&ann, unlisted).await;
    assert!(is_not_found(open(&ben, &address[1..], ALL).await));
    assert!(is_not_found(
        open(&ben, &address[..address.len() - 2], ALL).await
    ));
    assert!(own(&ann, private).await.unwrap().link.is_none());

    // Nobody else changes anything, and it looks as if it were not there.
    let text = form("Mine now", ListVisibility::Public);
    let seen = Version::default();
    for list in [private, unlisted, public, ListId(999_999)] {
        assert!(is_not_found(own(&ben, list).await));
        assert!(is_not_found(save(&ben, list, &text, &seen).await));
        assert!(is_not_found(renew(&ben, None, list).await));
        assert!(is_not_found(delete(&ben, list).await));
        assert!(is_not_found(restore(&ben, list).await));
        assert!(is_not_found(add(&ben, list, emma).await));
        assert!(is_not_found(remove(&ben, list, emma).await));
        assert!(is_not_found(put_back(&ben, list, emma).await));
        assert!(is_not_found(step(&ben, None, list, emma, Step::Up).await));
        assert!(is_not_found(
            edit(&ben, list, emma, &EntryForm::default()).await
        ));
        assert!(is_not_found(entry(&ben, list, emma).await));
        assert!(is_not_found(export(&ben, list).await));
    }
    assert!(is_not_found(renew(&ann, None, public).await));

    let old = secret(&ann, unlisted).await;
    renew(&ann, None, unlisted).await.unwrap();
    let new = secret(&ann, unlisted).await;
    assert!(is_not_found(open(&ben, &old, ALL).await));
    open(&ben, &new, ALL).await.unwrap();
    // Made private and unlisted again, it has another address.
    for visibility in [ListVisibility::Private, ListVisibility::Unlisted] {
        save(&ann, unlisted, &form("By the sea", visibility), &seen)
            .await
            .unwrap();
        assert!(is_not_found(open(&ben, &new, ALL).await));
    }
}

#[tokio::test]
async fn lists_go_out_of_sight_with_their_owner() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let emma = work(&site, "Emma").await;
    let public = list_of(&ann, ListVisibility::Public, &[emma]).await;
    let unlisted = list_of(&ann, ListVisibility::Unlisted, &[emma]).await;
    let address = secret(&ann, unlisted).await;
    let seen = async |cx: &Cx| {
        let by_secret = open(cx, &address, ALL).await.is_ok();
        let by_number = opened(cx, public).await.is_ok();
        assert_eq!(by_secret, by_number);
        by_number
    };
    assert!(seen(&ben).await);
    accounts::block(&ann, "ben").await.unwrap();
    assert!(!seen(&ben).await);
    assert!(seen(&site.visitor()).await);
    for state in ["suspended", "closing"] {
        sqlx::query("update users set status = $1 where handle = 'ann'")
            .bind(state)
            .execute(ann.db())
            .await
            .unwrap();
        assert!(!seen(&site.visitor()).await, "{state}");
        assert!(opened(&ann, public).await.unwrap().is_mine);
    }
}

#[tokio::test]
async fn a_reader_page_and_search_engines_name_public_lists_alone() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let emma = work(&site, "Emma").await;
    let public = list_of(&ann, ListVisibility::Public, &[emma]).await;
    list_of(&ann, ListVisibility::Public, &[]).await;
    list_of(&ann, ListVisibility::Unlisted, &[emma]).await;
    list_of(&ann, ListVisibility::Private, &[emma]).await;
    let visitor = site.visitor();
    let shown = async || match pages::reader(&visitor, "ann", 1).await.unwrap() {
        pages::ReaderPage::Open { reader, .. } => reader.lists,
        other => panic!("{other:?}"),
    };
    let lists = shown().await;
    assert_eq!(lists.len(), 2);
    assert!(
        lists
            .iter()
            .any(|list| list.id == public && list.books == 1)
    );
    let found = async || {
        let span = pages::sitemap::span(&visitor, pages::sitemap::Kind::Lists, 0).await;
        span.unwrap()
    };
    assert_eq!(found().await, [(public.0, "by-the-sea".to_owned())]);
    desk::hide(
        &mut ann.db().acquire().await.unwrap(),
        public,
        "No.",
        ann.now(),
    )
    .await
    .unwrap();
    assert_eq!(shown().await.len(), 1);
    assert_eq!(found().await, []);
}

#[tokio::test]
async fn what_can_be_had_is_counted_and_shown_alone() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let (emma, solaris) = (work(&site, "Emma").await, work(&site, "Solaris").await);
    let list = list_of(&ann, ListVisibility::Public, &[emma, solaris]).await;
    copy(&site, &ben, solaris, "listed").await;
    let page = opened(&ann, list).await.unwrap();
    assert_eq!((page.books, page.here), (2, 1));
    let here = Part {
        here: true,
        page: 1,
    };
    let page = open(&ann, &list.to_string(), here).await.unwrap();
    let shown: Vec<_> = page
        .items
        .iter()
        .map(|item| (item.work.id, item.place))
        .collect();
    assert_eq!(shown, [(solaris, 2)]);
}

#[tokio::test]
async fn an_entry_may_mean_one_of_the_owners_copies() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let (emma, solaris) = (work(&site, "Emma").await, work(&site, "Solaris").await);
    let list = list_of(&ann, ListVisibility::Public, &[emma]).await;
    let own = copy(&site, &ann, emma, "owned").await;
    let other = copy(&site, &ann, solaris, "owned").await;
    let foreign = copy(&site, &ben, emma, "listed").await;
    let with = |copy| EntryForm {
        copy: Some(copy),
        ..EntryForm::default()
    };
    for wrong in [other, foreign, CopyId(999_999)] {
        assert!(is_not_found(edit(&ann, list, emma, &with(wrong)).await));
    }
    edit(&ann, list, emma, &with(own)).await.unwrap();
    let seen = async |cx: &Cx| opened(cx, list).await.unwrap().items[0].copy;
    assert_eq!(seen(&ann).await, Some(own));
    // It is not on offer: others do not learn of it.
    assert_eq!(seen(&ben).await, None);
    sqlx::query("update copies set owner_id = $1 where id = $2")
        .bind(id(&ben))
        .bind(own)
        .execute(ann.db())
        .await
        .unwrap();
    assert_eq!(seen(&ann).await, None);
    let entry = entry(&ann, list, emma).await.unwrap();
    assert!(entry.copies.is_empty());
}

#[tokio::test]
async fn a_hundred_lists_and_five_thousand_books_fit() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let emma = work(&site, "Emma").await;
    let list = list_of(&ann, ListVisibility::Private, &[]).await;
    sqlx::query(
        "insert into lists (owner_id, name, slug, created_at, updated_at)
         select $1, 'More', 'more', now(), now() from generate_series(1, 98)",
    )
    .bind(id(&ann))
    .execute(ann.db())
    .await
    .unwrap();
    let text = form("One more", ListVisibility::Private);
    let (last, _) = create(&ann, None, &text, Some(emma)).await.unwrap();
    assert_eq!(titles(&ann, last).await, ["Emma"]);
    let refused = create(&ann, None, &text, None).await;
    let Err(Error::Invalid(errors)) = refused else {
        panic!("{refused:?}");
    };
    assert!(errors.get("name").unwrap().contains("100 lists"));
    delete(&ann, last).await.unwrap();
    create(&ann, None, &text, None).await.unwrap();
    let refused = restore(&ann, last).await;
    assert!(matches!(refused, Err(Error::Conflict(_))));
    assert_eq!(mine(&ann).await.unwrap().lists.len(), 100);

    sqlx::query(
        "with made as (insert into works (title, title_key, slug)
             select 'W' || n, 'w' || n, 'w' from generate_series(1, 4999) n returning id)
         insert into list_items (list_id, work_id, position, added_at)
         select $1, id, row_number() over (order by id), now() from made",
    )
    .bind(list)
    .execute(ann.db())
    .await
    .unwrap();
    add(&ann, list, emma).await.unwrap();
    let solaris = work(&site, "Solaris").await;
    assert!(matches!(
        add(&ann, list, solaris).await,
        Err(Error::Conflict(_))
    ));
    assert!(!add(&ann, list, emma).await.unwrap().is_new);
    // Pages of fifty, the last for what is behind it.
    let far = Part {
        here: false,
        page: 999,
    };
    let page = open(&ann, &list.to_string(), far).await.unwrap();
    assert_eq!(
        (page.pages, page.part.page, page.items.len()),
        (100, 100, 50)
    );
    assert_eq!(page.items[49].place, 5000);
    edit(
        &ann,
        list,
        emma,
        &EntryForm {
            place: "1".into(),
            ..EntryForm::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(opened(&ann, list).await.unwrap().items[0].work.id, emma);
}

#[tokio::test]
async fn what_is_typed_is_read_and_an_old_page_saves_nothing() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let list = list_of(&ann, ListVisibility::Private, &[]).await;
    for name in ["", "  ", &"x".repeat(101)] {
        let refused = create(&ann, None, &form(name, ListVisibility::Private), None).await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{name:?}");
    }
    let seen = own(&ann, list).await.unwrap().version().unwrap();
    let slug = save(
        &ann,
        list,
        &form("By the lake", ListVisibility::Public),
        &seen,
    )
    .await
    .unwrap();
    assert_eq!(slug, "by-the-lake");
    let old = save(
        &ann,
        list,
        &form("By the river", ListVisibility::Public),
        &seen,
    )
    .await;
    assert!(matches!(old, Err(Error::Conflict(_))));
    assert_eq!(own(&ann, list).await.unwrap().form.name, "By the lake");
}

#[tokio::test]
async fn a_deleted_list_comes_back_for_thirty_days_and_is_gone_then() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let (emma, solaris) = (work(&site, "Emma").await, work(&site, "Solaris").await);
    let list = list_of(&ann, ListVisibility::Public, &[emma, solaris]).await;
    remove(&ann, list, solaris).await.unwrap();
    delete(&ann, list).await.unwrap();
    delete(&ann, list).await.unwrap();
    assert!(is_not_found(opened(&ann, list).await));
    assert!(is_not_found(opened(&ben, list).await));
    assert!(is_not_found(add(&ann, list, solaris).await));
    let own = mine(&ann).await.unwrap();
    assert_eq!((own.lists.len(), own.deleted.len()), (0, 1));
    restore(&ann, list).await.unwrap();
    restore(&ann, list).await.unwrap();
    assert_eq!(titles(&ben, list).await, ["Emma"]);
    delete(&ann, list).await.unwrap();

    let rows = async || {
        let count = "select (select count(*) from lists), (select count(*) from list_items),
            (select count(*) from removed_list_items)";
        let row: (i64, i64, i64) = sqlx::query_as(count).fetch_one(ann.db()).await.unwrap();
        row
    };
    site.advance(SignedDuration::from_hours(24 * KEPT_DAYS - 1));
    sweep::forget(&ann).await.unwrap();
    assert_eq!(rows().await, (1, 1, 1));
    site.advance(SignedDuration::from_hours(2));
    assert!(is_not_found(restore(&ann, list).await));
    assert!(mine(&ann).await.unwrap().deleted.is_empty());
    sweep::forget(&ann).await.unwrap();
    assert_eq!(rows().await, (0, 0, 0));
}

#[tokio::test]
async fn what_was_taken_out_is_forgotten_after_thirty_days() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let emma = work(&site, "Emma").await;
    let list = list_of(&ann, ListVisibility::Private, &[emma]).await;
    remove(&ann, list, emma).await.unwrap();
    site.advance(SignedDuration::from_hours(24 * KEPT_DAYS + 1));
    sweep::forget(&ann).await.unwrap();
    assert!(is_not_found(put_back(&ann, list, emma).await));
    assert!(add(&ann, list, emma).await.unwrap().is_new);
}

#[tokio::test]
async fn a_list_is_taken_away_as_a_table_that_runs_nothing() {
    let site = TestSite::new().await;
    let ann = site.member("ann").await;
    let (emma, sum) = (work(&site, "Emma").await, work(&site, "=1+1").await);
    sqlx::query("update editions set isbn13 = '9780141439549' where work_id = $1")
        .bind(emma)
        .execute(ann.db())
        .await
        .unwrap();
    let list = list_of(&ann, ListVisibility::Private, &[sum, emma]).await;
    let noted = EntryForm {
        note: "@home, „laut“".into(),
        ..EntryForm::default()
    };
    edit(&ann, list, emma, &noted).await.unwrap();
    let table = String::from_utf8(export(&ann, list).await.unwrap()).unwrap();
    let day = ann.now().strftime("%Y-%m-%d");
    let wanted = format!(
        "\u{feff}position,title,authors,isbn,note,added\r\n\
         1,'=1+1,George Eliot,,,{day}\r\n\
         2,Emma,George Eliot,9780141439549,\"'@home, „laut“\",{day}\r\n"
    );
    assert_eq!(table, wanted);
}

#[tokio::test]
async fn a_book_says_in_which_lists_it_is() {
    let site = TestSite::new().await;
    let (ann, ben) = (site.member("ann").await, site.member("ben").await);
    let (emma, solaris) = (work(&site, "Emma").await, work(&site, "Solaris").await);
    let with = list_of(&ann, ListVisibility::Public, &[emma]).await;
    let without = list_of(&ann, ListVisibility::Public, &[solaris]).await;
    let said = beside(&ann, emma).await.unwrap().unwrap();
    let said: Vec<_> = said.iter().map(|list| (list.id, list.has)).collect();
    assert_eq!(said.len(), 2);
    assert!(said.contains(&(with, true)) && said.contains(&(without, false)));
    assert_eq!(beside(&ben, emma).await.unwrap(), Some(vec![]));
    assert_eq!(beside(&site.visitor(), emma).await.unwrap(), None);
    let found = find(&ann, with, "emma").await.unwrap();
    assert!(found.iter().any(|book| book.work.id == emma && book.is_in));
    let found = find(&ann, with, "solaris").await.unwrap();
    assert!(
        found
            .iter()
            .any(|book| book.work.id == solaris && !book.is_in)
    );
}
