//! What a checkout makes, and what buying at once does.

use dogear_domain::fields::Message;
use dogear_domain::trades::{PaymentState, TradeKind};

use super::*;
use crate::trades::{Orders, Purchase};

async fn purchase(cx: &Cx, copy: CopyId, price: &str) -> Purchase {
    Purchase {
        copy,
        seen: trades::on_sale(cx, copy).await.unwrap().terms,
        price: price.into(),
        method: Method::Meet,
        message: Message::default(),
    }
}

#[tokio::test]
async fn a_checkout_is_one_sale_of_each_seller_and_asks_only_who_has_not_agreed() {
    let world = World::new().await;
    let emma = world.sells(&world.bob, "Emma", 650, Some(200)).await;
    let ulysses = world.sells(&world.bob, "Ulysses", 300, Some(350)).await;
    let solaris = world.sells_at_once(&world.cai, "Solaris", 400).await;
    let dune = world.sells_at_once(&world.cai, "Dune", 500).await;
    world.in_cart(&[emma, solaris, ulysses, dune]).await;
    let cart = page(&world.ana).await.unwrap();
    let parcels: Vec<_> = cart
        .parcels
        .iter()
        .map(|parcel| {
            let postage = parcel.postage.map(|postage| postage.minor);
            (
                parcel.name.as_str(),
                parcel.lines.len(),
                parcel.goods.minor,
                postage,
                parcel.at_once,
            )
        })
        .collect();
    // The largest postage is that of the parcel.
    assert_eq!(
        parcels,
        [
            ("bob", 2, 950, Some(350), false),
            ("caius", 2, 900, None, true)
        ]
    );
    let once = key();
    let order = shown(&world.ana).await;
    let placed = checkout(&world.ana, once, &order).await.unwrap();
    assert_eq!(checkout(&world.ana, once, &order).await.unwrap(), placed);
    assert_eq!(world.made().await, (2, 2, 1));
    assert!(page(&world.ana).await.unwrap().is_empty());
    let [asked, bought] = placed[..] else {
        panic!("{placed:?}");
    };
    let asked = trades::page(&world.bob, asked).await.unwrap();
    assert_eq!(
        (asked.state, asked.kind, asked.amount, asked.books.len()),
        (TradeState::Proposed, TradeKind::Sale, Some(euros(1300)), 2)
    );
    let bought = trades::page(&world.cai, bought).await.unwrap();
    let owed = bought.payment.unwrap();
    assert_eq!(
        (bought.state, owed.state, owed.amount),
        (TradeState::Agreed, PaymentState::Due, euros(900))
    );
    let ana = trades::orders(&world.ana, Orders::Getting, None)
        .await
        .unwrap();
    assert_eq!((ana.getting, ana.giving, ana.needs_you), (2, 0, 1));
    let rows = trades::ordered(&world.ana, &placed).await.unwrap();
    assert_eq!(rows.len(), 2);
    assert!(
        trades::ordered(&world.bob, &placed[1..])
            .await
            .unwrap()
            .is_empty()
    );
    world.site.run_jobs().await;
    let told = "select kind from notifications n join users u on u.id = n.user_id
                where u.handle = 'caius' order by n.id";
    let told: Vec<String> = sqlx::query_scalar(told)
        .fetch_all(world.ana.db())
        .await
        .unwrap();
    assert!(told.contains(&"trade_accepted".to_owned()), "{told:?}");
    let letters = world.site.mailed_subjects().await;
    let bought = "ana has bought books of yours".to_owned();
    assert!(letters.contains(&bought), "{letters:?}");
    world.sound().await;
}

#[tokio::test]
async fn what_is_sold_at_once_is_agreed_for_what_is_asked_and_for_nothing_less() {
    let world = World::new().await;
    let emma = world.sells_at_once(&world.bob, "Emma", 650).await;
    let less = purchase(&world.cai, emma, "6").await;
    let less = trades::buy(&world.cai, key(), &less).await.unwrap();
    assert_eq!(world.state(less).await, TradeState::Proposed);
    let bought = purchase(&world.ana, emma, "").await;
    let bought = trades::buy(&world.ana, key(), &bought).await.unwrap();
    assert_eq!(world.state(bought).await, TradeState::Agreed);
    assert_eq!(world.state(less).await, TradeState::Superseded);
    // Named by hand, it is the same price.
    let dune = world.sells_at_once(&world.bob, "Dune", 650).await;
    let named = purchase(&world.ana, dune, "6,50").await;
    let named = trades::buy(&world.ana, key(), &named).await.unwrap();
    assert_eq!(world.state(named).await, TradeState::Agreed);
    world.sound().await;
}

#[tokio::test]
async fn one_book_that_is_not_sold_at_once_has_its_seller_asked_for_all() {
    let world = World::new().await;
    let emma = world.sells_at_once(&world.bob, "Emma", 650).await;
    let dune = world.sells(&world.bob, "Dune", 300, None).await;
    world.in_cart(&[emma, dune]).await;
    assert!(!page(&world.ana).await.unwrap().parcels[0].at_once);
    let order = shown(&world.ana).await;
    let placed = checkout(&world.ana, key(), &order).await.unwrap();
    assert_eq!(world.state(placed[0]).await, TradeState::Proposed);
    assert_eq!(world.made().await, (1, 0, 0));
}

#[tokio::test]
async fn selling_at_once_respects_what_one_sells_in_a_year() {
    let world = World::new().await;
    let dear = world.sells_at_once(&world.bob, "Dear", 190_000).await;
    let more = world.sells_at_once(&world.bob, "More", 15_000).await;
    let other = world.sells_at_once(&world.cai, "Other", 100).await;
    let dear = purchase(&world.ana, dear, "").await;
    trades::buy(&world.ana, key(), &dear).await.unwrap();
    world.in_cart(&[other, more]).await;
    let order = shown(&world.ana).await;
    assert!(refused(checkout(&world.ana, key(), &order).await).contains("2000 euros"));
    assert_eq!(
        (world.made().await, in_cart(&world.ana).await),
        ((1, 1, 1), 2)
    );
    world.sound().await;
}

#[tokio::test]
async fn several_books_are_haggled_about_with_a_price_for_each() {
    let world = World::new().await;
    let emma = world.sells(&world.bob, "Emma", 650, Some(200)).await;
    let dune = world.sells(&world.bob, "Dune", 300, None).await;
    world.in_cart(&[emma, dune]).await;
    let order = shown(&world.ana).await;
    let trade = checkout(&world.ana, key(), &order).await.unwrap()[0];
    let answer = async |prices: &[(CopyId, &str)]| {
        let seen = trades::page(&world.bob, trade).await.unwrap().seen;
        let prices: Vec<_> = prices
            .iter()
            .map(|(copy, typed)| (*copy, (*typed).to_owned()))
            .collect();
        let said = Message::default();
        trades::haggle(&world.bob, key(), trade, seen, &prices, Method::Post, &said).await
    };
    let wrong = refused(answer(&[(emma, "0")]).await);
    assert!(wrong.contains(&format!("price-{emma}: ")), "{wrong}");
    assert!(wrong.contains(&format!("price-{dune}: ")), "{wrong}");
    answer(&[(emma, "7"), (dune, "2.50")]).await.unwrap();
    let view = trades::page(&world.ana, trade).await.unwrap();
    assert_eq!(view.amount, Some(euros(1150)));
    assert_eq!(view.sale.unwrap().prices, [(emma, 700), (dune, 250)]);
    trades::accept(&world.ana, key(), trade, view.seen)
        .await
        .unwrap();
    assert_eq!(world.made().await, (1, 2, 1));
    world.sound().await;
    // One of the books that is taken from sale ends it, as with one.
    trades::cancel(
        &world.ana,
        key(),
        trade,
        &dogear_domain::fields::Reason::default(),
    )
    .await
    .unwrap();
    world.sound().await;
}

#[tokio::test]
async fn prices_in_two_currencies_are_two_sales_of_one_seller() {
    let world = World::new().await;
    let emma = world.sells_at_once(&world.bob, "Emma", 650).await;
    let dune = copy(&world.site, &world.bob, "Dune").await;
    let pounds = Offers {
        sale: Some(Price {
            amount: Money {
                minor: 500,
                currency: Currency::Gbp,
            },
            postage: None,
            at_once: true,
        }),
        ..Offers::default()
    };
    copies::change(&world.bob, None, &[dune], Change::Offer(pounds))
        .await
        .unwrap();
    world.in_cart(&[emma, dune]).await;
    let order = shown(&world.ana).await;
    assert_eq!(order.ways.len(), 2);
    let placed = checkout(&world.ana, key(), &order).await.unwrap();
    assert_eq!((placed.len(), world.made().await), (2, (2, 2, 2)));
    world.sound().await;
}
