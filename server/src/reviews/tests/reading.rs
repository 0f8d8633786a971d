//! Who reads what, in which order, and what it costs.

use dogear_domain::accounts::Role;

use super::*;
use crate::accounts;

/// So many readers who have each said something of the book.
async fn crowd(cx: &Cx, work: WorkId, readers: i32) {
    sqlx::query(
        "with u as (insert into users (handle, handle_key, email, email_key, display_name, password_hash, email_verified_at)
           select 'r' || n, 'r' || n, 'r' || n || '@x.example', 'r' || n || '@x.example', 'R ' || n, '', now()
           from generate_series(1, $2) n returning id)
         insert into reviews (user_id, work_id, body, helpful)
         select id, $1, 'Review ' || id, 0 from u",
    )
    .bind(work)
    .bind(readers)
    .execute(cx.db())
    .await
    .unwrap();
}

#[tokio::test]
async fn reviews_stand_by_help_or_age_and_are_leafed_through() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let emma = work(&site, "Emma").await;
    crowd(&wren, emma, 24).await;
    let own = says(&wren, emma, "Mine.", "4").await;
    let ids: Vec<ReviewId> =
        sqlx::query_scalar("select id from reviews where id <> $1 order by id")
            .bind(own)
            .fetch_all(wren.db())
            .await
            .unwrap();
    vote(&wren, ids[3], true).await.unwrap();

    for (sort, expected) in [
        (ReviewSort::Newest, ids.iter().rev().copied().collect()),
        (ReviewSort::Helpful, {
            let rest = ids.iter().rev().copied().filter(|id| *id != ids[3]);
            std::iter::once(ids[3]).chain(rest).collect::<Vec<_>>()
        }),
    ] {
        let mut seen = Vec::new();
        let mut after = None;
        loop {
            let page = of_book(&wren, emma, sort, after).await.unwrap();
            assert!(page.lines.len() <= 11);
            seen.extend(page.lines.iter().map(|line| line.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen[0], own, "one’s own comes first, once");
        assert_eq!(seen[1..], expected[..], "{sort:?}");
    }
    let beside = beside_book(&wren, emma).await.unwrap();
    assert_eq!(beside.len(), 1 + SHOWN_WITH_BOOK + 1);
    assert!(beside[0].mine && beside[1].voted && beside[1].id == ids[3]);
    assert_eq!(
        "7.12".parse::<Place>().unwrap().to_string(),
        "7.12",
        "places read back"
    );
    assert!("12".parse::<Place>().is_err());
}

#[tokio::test]
async fn nobody_reads_the_hidden_the_suspended_and_the_blocked() {
    let site = TestSite::new().await;
    load(&site).await;
    let (wren, ben) = (site.member("wren").await, site.member("ben").await);
    let emma = work(&site, "Emma").await;
    let review = says(&wren, emma, "Wonderful.", "").await;
    let all = [("Wonderful.".to_owned(), 0)];
    assert_eq!(read(&ben, emma).await, all);
    assert_eq!(read(&site.visitor(), emma).await, all);
    let of_wren = of_reader(&ben, "wren", None).await.unwrap();
    assert_eq!((of_wren.lines.len(), of_wren.lines[0].work), (1, emma));

    accounts::block(&wren, "ben").await.unwrap();
    assert_eq!(read(&ben, emma).await, []);
    assert!(is_not_found(vote(&ben, review, true).await));
    assert!(is_not_found(of_reader(&ben, "wren", None).await));
    assert_eq!(read(&site.visitor(), emma).await, all);
    run(&wren, "delete from blocks").await;

    run(
        &wren,
        "update users set status = 'suspended' where handle = 'wren'",
    )
    .await;
    assert_eq!(read(&ben, emma).await, []);
    assert!(is_not_found(of_reader(&ben, "wren", None).await));
    run(
        &wren,
        "update users set status = 'active' where handle = 'wren'",
    )
    .await;

    run(
        &wren,
        "update reviews set hidden_at = now(), hidden_reason = 'No.'",
    )
    .await;
    assert_eq!(read(&ben, emma).await, []);
    assert!(is_not_found(vote(&ben, review, true).await));
    let own = of_book(&wren, emma, ReviewSort::Helpful, None)
        .await
        .unwrap();
    assert!(own.lines[0].hidden);
    let bea = site.account("bea", Role::Moderator).await;
    assert_eq!(desk::one(&bea, review).await.unwrap().hidden_reason, "No.");
    assert!(is_not_found(desk::one(&ben, review).await));
    assert!(is_not_found(
        desk::list(&ben, "", desk::Which::Shown, None).await
    ));
}

#[tokio::test]
async fn a_page_of_two_thousand_reviews_is_read_from_an_index() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let emma = work(&site, "Emma").await;
    crowd(&wren, emma, 2000).await;
    run(&wren, "update reviews set helpful = id % 50; analyze").await;
    let orders = ["s.helpful desc, s.id desc", "s.id desc"];
    for order in orders {
        let statement = format!(
            "explain (analyze, format json) select s.id, s.body, s.handle from shown_reviews($2, now()) s
             where s.work_id = $1 and s.user_id is distinct from $2 order by {order} limit 4"
        );
        let plan: serde_json::Value = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .bind(emma)
            .bind(id(&wren))
            .fetch_one(wren.db())
            .await
            .unwrap();
        let mut rows = 0.0_f64;
        most_rows(&plan, &mut rows);
        assert!(rows <= 10.0, "{order}: {plan:#}");
    }
}

/// The most rows that a part of a plan over reviews has given.
fn most_rows(plan: &serde_json::Value, most: &mut f64) {
    match plan {
        serde_json::Value::Object(map) => {
            if map.get("Relation Name").and_then(|name| name.as_str()) == Some("reviews") {
                let rows = map["Actual Rows"].as_f64().unwrap();
                *most = most.max(rows * map["Actual Loops"].as_f64().unwrap());
            }
            map.values().for_each(|value| most_rows(value, most));
        }
        serde_json::Value::Array(list) => list.iter().for_each(|value| most_rows(value, most)),
        _ => {}
    }
}

#[tokio::test]
async fn the_best_are_those_that_many_like() {
    let site = TestSite::new().await;
    load(&site).await;
    let wren = site.member("wren").await;
    let ids: Vec<i64> = sqlx::query_scalar("select id from works order by id limit 4")
        .fetch_all(wren.db())
        .await
        .unwrap();
    // Five fives, a thousand fours and a half, a thousand fours, four fives.
    for (work, n, quarters) in [(0, 5, 20), (1, 1000, 18), (2, 1000, 16), (3, 4, 20)] {
        sqlx::query("insert into work_ratings (work_id, n, sum) values ($1, $2, $2 * $3)")
            .bind(ids[work])
            .bind(n)
            .bind(quarters)
            .execute(wren.db())
            .await
            .unwrap();
    }
    sqlx::query("update works set genre = null where id <> $1")
        .bind(ids[2])
        .execute(wren.db())
        .await
        .unwrap();
    let best = top_rated(&wren, "", "").await.unwrap();
    let order: Vec<i64> = best.iter().map(|book| book.work.0).collect();
    assert_eq!(order, [ids[1], ids[0], ids[2]]);
    assert_eq!(best[0].ratings.mean_said().as_deref(), Some("4.5"));
    let genre: String = sqlx::query_scalar("select genre from works where id = $1")
        .bind(ids[2])
        .fetch_one(wren.db())
        .await
        .unwrap();
    let of_genre = top_rated(&wren, &genre, "").await.unwrap();
    assert_eq!(of_genre.len(), 1);
    assert!(top_rated(&wren, &genre, "xx").await.unwrap().is_empty());
}
