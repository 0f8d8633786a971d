//! A book on its way from one party to another.

use dogear_domain::grade::{Defect, Grade};
use dogear_domain::ids::UserId;
use dogear_domain::trades::SaleTerms;
use dogear_server::trades::{BookLine, PartyView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::id::Id;
use crate::resources::parts::Money;

/// The handle by which a party is named; empty for a former member.
pub(super) fn handle_of(parties: &[PartyView], user: UserId) -> String {
    let party = parties.iter().find(|party| party.user == user);
    party
        .filter(|party| !party.former)
        .map(|party| party.handle.clone())
        .unwrap_or_default()
}

/// A book of a trade, as it stood when it was proposed, and again when it was agreed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExchangeBook {
    /// Of whoever gives it, until it is received.
    copy: Id,
    /// What it is a copy of.
    book: Id,
    /// What it is a copy of, more exactly.
    edition: Id,
    title: String,
    /// All of them in one line.
    authors: String,
    /// Thirteen digits.
    isbn13: Option<String>,
    /// `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    #[schema(value_type = String)]
    grade: Grade,
    /// What its owner owns up to.
    #[schema(value_type = Vec<String>)]
    defects: Vec<Defect>,
    /// In its owner's words; may be empty.
    note: String,
    /// Handle of whoever gives it; empty for a former member.
    from: String,
    /// Handle of whoever gets it; empty for a former member.
    to: String,
    /// What it costs, where it is sold.
    price: Option<Money>,
    /// Addresses of the photos.
    photos: Vec<String>,
}

impl ExchangeBook {
    pub(super) fn of(
        line: &BookLine,
        parties: &[PartyView],
        sale: Option<&SaleTerms>,
        link: impl Fn(&str) -> String,
    ) -> Self {
        let book = &line.book;
        let price = sale.and_then(|sale| {
            let mut prices = sale.prices.iter();
            let (_, amount) = prices.find(|(copy, _)| *copy == line.copy)?;
            Some(Money {
                amount: *amount,
                currency: sale.currency,
            })
        });
        Self {
            copy: line.copy.into(),
            book: book.work.into(),
            edition: book.edition.into(),
            title: book.title.clone(),
            authors: book.author.clone(),
            isbn13: book.isbn.clone(),
            grade: book.grade(),
            defects: book.defects(),
            note: book.note.clone(),
            from: handle_of(parties, line.from),
            to: handle_of(parties, line.to),
            price,
            photos: book
                .photos
                .iter()
                .map(|photo| link(&dogear_urls::photo(photo.key)))
                .collect(),
        }
    }
}
