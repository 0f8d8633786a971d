//! The cart and what comes of it.

use super::*;

async fn put(program: &Program, copy: CopyId) -> Value {
    let item = json!({ "copy": copy.to_string() });
    program
        .send("POST", "/cart/items", &item)
        .await
        .is(201)
        .json
}

/// What one would send who saw this cart.
fn order_of(cart: &Value) -> Value {
    let parcels = cart["parcels"].as_array().unwrap();
    let lines: Vec<Value> = parcels
        .iter()
        .flat_map(|parcel| parcel["lines"].as_array().unwrap())
        .map(|line| json!({ "copy": line["book"]["copy"], "terms": line["terms"] }))
        .collect();
    let ways: serde_json::Map<String, Value> = parcels
        .iter()
        .map(|parcel| {
            let key = parcel["parcel"].as_str().unwrap().to_owned();
            (key, json!({ "method": "post", "message": "Please." }))
        })
        .collect();
    json!({ "lines": lines, "parcels": ways })
}

#[tokio::test]
async fn a_cart_is_bought_as_it_was_seen() {
    let world = World::new().await;
    let (ana, ben) = (&world.ana, &world.ben);
    let (one, two) = (world.sold(false).await, world.sold(false).await);
    put(ana, one).await;
    let cart = put(ana, two).await;
    assert_eq!(cart, put(ana, two).await, "twice is once");
    let parcel = &cart["parcels"][0];
    assert_eq!(parcel["seller"], "ben");
    assert_eq!(
        parcel["goods"],
        json!({ "amount": 1300, "currency": "EUR" })
    );
    let seen = order_of(&cart);
    // It has become dearer.
    let price = Price {
        amount: Money {
            minor: 900,
            currency: Currency::Eur,
        },
        postage: None,
        at_once: false,
    };
    world
        .offer(
            two,
            Offers {
                sale: Some(price),
                ..Offers::NONE
            },
        )
        .await;
    let refused = ana.send("POST", "/orders", &seen).await.is(422);
    assert_eq!(refused.fields(), ["lines[1]"]);
    assert!(refused.text.contains("dearer"), "{}", refused.text);
    let cart = ana.get("/cart").await.is(200).json;
    let line = &cart["parcels"][0]["lines"][1];
    assert_eq!(
        (&line["news"], &line["was"]["amount"]),
        (&json!("dearer"), &json!(650))
    );
    let mut seen = order_of(&cart);
    let lines = json!({ "lines": seen["lines"] });
    let looked = ana.send("PUT", "/cart/seen", &lines).await.is(200).json;
    assert_eq!(looked["parcels"][0]["lines"][1]["news"], Value::Null);
    // Every parcel has its way.
    let key = cart["parcels"][0]["parcel"].as_str().unwrap();
    let mut without = seen.clone();
    without["parcels"] = json!({});
    let refused = ana.send("POST", "/orders", &without).await.is(422);
    assert_eq!(refused.fields(), [format!("parcels.{key}")]);
    seen["parcels"][key]["message"] = json!("x".repeat(20_000));
    let refused = ana.send("POST", "/orders", &seen).await.is(422);
    assert_eq!(refused.fields(), [format!("parcels.{key}.message")]);
    let placed = ana.send("POST", "/orders", &order_of(&cart)).await.is(201);
    let orders = placed.json["orders"].as_array().unwrap();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0]["amount"]["amount"], 1750);
    let id = orders[0]["id"].as_str().unwrap();
    assert_eq!(ana.get("/cart").await.json["parcels"], json!([]));
    let order = ben.get(&format!("/orders/{id}")).await.is(200).json;
    assert_eq!(
        (&order["kind"], &order["state"]),
        (&json!("sale"), &json!("proposed"))
    );
    world.cleo.get(&format!("/orders/{id}")).await.is(404);
    // A swap is no order.
    let swap = world.proposed("post").await;
    ana.get(&format!("/orders/{swap}")).await.is(404);
}

#[tokio::test]
async fn what_is_in_a_cart_goes_and_what_cannot_be_bought_stays_out() {
    let world = World::new().await;
    let ana = &world.ana;
    let copy = world.sold(false).await;
    put(ana, copy).await;
    for _ in 0..2 {
        let gone = ana
            .send("DELETE", &format!("/cart/items/{copy}"), &Value::Null)
            .await;
        gone.is(204);
    }
    let free = world.copy(&world.ben_cx).await;
    for (copy, status) in [(free.to_string(), 409), ("999999".into(), 404)] {
        let item = json!({ "copy": copy });
        ana.send("POST", "/cart/items", &item).await.is(status);
    }
    // One's own is not to be bought.
    let own = json!({ "copy": copy.to_string() });
    world.ben.send("POST", "/cart/items", &own).await.is(409);
    put(ana, copy).await;
    world.offer(copy, Offers::LENT).await;
    let cart = ana.get("/cart").await.is(200).json;
    assert_eq!(cart["gone"][0]["book"]["copy"], copy.to_string());
    let read = world.api.of("ana", "read,trade").await;
    read.get("/cart").await.is(200);
    read.send("POST", "/cart/items", &own)
        .await
        .refused("scope_missing");
}

#[tokio::test]
async fn one_copy_is_bought_by_the_terms_that_were_seen() {
    let world = World::new().await;
    let (ana, ben) = (&world.ana, &world.ben);
    let copy = world.sold(true).await;
    put(ana, copy).await;
    let terms = ana.get(&format!("/orders/terms/{copy}")).await.is(200).json;
    assert_eq!(terms["offer"]["price"]["amount"], 650);
    assert_eq!(terms["offer"]["at_once"], true);
    let buy = |change: Value| {
        let mut body = json!({
            "copy": copy.to_string(), "terms": terms["terms"], "method": "post",
        });
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let ana = ana.clone();
        async move { ana.send("POST", "/orders/buy", &body).await }
    };
    buy(json!({ "terms": 0 })).await.is(409);
    for money in [
        json!({ "amount": 650, "currency": "GBP" }),
        json!({ "amount": -650, "currency": "EUR" }),
        json!({ "amount": 0, "currency": "EUR" }),
    ] {
        let refused = buy(json!({ "price": money })).await;
        assert_eq!(refused.is(422).fields(), ["price"], "{money}");
    }
    let bought = buy(json!({})).await.is(201);
    assert_eq!(bought.json["state"], "agreed");
    assert_eq!(bought.json["payment"]["amount"]["amount"], 850);
    assert_eq!(ana.get("/cart").await.json["parcels"], json!([]));
    ben.get(&format!("/orders/terms/{copy}")).await.is(409);
    // Another price is asked for, and answered.
    let copy = world.sold(true).await;
    let terms = ana.get(&format!("/orders/terms/{copy}")).await.json;
    let offer = json!({
        "copy": copy.to_string(), "terms": terms["terms"], "method": "meet",
        "price": { "amount": 500, "currency": "EUR" },
    });
    let asked = ana.send("POST", "/orders/buy", &offer).await.is(201);
    assert_eq!(asked.json["state"], "proposed");
    assert_eq!(asked.json["books"][0]["price"]["amount"], 500);
    let path = format!("/orders/{}/counter", id_of(&asked));
    let answer = |amount: i32, currency: &str| {
        json!({
            "version": asked.json["version"], "method": "meet",
            "prices": [{ "copy": copy.to_string(), "price": { "amount": amount, "currency": currency } }],
        })
    };
    let refused = ben.send("PUT", &path, &answer(600, "USD")).await.is(422);
    assert_eq!(refused.fields(), ["prices[0].price"]);
    let answered = ben.send("PUT", &path, &answer(600, "EUR")).await.is(200);
    assert_eq!(answered.json["amount"]["amount"], 600);
    // That version is over.
    ben.send("PUT", &path, &answer(550, "EUR")).await.is(409);
}
