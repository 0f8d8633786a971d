//! What the pages of a cart show: books by whom they are bought of, and what has changed.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, UserId, WorkId};
use dogear_domain::money::Money;
use dogear_domain::offers::Price;

use super::repo::{self, ItemRow};
use crate::trades::{self, NotForSale, parcel_postage};
use crate::{Cx, Result, db};

/// A reader's cart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cart {
    /// What can be bought now.
    pub parcels: Vec<Parcel>,
    /// What cannot.
    pub gone: Vec<Gone>,
}

impl Cart {
    /// Everything that can be bought now.
    pub fn lines(&self) -> impl Iterator<Item = &CartLine> {
        self.parcels.iter().flat_map(|parcel| &parcel.lines)
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parcels.is_empty() && self.gone.is_empty()
    }
}

/// Books of one reader, in one currency: one sale, one parcel, one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// By which the forms of a page name it: `12.EUR`.
    pub key: String,
    /// Who sells them.
    pub seller: UserId,
    /// Without the @.
    pub handle: String,
    /// What they want to be called.
    pub name: String,
    /// They sell as a trader.
    pub trader: bool,
    /// They take books back within 14 days.
    pub takes_returns: bool,
    /// In the order in which they were put into the cart.
    pub lines: Vec<CartLine>,
    /// What the books cost.
    pub goods: Money,
    /// What is due besides when they go by post.
    pub postage: Option<Money>,
    /// The seller has agreed beforehand to all of it.
    pub at_once: bool,
}

impl Parcel {
    /// What is due, with postage or without.
    #[must_use]
    pub fn total(&self, by_post: bool) -> Money {
        let postage = self.postage.filter(|_| by_post);
        let minor = postage.map_or(0, |postage| postage.minor);
        self.goods.with(self.goods.minor.saturating_add(minor))
    }
}

/// What a line says of its book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineBook {
    /// Which copy.
    pub copy: CopyId,
    /// Of which work.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// As it stands on the copy.
    pub title: String,
    /// A code; empty when not known.
    pub language: String,
    /// All authors in one line.
    pub author_line: String,
    /// As its owner judges it.
    pub grade: Grade,
}

/// A book that can be bought now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CartLine {
    /// Which.
    pub book: LineBook,
    /// What is asked for it.
    pub price: Price,
    /// Goes into the form and comes back: whoever saw other terms is asked again.
    pub terms: i32,
    /// What has changed since the reader saw it.
    pub news: Option<News>,
}

/// What has changed of a book since the reader saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// It costs more than this.
    Dearer(Money),
    /// It costs less than this.
    Cheaper(Money),
    /// Something else that its owner says of it, or the currency.
    Otherwise,
}

impl News {
    /// What has become of a price that was seen with other terms.
    pub(super) fn of(was: Money, now: Money) -> Self {
        if was.currency != now.currency || was.minor == now.minor {
            Self::Otherwise
        } else if was.minor < now.minor {
            Self::Dearer(was)
        } else {
            Self::Cheaper(was)
        }
    }

    /// As a sentence about a book that costs so much now.
    #[must_use]
    pub fn said(self, title: &str, now: Money) -> String {
        match self {
            Self::Dearer(was) => format!(
                "“{title}” has become dearer: {} now, and {} when you saw it.",
                now.said(),
                was.said()
            ),
            Self::Cheaper(was) => format!(
                "“{title}” has become cheaper: {} now, and {} when you saw it.",
                now.said(),
                was.said()
            ),
            Self::Otherwise => format!(
                "Its owner has changed what they say of “{title}” or how they offer it. It costs {} now.",
                now.said()
            ),
        }
    }
}

/// A book that cannot be bought now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Which.
    pub book: LineBook,
    /// Why, as far as the reader may know.
    pub why: NotForSale,
}

/// The reader's cart as it stands now.
///
/// # Errors
/// `SignInRequired`.
pub async fn page(cx: &Cx) -> Result<Cart> {
    let user = cx.reader()?.id;
    let mut connection = db::cancel_on_drop(cx.db()).await?;
    let mut snapshot = db::snapshot(&mut connection).await?;
    let items = repo::items(&mut snapshot, user).await?;
    let copies: Vec<CopyId> = items.iter().map(|item| item.copy_id).collect();
    let wanted = match copies.as_slice() {
        [] => Vec::new(),
        copies => trades::wanted(&mut snapshot, user, copies, cx.now()).await?,
    };
    snapshot.rollback().await?;
    connection.done();
    let mut cart = Cart::default();
    for (item, wanted) in items.into_iter().zip(wanted) {
        match wanted.asked {
            Ok(asked) => cart.put(item, &asked),
            Err(why) => cart.gone.push(Gone {
                book: book(&item),
                why,
            }),
        }
    }
    for parcel in &mut cart.parcels {
        parcel.count();
    }
    Ok(cart)
}

/// How the forms of a page name the parcel of this seller.
pub(super) fn parcel_key(asked: &trades::Asked) -> String {
    format!("{}.{}", asked.owner, asked.price.amount.currency)
}

fn book(item: &ItemRow) -> LineBook {
    LineBook {
        copy: item.copy_id,
        work: item.work,
        slug: item.slug.clone(),
        title: item.title.clone(),
        language: item.language.clone(),
        author_line: item.author_line.clone(),
        grade: item.grade,
    }
}

impl Cart {
    fn put(&mut self, item: ItemRow, asked: &trades::Asked) {
        let amount = asked.price.amount;
        let was = Money {
            minor: item.price,
            currency: item.currency,
        };
        let line = CartLine {
            news: (item.terms_version != asked.terms).then(|| News::of(was, amount)),
            book: book(&item),
            price: asked.price,
            terms: asked.terms,
        };
        let key = parcel_key(asked);
        if let Some(parcel) = self.parcels.iter_mut().find(|parcel| parcel.key == key) {
            parcel.lines.push(line);
            return;
        }
        self.parcels.push(Parcel {
            key,
            seller: asked.owner,
            handle: item.handle,
            name: item.display_name,
            trader: item.trader,
            takes_returns: item.takes_returns,
            lines: vec![line],
            goods: amount.with(0),
            postage: None,
            at_once: false,
        });
    }
}

impl Parcel {
    /// Adds its lines up.
    fn count(&mut self) {
        let prices = || self.lines.iter().map(|line| line.price);
        let sum = prices().fold(0_i32, |sum, price| sum.saturating_add(price.amount.minor));
        let postage = parcel_postage(prices()).map(|postage| self.goods.with(postage));
        let at_once = prices().all(|price| price.at_once);
        self.goods = self.goods.with(sum);
        self.postage = postage;
        self.at_once = at_once;
    }
}
