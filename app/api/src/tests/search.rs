//! Search, as programs ask for it.

use dogear_server::search::{Browse, Query};
use dogear_server::testing::statements::count;
use serde_json::Value;

use super::kit::{ALL, Api};

/// Works by one author, each with a copy of their own on offer.
async fn library(api: &Api, works: i32) {
    let (_, owner) = api.member("owner", ALL).await;
    let mut tx = api.services.db.begin().await.unwrap();
    sqlx::query(
        "with author as (insert into authors (name, sort_name, name_key) values ('Ada Ort', 'Ort, Ada', 'ada ort') returning id),
           work as (insert into works (title, title_key, slug, language, author_line, author_key, genre)
             select 'Harbour ' || n, 'harbour ' || n, 'harbour-' || n, case when n % 2 = 0 then 'fr' else 'en' end,
               'Ada Ort', 'ada ort', (select slug from genres order by position limit 1)
             from generate_series(1, $1) n returning id),
           linked as (insert into work_authors (work_id, author_id) select w.id, a.id from work w, author a),
           edition as (insert into editions (work_id, format) select id, 'paperback' from work returning id, work_id)
         insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
         select e.id, e.work_id, (select id from users where handle = 'owner'), 3, 'listed', now() from edition e",
    )
    .bind(works)
    .execute(&mut *tx)
    .await
    .unwrap();
    let id = owner.actor.as_ref().unwrap().id;
    dogear_server::search::refresh_owner(&mut tx, id, owner.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

fn items(json: &Value) -> usize {
    json["items"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn search_finds_what_browse_finds_in_as_many_statements() {
    let api = Api::new().await;
    library(&api, 30).await;
    let question = Query {
        q: "harbour".into(),
        page: 1,
        ..Query::default()
    };
    let browse = Browse::default();
    let (_, by_page) = count(browse.find(&api.site.visitor(), question)).await;
    let visitor = api.visitor();
    let (answer, statements) = count(visitor.get("/books?q=harbour")).await;
    let first = answer.is(200);
    assert_eq!(statements, by_page);
    assert_eq!((items(&first.json), &first.json["total"]), (24, &30.into()));
    assert_eq!(first.json["facets"], Value::Null);
    assert_eq!(first.json["items"][0]["copies_available"], 1);
    assert_eq!(first.json["items"][0]["best_grade"], "good");
    let cursor = first.json["next"].as_str().unwrap();
    let second = visitor
        .get(&format!("/books?q=harbour&cursor={cursor}"))
        .await;
    let second = second.is(200);
    assert_eq!(
        (items(&second.json), &second.json["next"]),
        (6, &Value::Null)
    );
    // The cursor is one of this question.
    for path in ["/books?q=other", "/books?q=harbour&all=true"] {
        let answer = visitor.get(&format!("{path}&cursor={cursor}")).await;
        answer.is(400).refused("cursor_invalid");
    }
    // There are fewer by now: no first page in place of the second, with which a program would
    // begin anew for ever.
    sqlx::query("delete from work_search where work_id > 3")
        .execute(&api.services.db)
        .await
        .unwrap();
    let again = Api::around(api.site);
    let gone = again
        .visitor()
        .get(&format!("/books?q=harbour&cursor={cursor}"))
        .await;
    let gone = gone.is(200);
    assert_eq!((items(&gone.json), &gone.json["next"]), (0, &Value::Null));
}

#[tokio::test]
async fn filters_narrow_and_facets_count() {
    let api = Api::new().await;
    library(&api, 6).await;
    let visitor = api.visitor();
    let all = visitor.get("/books?facets=true&sort=title").await.is(200);
    assert_eq!(all.json["total"], 6);
    assert_eq!(all.json["items"][0]["title"], "Harbour 1");
    let languages = all.json["facets"]["languages"].as_array().unwrap();
    assert_eq!(languages.len(), 2);
    assert_eq!(languages[0]["books"], 3);
    for (filter, found) in [
        ("language=fr", 3),
        ("language=fr&language=en", 6),
        ("format=paperback&format=hardback", 6),
        ("format=hardback", 0),
        ("grade=good", 6),
        ("grade=fine", 0),
        ("offer=trade&offer=sale", 6),
        ("offer=sale&max_price=500&currency=GBP", 0),
        ("q=%22harbour+5%22", 1),
        ("q=harbour+-5", 5),
        ("from=1900&to=2000", 0),
    ] {
        let answer = visitor.get(&format!("/books?{filter}")).await.is(200);
        assert_eq!(answer.json["total"], found, "{filter} {}", answer.text);
    }
    let mended = visitor.get("/books?q=harbuor").await.is(200);
    assert_eq!(mended.json["searched_for"], "harbour", "{}", mended.text);
    let exact = visitor.get("/books?q=harbuor&verbatim=true").await.is(200);
    assert_eq!(exact.json["total"], 0);
}

#[tokio::test]
async fn what_cannot_be_asked_is_said_by_name() {
    let api = Api::new().await;
    let visitor = api.visitor();
    for (asked, field) in [
        ("genre=No+Genre", "genre"),
        ("language=xx", "language"),
        ("within=25", "within"),
        ("within=7&near=Ghent", "within"),
        ("from=9999", "from"),
        ("from=2000&to=1900", "to"),
        ("max_price=-1", "max_price"),
        ("sort=colour", "sort"),
    ] {
        let answer = visitor.get(&format!("/books?{asked}")).await.is(422);
        assert_eq!(answer.refused("invalid").fields(), [field], "{asked}");
    }
    let long = visitor.get(&format!("/books?q={}", "a".repeat(201))).await;
    assert_eq!(long.is(422).fields(), ["q"]);
    for asked in [
        "colour=red",
        "format=papyrus",
        "grade=superb",
        "all=1",
        "page=2",
    ] {
        let answer = visitor.get(&format!("/books?{asked}")).await;
        answer.is(400).refused("malformed");
    }
}

#[tokio::test]
async fn an_isbn_finds_its_book() {
    let api = Api::new().await;
    library(&api, 2).await;
    sqlx::query(
        "update editions set isbn13 = '9780141439587' where id = (select min(id) from editions)",
    )
    .execute(&api.services.db)
    .await
    .unwrap();
    let visitor = api.visitor();
    let found = visitor.get("/books?q=0-14-143958-0").await.is(200);
    assert_eq!((items(&found.json), &found.json["total"]), (1, &1.into()));
    let wrong = visitor.get("/books?q=9780141439588").await.is(200);
    assert_eq!(items(&wrong.json), 0);
    assert!(wrong.json["isbn_problem"].is_string(), "{}", wrong.text);
    let anything = visitor.get("/search?q=9780141439587").await.is(200);
    assert_eq!(anything.json["isbn"], "9780141439587");
    assert_eq!(anything.json["books"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_few_words_find_anything() {
    let api = Api::new().await;
    library(&api, 2).await;
    let visitor = api.visitor();
    let found = visitor.get("/search?q=ort").await.is(200);
    assert_eq!(
        found.json["authors"][0]["name"], "Ada Ort",
        "{}",
        found.text
    );
    let found = visitor.get("/search?q=own").await.is(200);
    assert_eq!(found.json["users"][0]["handle"], "owner");
    assert_eq!(found.json["users"][0]["url"], "http://dogear.test/u/owner");
    let (program, cx) = api.member("ana", ALL).await;
    dogear_server::accounts::block(&cx, "owner").await.unwrap();
    let found = program.get("/search?q=own").await.is(200);
    assert_eq!(found.json["users"], serde_json::json!([]));
    visitor.get("/search").await.is(400).refused("malformed");
}
