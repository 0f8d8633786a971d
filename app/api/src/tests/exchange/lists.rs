//! Lists of trades, orders and loans, by key.

use dogear_server::testing::statements::count;

use super::*;

/// All lines of a list, in pages of so many.
async fn all(program: &Program, path: &str, limit: usize) -> Vec<Value> {
    let mut lines = Vec::new();
    let mut at = format!("{path}limit={limit}");
    loop {
        let page = program.get(&at).await.is(200).json;
        lines.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else {
            return lines;
        };
        at = format!("{path}limit={limit}&cursor={next}");
    }
}

fn ids(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line["id"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn each_list_has_its_trades_in_pages_that_do_not_move() {
    let world = World::new().await;
    let (ana, ben) = (&world.ana, &world.ben);
    let waiting = world.made("proposed").await;
    let running = world.made("agreed").await;
    let over = world.made("declined").await;
    let sale = world.made("sale proposed").await;
    let loan = world.made("loan out").await;
    for (program, path, wanted) in [
        (
            ana,
            "/exchange?",
            vec![&loan, &sale, &over, &running, &waiting],
        ),
        (
            ana,
            "/exchange?which=open&",
            vec![&loan, &sale, &running, &waiting],
        ),
        (ana, "/exchange?which=done&", vec![&over]),
        (
            ben,
            "/exchange?which=needs_you&",
            vec![&running, &waiting, &sale],
        ),
        (ana, "/exchange?q=emma+ben&which=done&", vec![&over]),
        (ana, "/exchange?q=dracula&", vec![]),
        (ana, "/orders?which=getting&", vec![&loan, &sale]),
        (ben, "/orders?which=giving&", vec![&loan, &sale]),
        (ben, "/orders?", vec![&sale]),
        (ana, "/orders?which=done&", vec![]),
        (ana, "/loans?which=borrowed&", vec![&loan]),
        (ben, "/loans?which=lent&", vec![&loan]),
        (ben, "/loans?which=borrowed&", vec![]),
        (&world.cleo, "/exchange?", vec![]),
    ] {
        for limit in [1, 2, 100] {
            let lines = all(program, path, limit).await;
            let mut found = ids(&lines);
            let mut wanted: Vec<&str> = wanted.iter().map(|id| id.as_str()).collect();
            if path.contains("needs_you") {
                found.sort_unstable();
                wanted.sort_unstable();
            }
            assert_eq!(found, wanted, "{path}{limit}");
        }
    }
    let lines = all(ben, "/exchange?which=needs_you&", 100).await;
    let line = lines.iter().find(|line| line["id"] == waiting).unwrap();
    assert_eq!(line["others"], json!(["ana"]));
    assert_eq!(
        (&line["kind"], &line["next"]["verb"]),
        (&json!("swap"), &json!("accept"))
    );
    assert_eq!(line["gives"][0]["title"], "Emma");
    assert!(line["due"].is_string(), "{line}");
    let lines = all(ana, "/loans?which=borrowed&", 1).await;
    assert_eq!(
        (&lines[0]["other"], &lines[0]["back"]),
        (&json!("ben"), &json!("pending"))
    );
    // What changes while somebody reads is not on a later page, and nothing else moves.
    let first = ana.get("/exchange?limit=2").await.is(200).json;
    step(ben, &waiting, "decline", json!({})).await;
    let next = first["next"].as_str().unwrap();
    let second = ana
        .get(&format!("/exchange?cursor={next}"))
        .await
        .is(200)
        .json;
    assert_eq!(ids(second["items"].as_array().unwrap()), [&over, &running]);
    // A cursor is of its list and its caller.
    for (program, path) in [
        (ben, "/exchange?"),
        (ana, "/exchange?which=done&"),
        (ana, "/exchange?q=emma&"),
        (ana, "/orders?"),
    ] {
        let refused = program.get(&format!("{path}cursor={next}")).await;
        refused.is(400).refused("cursor_invalid");
    }
    for path in [
        "/exchange?which=mine",
        "/loans",
        "/orders?which=all",
        "/exchange?kind=sale",
    ] {
        ana.get(path).await.is(400).refused("malformed");
    }
}

#[tokio::test]
async fn a_list_takes_as_many_statements_however_long_it_is() {
    let world = World::new().await;
    for (path, state) in [
        ("/exchange?limit=100", "agreed"),
        ("/orders?which=getting&limit=100", "sale due"),
        ("/loans?which=borrowed&limit=100", "loan out"),
    ] {
        world.made(state).await;
        let (_, one) = count(world.ana.get(path)).await;
        for _ in 0..4 {
            world.made(state).await;
        }
        let (answer, five) = count(world.ana.get(path)).await;
        assert!(answer.json["items"].as_array().unwrap().len() >= 5);
        assert_eq!(one, five, "{path}");
        assert!(five <= 9, "{path}: {five}");
    }
}
