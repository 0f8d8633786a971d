//! Carts on a real PostgreSQL.

mod bought;
mod races;
mod stale;

use dogear_domain::accounts::Role;
use dogear_domain::ids::{CopyId, TradeId, UserId};
use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::{Offers, Price};
use dogear_domain::trades::{Method, TradeState};
use uuid::Uuid;

use super::*;
use crate::copies::{self, Change};
use crate::db::IdempotencyKey;
use crate::testing::TestSite;
use crate::trades::{self, NotForSale};
use crate::{Cx, Error, Result};

/// A site on which Ana buys, and Bob and Cai sell.
pub(super) struct World {
    pub site: TestSite,
    pub ana: Cx,
    pub bob: Cx,
    pub cai: Cx,
}

impl World {
    pub(super) async fn new() -> Self {
        let site = TestSite::new().await;
        Self {
            ana: site.member("ana").await,
            bob: site.member("bob").await,
            cai: site.member("caius").await,
            site,
        }
    }

    /// A new book that this reader sells, for so many cents with so much postage.
    pub(super) async fn sells(
        &self,
        owner: &Cx,
        title: &str,
        minor: i32,
        postage: Option<i32>,
    ) -> CopyId {
        let copy = copy(&self.site, owner, title).await;
        price(owner, copy, minor, postage, false).await;
        copy
    }

    /// As [`World::sells`], at once.
    pub(super) async fn sells_at_once(&self, owner: &Cx, title: &str, minor: i32) -> CopyId {
        let copy = copy(&self.site, owner, title).await;
        price(owner, copy, minor, None, true).await;
        copy
    }

    /// Ana puts these into her cart.
    pub(super) async fn in_cart(&self, copies: &[CopyId]) {
        for &copy in copies {
            add(&self.ana, copy).await.unwrap();
        }
    }

    pub(super) async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement)
            .fetch_one(&self.site.services.db)
            .await
            .unwrap()
    }

    /// How many trades, holds and payments there are.
    pub(super) async fn made(&self) -> (i64, i64, i64) {
        (
            self.count("select count(*) from trades where state <> 'draft'")
                .await,
            self.count("select count(*) from copy_holds").await,
            self.count("select count(*) from payments").await,
        )
    }

    pub(super) async fn state(&self, trade: TradeId) -> TradeState {
        sqlx::query_scalar("select state from trades where id = $1")
            .bind(trade)
            .fetch_one(&self.site.services.db)
            .await
            .unwrap()
    }

    pub(super) async fn sound(&self) {
        let violations = trades::invariants::violations(&self.site.services.db).await;
        assert_eq!(violations.unwrap(), Vec::<String>::new());
    }

    pub(super) async fn moderator(&self) -> Cx {
        self.site.account("beatrice", Role::Moderator).await
    }
}

pub(super) fn euros(minor: i32) -> Money {
    Money {
        minor,
        currency: Currency::Eur,
    }
}

/// The owner asks so much for a copy.
pub(super) async fn price(
    owner: &Cx,
    copy: CopyId,
    minor: i32,
    postage: Option<i32>,
    at_once: bool,
) {
    let offers = Offers {
        sale: Some(Price {
            amount: euros(minor),
            postage,
            at_once,
        }),
        ..Offers::default()
    };
    copies::change(owner, None, &[copy], Change::Offer(offers))
        .await
        .unwrap();
}

/// What the page of the checkout shows now, with everything by post.
pub(super) async fn shown(cx: &Cx) -> Order {
    let cart = page(cx).await.unwrap();
    let ways = cart.parcels.iter().map(|parcel| {
        let way = Way {
            method: Some(Method::Post),
            message: format!("To {}", parcel.name),
        };
        (parcel.key.clone(), way)
    });
    Order {
        lines: cart
            .lines()
            .map(|line| (line.book.copy, line.terms))
            .collect(),
        ways: ways.collect(),
    }
}

pub(super) async fn in_cart(cx: &Cx) -> usize {
    let cart = page(cx).await.unwrap();
    cart.lines().count() + cart.gone.len()
}

#[allow(clippy::unnecessary_wraps)] // as it is asked for
pub(super) fn key() -> Option<IdempotencyKey> {
    Some(IdempotencyKey(Uuid::new_v4()))
}

pub(super) fn refused<T: std::fmt::Debug>(answer: Result<T>) -> String {
    match answer {
        Err(Error::Conflict(sentence) | Error::Forbidden(sentence)) => sentence,
        Err(Error::Invalid(fields)) => fields
            .iter()
            .map(|(field, said)| format!("{field}: {said}\n"))
            .collect(),
        Err(Error::NotFound) => "not found".into(),
        other => panic!("{other:?}"),
    }
}

/// A listed copy of a new work.
pub(super) async fn copy(site: &TestSite, owner: &Cx, title: &str) -> CopyId {
    let owner: UserId = owner.actor.as_ref().unwrap().id;
    sqlx::query_scalar(
        "with work as (insert into works (title, title_key, slug, author_line, author_key)
           values ($1, lower($1), 'slug', 'An Author', 'an author') returning id),
         edition as (insert into editions (work_id) select id from work returning id, work_id),
         copy as (insert into copies (edition_id, work_id, owner_id, grade, state, listed_at)
           select id, work_id, $2, 4, 'listed', now() from edition returning id),
         history as (insert into copy_history (copy_id, to_user, kind) select id, $2, 'added' from copy)
         select id from copy",
    )
    .bind(title)
    .bind(owner)
    .fetch_one(&site.services.db)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_cart_holds_what_is_for_sale_and_refuses_everything_else_in_words() {
    let world = World::new().await;
    let emma = world.sells(&world.bob, "Emma", 650, None).await;
    let traded = copy(&world.site, &world.bob, "Solaris").await;
    let own = world.sells(&world.ana, "Mine", 300, None).await;
    add(&world.ana, emma).await.unwrap();
    add(&world.ana, emma).await.unwrap();
    assert_eq!(in_cart(&world.ana).await, 1);
    // A cart is its reader's alone.
    assert_eq!(in_cart(&world.cai).await, 0);
    assert!(remove(&world.cai, emma).await.unwrap());
    assert_eq!(in_cart(&world.ana).await, 1);
    assert!(refused(add(&world.ana, own).await).contains("yours already"));
    assert!(refused(add(&world.ana, traded).await).contains("not for sale"));
    assert_eq!(refused(add(&world.ana, CopyId(999_999)).await), "not found");
    // Of somebody who has blocked her she sees nothing, nor of a copy that nobody sees.
    let kept = world.sells(&world.cai, "Kept", 650, None).await;
    copies::change(&world.cai, None, &[kept], Change::Unlist)
        .await
        .unwrap();
    assert_eq!(refused(add(&world.ana, kept).await), "not found");
    crate::accounts::block(&world.bob, "ana").await.unwrap();
    let other = world.sells(&world.bob, "Other", 650, None).await;
    assert_eq!(refused(add(&world.ana, other).await), "not found");
    // Nobody who may begin nothing fills a cart.
    assert!(add(&world.site.visitor(), other).await.is_err());
}

#[tokio::test]
async fn a_cart_has_fifty_books_at_most_and_makes_room() {
    let world = World::new().await;
    let mut copies = Vec::new();
    for number in 0..=MOST {
        copies.push(
            world
                .sells(&world.bob, &format!("Book {number}"), 100, None)
                .await,
        );
    }
    let (last, first) = copies.split_last().unwrap();
    world.in_cart(first).await;
    assert!(refused(add(&world.ana, *last).await).contains("50 books"));
    // What is there already is not one more.
    add(&world.ana, first[0]).await.unwrap();
    assert!(remove(&world.ana, first[0]).await.unwrap());
    add(&world.ana, *last).await.unwrap();
    assert_eq!(in_cart(&world.ana).await, 50);
    // One parcel holds twenty.
    let order = shown(&world.ana).await;
    assert!(refused(checkout(&world.ana, key(), &order).await).contains("at most 20"));
    assert_eq!(world.made().await, (0, 0, 0));
}

#[tokio::test]
async fn what_is_deleted_for_good_leaves_every_cart() {
    let world = World::new().await;
    let emma = world.sells(&world.bob, "Emma", 650, None).await;
    world.in_cart(&[emma]).await;
    for statement in [
        "delete from copy_history where copy_id = $1",
        "delete from copies where id = $1",
    ] {
        sqlx::query(statement)
            .bind(emma)
            .execute(world.ana.db())
            .await
            .unwrap();
    }
    assert!(page(&world.ana).await.unwrap().is_empty());
}
