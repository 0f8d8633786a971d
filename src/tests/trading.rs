//! Books and trades to test with, made by the services as the pages make them.

use dogear_domain::fields::{Message, Reason};
use dogear_domain::ids::{CopyId, TradeId};
use dogear_domain::trades::Method;
use dogear_server::accounts::{self, Selling};
use dogear_server::catalogue::EditionInput;
use dogear_server::copies::{self, Book, CopyInput, OffersInput};
use dogear_server::trades::{self, Books, Borrowing, Proposal, Purchase};
use dogear_server::{Cx, Error, Result};

/// A new book on the reader's shelf, offered.
pub(super) async fn listed(cx: &Cx, title: &str) -> Result<CopyId> {
    let book = Book::New(Box::new(EditionInput {
        title: title.into(),
        authors: "An Author".into(),
        ..EditionInput::default()
    }));
    let copy = CopyInput {
        grade: "good".into(),
        listed: true,
        ..CopyInput::default()
    };
    Ok(copies::create(cx, None, &book, &copy).await?.copy)
}

/// `one` proposes to `two` that they swap a new book each. `name` tells the books from others.
pub(super) async fn proposed(one: &Cx, two: &Cx, method: Method, name: &str) -> Result<TradeId> {
    let give = listed(one, &format!("{name}, given")).await?;
    let get = listed(two, &format!("{name}, taken")).await?;
    let proposal = Proposal {
        with: two.reader()?.handle.clone(),
        books: Books {
            gives: vec![give],
            gets: vec![get],
            gift: true,
        },
        method,
        message: Message::default(),
    };
    trades::propose(one, None, &proposal).await
}

/// A new book that the reader sells.
pub(super) async fn for_sale(cx: &Cx, name: &str) -> Result<CopyId> {
    sold(cx, name, false).await
}

/// As [`for_sale`], to whoever pays.
pub(super) async fn for_sale_at_once(cx: &Cx, name: &str) -> Result<CopyId> {
    sold(cx, name, true).await
}

async fn sold(cx: &Cx, name: &str, at_once: bool) -> Result<CopyId> {
    let copy = listed(cx, &format!("{name}, sold")).await?;
    let offers = OffersInput {
        ways: vec!["sale".into()],
        price: "6.50".into(),
        currency: "EUR".into(),
        postage: String::new(),
        days: String::new(),
        at_once,
    };
    copies::change(cx, None, &[copy], copies::offering(&offers)?).await?;
    Ok(copy)
}

/// `buyer` asks to buy a new book of `seller`’s.
pub(super) async fn asked_to_buy(buyer: &Cx, seller: &Cx, name: &str) -> Result<TradeId> {
    let copy = for_sale(seller, name).await?;
    let purchase = Purchase {
        copy,
        seen: trades::on_sale(buyer, copy).await?.terms,
        price: String::new(),
        method: Method::Post,
        message: Message::default(),
    };
    trades::buy(buyer, None, &purchase).await
}

/// `buyer` has bought and paid a new book of `seller`, who takes it back.
pub(super) async fn bought(buyer: &Cx, seller: &Cx, name: &str) -> Result<TradeId> {
    let seen = accounts::selling(seller).await?.version()?;
    accounts::set_selling(seller, Selling::of(false, true), &seen).await?;
    let copy = for_sale(seller, name).await?;
    let purchase = Purchase {
        copy,
        seen: trades::on_sale(buyer, copy).await?.terms,
        price: String::new(),
        method: Method::Meet,
        message: Message::default(),
    };
    let trade = trades::buy(buyer, None, &purchase).await?;
    let seen = trades::page(seller, trade).await?.seen;
    trades::accept(seller, None, trade, seen).await?;
    let leg = trades::page(seller, trade).await?.legs[0].id;
    trades::hand_over(seller, None, trade, leg).await?;
    trades::receive(buyer, None, trade, leg).await?;
    Ok(trade)
}

/// As [`bought`], and the buyer gives it back.
pub(super) async fn goes_back(buyer: &Cx, seller: &Cx, name: &str) -> Result<TradeId> {
    let trade = bought(buyer, seller, name).await?;
    trades::ask_return(buyer, None, trade, &Reason::default()).await?;
    Ok(trade)
}

/// As [`goes_back`], and the seller has it again.
pub(super) async fn came_back(buyer: &Cx, seller: &Cx, name: &str) -> Result<TradeId> {
    let trade = goes_back(buyer, seller, name).await?;
    let legs = trades::page(seller, trade).await?.legs;
    let back = legs.last().map(|leg| leg.id).ok_or(Error::NotFound)?;
    trades::receive(seller, None, trade, back).await?;
    Ok(trade)
}

/// A new book that the reader lends.
pub(super) async fn to_lend(cx: &Cx, name: &str) -> Result<CopyId> {
    let copy = listed(cx, &format!("{name}, lent")).await?;
    let offers = OffersInput {
        ways: vec!["lend".into()],
        ..OffersInput::default()
    };
    copies::change(cx, None, &[copy], copies::offering(&offers)?).await?;
    Ok(copy)
}

/// `borrower` asks to borrow a new book of `lender`’s for so many days.
pub(super) async fn asked_to_borrow(
    borrower: &Cx,
    lender: &Cx,
    name: &str,
    days: i64,
) -> Result<TradeId> {
    let copy = to_lend(lender, name).await?;
    let due = borrower.now() + jiff::SignedDuration::from_hours(24 * days);
    let wanted = Borrowing {
        copy,
        seen: trades::on_loan(borrower, copy).await?.terms,
        due: due.strftime("%Y-%m-%d").to_string(),
        method: Method::Meet,
        message: Message::default(),
    };
    trades::borrow(borrower, None, &wanted).await
}

/// And has it.
pub(super) async fn lent(borrower: &Cx, lender: &Cx, name: &str, days: i64) -> Result<TradeId> {
    let id = asked_to_borrow(borrower, lender, name, days).await?;
    let seen = trades::page(lender, id).await?.seen;
    trades::accept(lender, None, id, seen).await?;
    let leg = trades::page(borrower, id).await?.legs[0].id;
    trades::receive(borrower, None, id, leg).await?;
    Ok(id)
}

/// As [`proposed`], and `two` accepts.
pub(super) async fn agreed(one: &Cx, two: &Cx, method: Method, name: &str) -> Result<TradeId> {
    let id = proposed(one, two, method, name).await?;
    let seen = trades::page(two, id).await?.seen;
    trades::accept(two, None, id, seen).await?;
    Ok(id)
}
