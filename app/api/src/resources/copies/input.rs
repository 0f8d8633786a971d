//! What programs say of a copy, as the forms of the pages take it.

use dogear_domain::ids::{CopyId, EditionId};
use dogear_domain::money;
use dogear_domain::offers::{Offer, OfferError};
use dogear_server::catalogue::{self, EditionInput};
use dogear_server::copies::{self, Book, CopyFacts, CopyInput, OffersInput};
use dogear_server::db::IdempotencyKey;
use dogear_server::{Cx, Error};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::body::Change;
use crate::id::Id;
use crate::problem::Problem;
use crate::resources::parts::{LendOffer, Money, SaleOffer};

/// A copy to be added: of one of `edition`, `isbn` and `book`.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCopy {
    /// An edition that is known.
    #[serde(default)]
    edition: Option<Id>,
    /// The edition that is known by this ISBN, in any notation.
    #[serde(default)]
    isbn: Option<String>,
    /// A book that may not be known yet.
    #[serde(default)]
    book: Option<NewBook>,
    /// `as-new`, `fine`, `very-good`, `good`, `fair` or `reading-copy`.
    grade: String,
    /// What there is to own up to: `ex-library`, `book-club`, `inscription`, `notes-inside`,
    /// `highlighting`, `water-mark`, `missing-jacket`, `loose-pages`, `sunned-spine`, `smoke`,
    /// `pets`.
    #[serde(default)]
    defects: Vec<String>,
    /// For others to read; may be empty.
    #[serde(default)]
    note: String,
    /// Where you keep it, for nobody else to see; may be empty.
    #[serde(default)]
    place: String,
    /// Offer it at once.
    #[serde(default)]
    listed: bool,
    /// For what; for trade when it is not said.
    #[serde(default)]
    offers: Option<OffersSent>,
    /// You have a copy of the edition already, and this is another one.
    #[serde(default)]
    second: bool,
}

/// A book that may not be known yet, in the words of its title page.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewBookOfCopy)]
pub(super) struct NewBook {
    title: String,
    /// May be empty.
    #[serde(default)]
    subtitle: String,
    /// At least one, in the order of the title page.
    authors: Vec<String>,
    /// In any notation; may be empty.
    #[serde(default)]
    isbn: String,
    /// May be empty.
    #[serde(default)]
    publisher: String,
    /// Of this edition.
    #[serde(default)]
    year: Option<i32>,
    /// `paperback`, `hardback`, `mass-market`, `large-print`, `audio` or `other`; may be empty.
    #[serde(default)]
    format: String,
    /// ISO 639-1; may be empty.
    #[serde(default)]
    language: String,
    /// The slug of one; may be empty.
    #[serde(default)]
    genre: String,
    /// Its title; may be empty.
    #[serde(default)]
    series: String,
    /// The book's number in the series: `3`, `1.5`; may be empty.
    #[serde(default)]
    series_position: String,
    /// The answer to a refusal on `book.known`, which names the choices.
    #[serde(default)]
    known: String,
}

/// What a copy is to be offered for: at least one of these.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OffersSent {
    /// For other books.
    #[serde(default)]
    trade: bool,
    /// For nothing.
    #[serde(default)]
    give: bool,
    /// To be given back.
    #[serde(default)]
    lend: Option<LendOffer>,
    /// For money.
    #[serde(default)]
    sell: Option<SaleOffer>,
}

/// What is to be different about a copy.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeOfCopy)]
pub(super) struct CopyChange {
    /// A word, as when it was added.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    grade: Change<String>,
    /// All of them.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    defects: Change<Vec<String>>,
    /// For others to read.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    note: Change<String>,
    /// For nobody else to see. This can be changed while the copy is promised or lent, too, if it is
    /// sent alone.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    place: Change<String>,
    /// All of it; at least one.
    #[serde(default)]
    #[schema(value_type = Option<OffersSent>)]
    offers: Change<OffersSent>,
}

fn plain(amount: Money) -> String {
    money::Money {
        minor: amount.amount,
        currency: amount.currency,
    }
    .plain()
}

impl OffersSent {
    /// As the form of a page sends it.
    fn typed(self) -> Result<OffersInput, Problem> {
        let ways = [
            (self.trade, Offer::Trade),
            (self.give, Offer::Give),
            (self.lend.is_some(), Offer::Lend),
            (self.sell.is_some(), Offer::Sell),
        ];
        let ways: Vec<String> = ways
            .into_iter()
            .filter(|(is_chosen, _)| *is_chosen)
            .map(|(_, way)| way.as_str().to_owned())
            .collect();
        // Of a form without a tick nobody knows whether it was shown; here it was sent.
        if ways.is_empty() {
            return Err(Problem::field("offers", OfferError::Nothing.to_string()));
        }
        let mut typed = OffersInput {
            ways,
            days: self
                .lend
                .map(|lend| lend.days.to_string())
                .unwrap_or_default(),
            ..OffersInput::default()
        };
        if let Some(sale) = self.sell {
            let currency = sale.price.currency;
            typed.price = plain(sale.price);
            typed.currency = currency.to_string();
            typed.at_once = sale.at_once;
            typed.postage = match sale.postage {
                None => String::new(),
                Some(postage) if postage.currency != currency => {
                    return Err(Problem::field(
                        "offers.sell.postage.currency",
                        format!("Say what the postage costs in {currency}, as the price."),
                    ));
                }
                Some(postage) if postage.amount == 0 => "0".to_owned(),
                Some(postage) => plain(postage),
            };
        }
        Ok(typed)
    }
}

impl NewBook {
    fn typed(self) -> EditionInput {
        EditionInput {
            title: self.title,
            subtitle: self.subtitle,
            authors: self.authors.join("; "),
            isbn: self.isbn,
            publisher: self.publisher,
            year: self.year.map(|year| year.to_string()).unwrap_or_default(),
            format: self.format,
            language: self.language,
            genre: self.genre,
            series: self.series,
            series_position: self.series_position,
            known: self.known,
        }
    }
}

impl CopyChange {
    /// The place, when that is all that is to change.
    pub(super) fn only_place(&self) -> Option<&str> {
        let others = [
            self.grade.is_sent(),
            self.defects.is_sent(),
            self.note.is_sent(),
            self.offers.is_sent(),
        ];
        match &self.place {
            _ if others.contains(&true) => None,
            Change::Keep => None,
            Change::Clear => Some(""),
            Change::Set(place) => Some(place),
        }
    }

    /// The form with what was read, and this laid over it.
    pub(super) fn over(self, seen: &CopyFacts) -> Result<CopyInput, Problem> {
        let defects = seen.defects.iter().map(|defect| defect.as_str().to_owned());
        let place = seen.own.as_ref().map(|own| own.place.clone());
        let offers = match self.offers {
            Change::Keep => None,
            Change::Set(offers) => Some(offers.typed()?),
            Change::Clear => {
                return Err(Problem::field("offers", OfferError::Nothing.to_string()));
            }
        };
        Ok(CopyInput {
            grade: self.grade.or_empty(seen.grade.as_str().to_owned()),
            defects: self.defects.or_empty(defects.collect()),
            note: self.note.or_empty(seen.note.clone()),
            place: self.place.or_empty(place.unwrap_or_default()),
            offers,
            version: seen.version()?,
            ..CopyInput::default()
        })
    }
}

/// Fields of the pages' form that are called otherwise here.
const NAMES: [(&str, &str); 5] = [
    ("offer", "offers"),
    ("price", "offers.sell.price"),
    ("currency", "offers.sell.price.currency"),
    ("postage", "offers.sell.postage"),
    ("days", "offers.lend.days"),
];

/// The same for those of a new book.
const NAMES_OF_BOOK: [(&str, &str); 12] = [
    ("title", "book.title"),
    ("subtitle", "book.subtitle"),
    ("authors", "book.authors"),
    ("isbn", "book.isbn"),
    ("publisher", "book.publisher"),
    ("year", "book.year"),
    ("format", "book.format"),
    ("language", "book.language"),
    ("genre", "book.genre"),
    ("series", "book.series"),
    ("series_position", "book.series_position"),
    ("known", "book.known"),
];

/// What a service says of a form, for whoever sent JSON.
pub(super) fn renamed(error: Error) -> Problem {
    Problem::from(error).renamed(&NAMES)
}

/// Adds a copy; gives its number.
pub(super) async fn add(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    new: NewCopy,
) -> Result<CopyId, Problem> {
    let book = match (new.edition, new.isbn, new.book) {
        (Some(edition), None, None) => Book::Known(edition.of::<EditionId>()),
        (None, Some(isbn), None) => Book::Isbn(isbn),
        (None, None, Some(book)) => Book::New(Box::new(book.typed())),
        _ => {
            return Err(Problem::field(
                "edition",
                "Say of which book it is by one of `edition`, `isbn` and `book`.",
            ));
        }
    };
    let input = CopyInput {
        grade: new.grade,
        defects: new.defects,
        note: new.note,
        place: new.place,
        listed: new.listed,
        offers: new.offers.map(OffersSent::typed).transpose()?,
        second: new.second,
        ..CopyInput::default()
    };
    match (copies::create(cx, key, &book, &input).await, book) {
        (Ok(added), _) => Ok(added.copy),
        (Err(error), Book::New(book)) => {
            let asks = matches!(&error, Error::Invalid(fields) if fields.iter().any(|(field, _)| field == "known"));
            let problem = renamed(error).renamed(&NAMES_OF_BOOK);
            if asks {
                return Err(problem.saying(choices(cx, &book).await?));
            }
            Err(problem)
        }
        // Editions that are not there are named in the body, not in the address.
        (Err(Error::NotFound), Book::Known(_)) => {
            Err(Problem::field("edition", "There is no such edition."))
        }
        (Err(error), _) => Err(renamed(error)),
    }
}

/// What can be answered when a book may be one that is known.
async fn choices(cx: &Cx, book: &EditionInput) -> Result<String, Problem> {
    let Some(doubt) = catalogue::doubt(cx, book).await? else {
        return Ok("Send it again.".to_owned());
    };
    let known: Vec<String> = doubt
        .editions
        .iter()
        .map(|book| {
            format!(
                "`{}` for “{}” by {}",
                book.edition, book.title, book.author_line
            )
        })
        .collect();
    Ok(format!(
        "Send `book.known` along: {}, or `{}` for none of them.",
        known.join(", "),
        doubt.none_of_these()
    ))
}

/// Every defect stands in the description of the field.
#[cfg(test)]
mod tests {
    use dogear_domain::grade::Defect;

    #[test]
    fn the_words_of_defects_are_those_of_the_site() {
        let described = crate::described();
        let said =
            described["components"]["schemas"]["NewCopy"]["properties"]["defects"]["description"]
                .as_str()
                .unwrap();
        for defect in Defect::ALL {
            assert!(said.contains(&format!("`{defect}`")), "{defect}");
        }
    }
}
