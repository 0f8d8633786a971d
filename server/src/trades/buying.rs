//! Books are bought, of one reader or of several at once: what can be, under which locks, and the
//! sales that it makes.

use dogear_domain::copies::HeldBy;
use dogear_domain::fields::Message;
use dogear_domain::ids::{CopyId, TradeId, UserId};
use dogear_domain::money::Money;
use dogear_domain::offers::Price;
use dogear_domain::trades::{Item, Method, SaleTerms, Trade};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::propose::{MOST_BOOKS, Opening};
use super::repo::{locks, members, payments, proposals};
use crate::{Error, Result, copies, search};

/// Why a copy cannot be bought now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotForSale {
    /// It is not there, or not for the reader to see: nobody is told which.
    Gone,
    /// It is the reader's.
    Own,
    /// Somebody outside the site has it.
    Lent,
    /// It is given away in a round.
    GivenAway,
    /// It is promised in a trade.
    Promised,
    /// Its owner does not sell it.
    NotOffered,
}

impl NotForSale {
    /// As a sentence about the book with this title.
    pub fn said(self, title: &str) -> String {
        match self {
            Self::Gone => format!("“{title}” can no longer be bought."),
            Self::Own => "This book is yours already.".to_owned(),
            Self::Lent => format!(
                "“{title}” is lent to somebody just now, so nobody can buy it until it is back. Look for another copy."
            ),
            Self::GivenAway => format!(
                "“{title}” is given away just now, to one of those who ask for it. Look for another copy."
            ),
            Self::Promised => {
                format!("“{title}” is promised to somebody else. Look for another copy.")
            }
            Self::NotOffered => {
                format!("“{title}” is not for sale any more. Look for another copy.")
            }
        }
    }
}

/// What is asked for a copy now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Which one.
    pub copy: CopyId,
    /// Whose it is.
    pub owner: UserId,
    /// What they want for it.
    pub price: Price,
    /// Raised by every change of what its owner says of it.
    pub terms: i32,
}

/// A copy that a reader would buy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which one.
    pub copy: CopyId,
    /// What its book is called; empty when it is not there.
    pub title: String,
    /// What is asked for it, or why it cannot be bought.
    pub asked: std::result::Result<Asked, NotForSale>,
}

/// What is asked for these copies, in their order. Right until the end of the transaction only for
/// those that the caller has locked ([`lock_wanted`]).
///
/// # Errors
/// Those of the database.
pub(crate) async fn wanted(
    conn: &mut PgConnection,
    buyer: UserId,
    copies: &[CopyId],
    now: Timestamp,
) -> Result<Vec<Wanted>> {
    let facts = proposals::facts(conn, copies, Some(buyer), now).await?;
    let all = copies.iter().map(|&copy| {
        let fact = facts.iter().find(|fact| fact.id == copy && fact.seen);
        Wanted {
            copy,
            title: fact.map_or_else(String::new, |fact| fact.title.clone()),
            asked: fact
                .ok_or(NotForSale::Gone)
                .and_then(|fact| judge(fact, buyer)),
        }
    });
    Ok(all.collect())
}

fn judge(fact: &proposals::Fact, buyer: UserId) -> std::result::Result<Asked, NotForSale> {
    if fact.owner_id == buyer {
        return Err(NotForSale::Own);
    }
    match fact.held_by() {
        Some(HeldBy::Lent) => return Err(NotForSale::Lent),
        Some(HeldBy::Round(_)) => return Err(NotForSale::GivenAway),
        Some(HeldBy::Trade(_)) => return Err(NotForSale::Promised),
        None => {}
    }
    let price = fact.offers.sale.filter(|_| fact.listed);
    Ok(Asked {
        copy: fact.id,
        owner: fact.owner_id,
        price: price.ok_or(NotForSale::NotOffered)?,
        terms: fact.terms_version,
    })
}

/// Lets one purchase of a reader come after the other, until the end of the transaction. Comes
/// before every other lock but that of the key.
///
/// # Errors
/// Those of the database.
pub(crate) async fn lock_buyer(conn: &mut PgConnection, buyer: UserId) -> Result<()> {
    locks::lock_proposing(conn, buyer).await
}

/// As [`wanted`], of copies that are locked from here on, by number.
///
/// # Errors
/// Those of the database.
pub(crate) async fn lock_wanted(
    conn: &mut PgConnection,
    buyer: UserId,
    copies: &[CopyId],
    now: Timestamp,
) -> Result<Vec<Wanted>> {
    locks::lock_copies(conn, copies).await?;
    wanted(conn, buyer, copies, now).await
}

/// Books of one reader, in one currency, that go as one parcel.
#[derive(Debug, Clone)]
pub(crate) struct NewSale {
    /// Their owner.
    pub seller: UserId,
    /// Each with what the buyer would pay for it.
    pub lines: Vec<(Asked, Money)>,
    /// How they change hands.
    pub method: Method,
    /// The first message; may be empty.
    pub message: Message,
}

impl NewSale {
    /// Whether the seller has said yes to it beforehand: to each book for what is asked.
    fn is_granted(&self) -> bool {
        self.lines
            .iter()
            .all(|(asked, price)| asked.price.at_once && *price == asked.price.amount)
    }

    fn copies(&self) -> impl Iterator<Item = CopyId> {
        self.lines.iter().map(|(asked, _)| asked.copy)
    }

    /// One parcel goes: the largest postage of its books is that of all of them.
    fn terms(&self) -> Option<SaleTerms> {
        let (_, first) = self.lines.first()?;
        Some(SaleTerms {
            prices: self
                .lines
                .iter()
                .map(|(asked, price)| (asked.copy, price.minor))
                .collect(),
            currency: first.currency,
            postage: parcel_postage(self.lines.iter().map(|(asked, _)| asked.price)),
        })
    }

    fn draft(&self, buyer: UserId) -> Trade {
        let items = self.lines.iter().map(|(asked, _)| Item {
            copy: asked.copy,
            from: asked.owner,
            to: buyer,
            terms: asked.terms,
        });
        let parties = [buyer, self.seller];
        let mut draft = Trade::draft(buyer, &parties, items.collect(), self.method);
        draft.sale = self.terms();
        draft
    }
}

/// What is due besides for books that go as one parcel: the largest postage of one of them.
pub fn parcel_postage(prices: impl IntoIterator<Item = Price>) -> Option<i32> {
    prices.into_iter().filter_map(|price| price.postage).max()
}

/// Begins these sales, whose copies and buyer are locked, in the order of their sellers. What is
/// sold at once is agreed with that. The other locks are taken for all sales together, so that
/// they come in one order however many sellers there are.
///
/// # Errors
/// As [`super::propose`]; `Conflict` for more books than one parcel holds. Roll back after an error.
pub(crate) async fn begin_sales(
    conn: &mut PgConnection,
    buyer: UserId,
    sales: &[NewSale],
    now: Timestamp,
) -> Result<Vec<TradeId>> {
    if sales.iter().any(|sale| sale.lines.len() > MOST_BOOKS) {
        return Err(Error::Conflict(format!(
            "One parcel holds at most {MOST_BOOKS} books. Buy the others of this reader later."
        )));
    }
    let mut sales: Vec<&NewSale> = sales.iter().collect();
    sales.sort_by_key(|sale| (sale.seller, sale.copies().min()));
    let granted: Vec<&&NewSale> = sales.iter().filter(|sale| sale.is_granted()).collect();
    // One alone takes its locks in this order by itself.
    if granted.len() > 1 {
        let copies: Vec<CopyId> = granted.iter().flat_map(|sale| sale.copies()).collect();
        let mut members: Vec<i64> = granted.iter().map(|sale| sale.seller.0).collect();
        members.push(buyer.0);
        locks::lock_proposals_with(conn, &copies).await?;
        members::lock_standings(conn, &members, now).await?;
        let works = copies::works_of(conn, &copies).await?;
        search::lock(conn, &works).await?;
    }
    let mut begun = Vec::with_capacity(sales.len());
    for sale in sales {
        let (handle, _) = payments::seller_of(conn, sale.seller).await?;
        let opening = Opening::with(conn, buyer, &handle, now).await?;
        let (draft, granted) = (sale.draft(buyer), sale.is_granted());
        let trade = opening
            .begin(conn, draft, granted, &sale.message, now)
            .await?;
        begun.push(trade);
    }
    Ok(begun)
}
