//! What readers type, and what they are shown for it.

use dogear_domain::grade::Grade;

use super::library::{change, list, load, work};
use crate::Cx;
use crate::search::{Browse, Choice, Found, Listing, Query, suggest};
use crate::testing::TestSite;

/// Asks with the pairs of an address, counting anew.
async fn ask(cx: &Cx, address: &str) -> Found {
    let pairs = url::form_urlencoded::parse(address.as_bytes());
    Browse::default()
        .find(cx, Query::from_pairs(pairs))
        .await
        .unwrap()
}

async fn listing(cx: &Cx, address: &str) -> Listing {
    match ask(cx, address).await {
        Found::Listing(listing) => *listing,
        other => panic!("{address}: {other:?}"),
    }
}

async fn titles(cx: &Cx, address: &str) -> Vec<String> {
    let listing = listing(cx, address).await;
    listing.works.into_iter().map(|work| work.title).collect()
}

fn books(choices: &[Choice], value: &str) -> Option<i64> {
    choices
        .iter()
        .find(|choice| choice.value == value)
        .map(|choice| choice.books)
}

#[tokio::test]
async fn words_find_titles_authors_and_series_whatever_their_accents() {
    let site = TestSite::new().await;
    load(&site).await;
    let cx = site.visitor();
    for (q, wanted) in [
        ("emma", "Emma"),
        ("EMMA", "Emma"),
        ("les miserables", "Les Misérables"),
        ("Les Misérables", "Les Misérables"),
        ("hugo", "Les Misérables"),
        ("emile zola germinal", "Germinal"),
        ("rougon macquart", "Germinal"),
        ("moby dick", "Moby-Dick"),
        ("middlem", "Middlemarch"),
        ("george eliot mid", "Middlemarch"),
        ("study of provincial", "Middlemarch"),
        ("\"pride and prejudice\"", "Pride and Prejudice"),
    ] {
        let found = titles(&cx, &format!("all=1&q={q}")).await;
        assert!(found.iter().any(|title| title == wanted), "{q}: {found:?}");
    }
    let without = titles(&cx, "all=1&q=austen+-emma").await;
    assert!(without.iter().any(|title| title == "Persuasion"));
    assert!(!without.iter().any(|title| title == "Emma"));
}

#[tokio::test]
async fn the_exact_title_stands_first() {
    let site = TestSite::new().await;
    load(&site).await;
    let cx = site.visitor();
    for title in [
        "Emma",
        "Dracula",
        "Candide",
        "The Age of Innocence",
        "Germinal",
    ] {
        let found = titles(&cx, &format!("all=1&q={title}")).await;
        assert_eq!(found.first().map(String::as_str), Some(title));
    }
    assert_eq!(
        titles(&cx, "all=1&q=age+of+innocence").await[0],
        "The Age of Innocence"
    );
}

#[tokio::test]
async fn typing_errors_are_forgiven_and_said() {
    let site = TestSite::new().await;
    load(&site).await;
    let cx = site.visitor();
    for (typed, meant, wanted) in [
        ("midlemarch", "middlemarch", "Middlemarch"),
        ("emna", "emma", "Emma"),
        ("wuthring hieghts", "wuthering heights", "Wuthering Heights"),
        ("jane asuten", "jane austen", "Persuasion"),
    ] {
        let found = listing(&cx, &format!("all=1&q={typed}")).await;
        assert_eq!(found.query.q, meant);
        assert_eq!(found.instead_of.as_deref(), Some(typed));
        assert!(
            found.works.iter().any(|work| work.title == wanted),
            "{typed}"
        );
    }
    let verbatim = listing(&cx, "all=1&q=midlemarch&verbatim=1").await;
    assert_eq!((verbatim.facets.total(), verbatim.instead_of), (0, None));
    let nonsense = listing(&cx, "all=1&q=qqzzxxkk").await;
    assert_eq!((nonsense.facets.total(), nonsense.instead_of), (0, None));
}

#[tokio::test]
async fn u22_a_book_with_a_typing_error_in_its_title_hides_no_other() {
    let site = TestSite::new().await;
    load(&site).await;
    let cx = site.visitor();
    let before = listing(&cx, "all=1&q=middlemarch").await;
    assert_eq!(before.alike, None, "nothing is like it");
    change(
        &site,
        "insert into works (title, title_key, author_line, author_key, slug)
         values ('Midlemarch', 'midlemarch', 'George Eliot', 'george eliot', 'midlemarch')",
    )
    .await;
    let found = listing(&cx, "all=1&q=midlemarch").await;
    assert_eq!(found.works[0].title, "Midlemarch");
    assert_eq!(found.alike, Some(("middlemarch".to_owned(), 1)));
    let verbatim = listing(&cx, "all=1&q=midlemarch&verbatim=1").await;
    assert_eq!(verbatim.alike, None, "they insist");
}

#[tokio::test]
async fn an_isbn_leads_straight_to_its_book_and_is_never_guessed() {
    let site = TestSite::new().await;
    load(&site).await;
    let cx = site.visitor();
    let middlemarch = work(&site, "Middlemarch").await;
    for q in [
        "9780141439549",
        "978-0-14-143954-9",
        "ISBN 0-14-143954-8",
        "0141439548",
    ] {
        match ask(&cx, &format!("q={q}")).await {
            Found::Book(work, slug) => {
                assert_eq!((work, slug.as_str()), (middlemarch, "middlemarch"));
            }
            other => panic!("{q}: {other:?}"),
        }
    }
    let unknown = listing(&cx, "q=9780306406157").await;
    assert!(matches!(unknown.isbn, Some(Ok(_))) && unknown.works.is_empty());
    let wrong = listing(&cx, "q=9780141439540").await;
    assert!(matches!(wrong.isbn, Some(Err(_))) && wrong.works.is_empty());
    assert!(titles(&cx, "all=1&q=978014").await.is_empty());
}

#[tokio::test]
async fn facets_count_without_their_own_choice() {
    let site = TestSite::new().await;
    load(&site).await;
    let (ana, ben) = (site.member("ana").await, site.member("ben").await);
    sqlx::query("update users set city = 'Orléans' where handle = 'ben'")
        .execute(&site.services.db)
        .await
        .unwrap();
    for (owner, title, grade) in [
        (&ana, "Emma", Grade::Fine),
        (&ana, "Persuasion", Grade::Fair),
        (&ben, "Les Misérables", Grade::Fine),
        (&ben, "Emma", Grade::Good),
    ] {
        list(&site, owner, title, grade).await;
    }
    let cx = site.visitor();

    let everything = listing(&cx, "").await;
    assert_eq!(everything.facets.total(), 3);
    assert_eq!(everything.facets.copies(), 4);
    assert_eq!(books(&everything.facets.languages, "en"), Some(2));
    assert_eq!(books(&everything.facets.languages, "fr"), Some(1));
    assert_eq!(books(&everything.facets.genres, "classics"), Some(3));
    assert_eq!(books(&everything.facets.genres, "poetry"), Some(0));
    assert_eq!(books(&everything.facets.places, "orleans"), Some(2));
    assert_eq!(books(&everything.facets.grades, "5"), Some(2));

    let french = listing(&cx, "language=fr").await;
    assert_eq!(french.facets.total(), 1);
    assert_eq!(
        books(&french.facets.languages, "en"),
        Some(2),
        "own choice left aside"
    );
    assert_eq!(books(&french.facets.genres, "classics"), Some(1));
    assert_eq!(books(&french.facets.places, "leeds"), None);
    assert_eq!(titles(&cx, "language=fr&language=en").await.len(), 3);

    let near = listing(&cx, "near=ORLEANS&grade=fine").await;
    assert_eq!(near.facets.total(), 2);
    assert_eq!(near.facets.without("near"), 2);
    assert_eq!(near.facets.without("grade"), 2);
    assert_eq!(near.facets.places[0].label, "Orléans");

    let nothing = listing(&cx, "q=emma&language=fr&format=hardback").await;
    assert_eq!(nothing.facets.total(), 0);
    assert_eq!(nothing.facets.without("language"), 0);
    assert_eq!(nothing.facets.without("filters"), 1);
    let one_too_many = listing(&cx, "q=emma&language=fr").await;
    assert_eq!(one_too_many.facets.without("language"), 1);

    assert_eq!(titles(&cx, "q=dracula").await, Vec::<String>::new());
    assert_eq!(
        listing(&cx, "q=dracula")
            .await
            .facets
            .without("availability"),
        1
    );
    let copies = listing(&cx, "sort=copies").await;
    assert_eq!(
        (copies.works[0].copies, copies.works[0].best_grade),
        (2, Some(Grade::Fine))
    );
    assert_eq!(
        titles(&cx, "sort=title").await,
        ["Emma", "Les Misérables", "Persuasion"]
    );
    let session = ben.actor.as_ref().unwrap().session;
    let actor = crate::accounts::sessions::actor(&site.services, session).await;
    let next_time = crate::Cx {
        actor: actor.unwrap(),
        ..ben
    };
    let town = listing(&next_time, "").await.town;
    assert_eq!(town.as_deref(), Some("Orléans"));
}

#[tokio::test]
async fn pages_are_full_and_end() {
    let site = TestSite::new().await;
    load(&site).await;
    let cx = site.visitor();
    let first = listing(&cx, "all=1&sort=title").await;
    assert_eq!((first.works.len(), first.pages), (24, 13));
    let last = listing(&cx, "all=1&sort=title&page=13").await;
    assert_eq!(last.works.len() as i64, first.facets.total() - 12 * 24);
    assert_eq!(listing(&cx, "all=1&page=14").await.query.page, 1);
    assert!(matches!(ask(&cx, "page=101").await, Found::TooDeep));
    assert!(matches!(ask(&cx, "page=1000000000").await, Found::TooDeep));
}

#[tokio::test]
async fn nothing_typed_breaks_it() {
    let site = TestSite::new().await;
    load(&site).await;
    let cx = site.visitor();
    let long = "x".repeat(4000);
    let words = "the ".repeat(1000);
    for q in [
        "%00",
        "a%00b",
        "'",
        "''':*",
        "\\",
        "%26 | ! ( ) <->",
        "-",
        "--",
        "\"",
        "or",
        "-or",
        "!!!",
        ":*",
        "a:*b",
        "(((",
        "%F0%9F%93%9A",
        "%E2%80%AE",
        "' or 1=1 --",
        "源氏",
        "गोदान",
        &long,
        &words,
        "%FF%FE",
    ] {
        listing(&cx, &format!("all=1&q={q}")).await;
    }
    for address in [
        "page=1e9",
        "page=-1",
        "page=0",
        "page=x",
        "genre=nonsense",
        "genre=%00",
        "language=xx",
        "format=scroll",
        "grade=99",
        "grade=",
        "near=%00",
        "near=%27%27",
        "sort=random",
        "all=yes",
        "unknown=1&q=&q=",
        "genre=a&genre=b&genre=c",
    ] {
        listing(&cx, address).await;
    }
    assert_eq!(titles(&cx, "all=1&q=源氏").await, ["源氏物語"]);
}

#[tokio::test]
async fn suggestions_come_in_groups_and_begin_with_the_likeliest() {
    let site = TestSite::new().await;
    load(&site).await;
    let ana = site.member("ana").await;
    list(&site, &ana, "Emma", Grade::Fine).await;
    let cx = site.visitor();
    let titles = async |text: &str| -> Vec<String> {
        let found = suggest(&cx, text).await.unwrap();
        found.books.into_iter().map(|book| book.title).collect()
    };
    assert_eq!(titles("emm").await[0], "Emma");
    assert_eq!(titles("em").await[0], "Emma");
    assert_eq!(titles("hobb").await[0], "The Hobbit");
    assert_eq!(titles("midlemarch").await, ["Middlemarch"]);
    assert_eq!(titles("It").await[0], "It");
    assert_eq!(titles("源").await, ["源氏物語"]);
    for nothing in ["", " ", "e", "%", "__", "\\", "'\"", "qqzzxx"] {
        assert!(titles(nothing).await.is_empty(), "{nothing}");
    }
    let found = suggest(&cx, "austen").await.unwrap();
    assert_eq!(found.authors[0].name, "Jane Austen");
    assert_eq!(found.authors[0].works, 3);
    assert_eq!(suggest(&cx, "earthsea").await.unwrap().series[0].works, 4);
    assert_eq!(suggest(&cx, "ana").await.unwrap().readers[0].handle, "ana");
    let isbn = suggest(&cx, "978-0-14-143958-7").await.unwrap();
    assert_eq!(
        (isbn.books[0].title.as_str(), isbn.books[0].copies),
        ("Emma", 1)
    );
    assert!(isbn.isbn.is_some());
}

/// Puts a reader into a town and knows where it lies.
async fn moves(cx: &Cx, city: &str) {
    let form = crate::accounts::ProfileForm {
        display_name: "Somebody".into(),
        city: city.into(),
        country: "GB".into(),
        time_zone: "Europe/London".into(),
        ..crate::accounts::ProfileForm::default()
    };
    crate::accounts::save_profile(cx, &form).await.unwrap();
}

#[tokio::test]
async fn the_nearest_copy_comes_first_and_circles_count_what_they_hold() {
    let site = TestSite::new().await;
    load(&site).await;
    let far = site.member("far").await;
    let near = site.member("near").await;
    let nowhere = site.member("nowhere").await;
    list(&site, &far, "Emma", Grade::Good).await;
    list(&site, &near, "Persuasion", Grade::Good).await;
    list(&site, &near, "Middlemarch", Grade::Good).await;
    list(&site, &far, "Middlemarch", Grade::Good).await;
    list(&site, &nowhere, "Germinal", Grade::Good).await;
    moves(&far, "London").await;
    moves(&near, "Glasgow").await;
    moves(&nowhere, "Erewhon").await;
    let cx = site.visitor();
    let order = titles(&cx, "near=Edinburgh&within=250&sort=nearest").await;
    assert_eq!(order.len(), 2, "{order:?}");
    let found = listing(&cx, "near=Edinburgh&within=250").await;
    assert!(found.located);
    assert_eq!(books(&found.facets.within, "50"), Some(0));
    assert_eq!(books(&found.facets.within, "100"), Some(2));
    assert_eq!(books(&found.facets.within, "250"), Some(2));
    let all = titles(&cx, "near=London&within=10&sort=nearest").await;
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all.contains(&"Emma".to_owned()) && all.contains(&"Middlemarch".to_owned()));
    // Seen from the reader's own town, everything in order, what is nowhere last, nothing twice.
    let reader = site.member("reader").await;
    moves(&reader, "Stirling").await;
    let mut reader = reader;
    reader.actor.as_mut().unwrap().city = "Stirling".into();
    let order = titles(&reader, "sort=nearest").await;
    assert_eq!(order.len(), 4, "{order:?}");
    assert_eq!(order[2..], ["Emma", "Germinal"]);
    // A place on no map is looked for by its name only.
    let found = listing(&cx, "near=Erewhon&within=25").await;
    assert!(!found.located && found.query.within.is_none());
    assert_eq!(found.works.len(), 1);
}

#[tokio::test]
async fn years_choose_works_and_count_without_their_own_choice() {
    let site = TestSite::new().await;
    load(&site).await;
    let cx = site.visitor();
    let found = listing(&cx, "all=1&from=1815&to=1816&q=austen").await;
    let titles: Vec<&str> = found.works.iter().map(|work| &*work.title).collect();
    assert_eq!(titles, ["Emma"]);
    let before = books(&found.facets.years, "-3000").unwrap();
    assert!(before > 1, "{before}");
    assert_eq!(found.facets.without("year"), before);
    // The other way round is meant the same; what is no year is passed over.
    assert_eq!(
        listing(&cx, "all=1&from=1816&to=1815&q=austen")
            .await
            .facets
            .total(),
        1
    );
    let all = listing(&cx, "all=1&q=austen&from=soon&to=99999").await;
    assert_eq!(all.facets.total(), before);
}

#[tokio::test]
async fn what_more_readers_have_asked_for_stands_before_the_rest() {
    let site = TestSite::new().await;
    load(&site).await;
    let owner = site.member("owner").await;
    for title in ["Emma", "Persuasion"] {
        list(&site, &owner, title, Grade::Good).await;
    }
    let work = work(&site, "Persuasion").await;
    sqlx::query(
        "with t as (insert into trades (state, opened_by) values ('declined', $1) returning id),
             r as (insert into trade_revisions (trade_id, number, author_id) select id, 1, $1 from t returning trade_id)
         insert into trade_items (trade_id, revision, copy_id, from_user, to_user, terms_version, frozen)
         select r.trade_id, 1, c.id, c.owner_id, $1, 1, '{}' from r, copies c where c.work_id = $2",
    )
    .bind(site.member("asker").await.actor.unwrap().id)
    .bind(work)
    .execute(&site.services.db)
    .await
    .unwrap();
    let mut conn = site.services.db.acquire().await.unwrap();
    crate::search::refresh(&mut conn, &[work], site.services.clock.now())
        .await
        .unwrap();
    let order = titles(&site.visitor(), "sort=wanted").await;
    assert_eq!(order, ["Persuasion", "Emma"]);
}
