//! Payment services: where a buyer pays a seller without the money, or anything about a card, ever
//! coming to this site. It knows nothing of trades.

mod signature;
mod stripe;

#[cfg(test)]
mod tests;

use dogear_domain::money::Money;
use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

#[cfg(any(test, feature = "testing"))]
pub(crate) use self::signature::signed;
pub(crate) use self::stripe::Stripe;
use crate::Settings;

/// Why a payment service did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// It does not answer, or not in a way that can be understood: it may have done it.
    Later(String),
    /// It would refuse it again. A short word of its own, or none.
    Refused(String),
}

/// What is to be paid, at a page of the payment service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Checkout {
    /// The same for each time that the same is asked: only one page is made.
    pub id: Uuid,
    /// The seller's account.
    pub account: String,
    /// How much.
    pub amount: Money,
    /// For what, in a few words without names.
    pub what: String,
    /// Until when it can be paid; at least half an hour from now, and a day at most.
    pub until: Timestamp,
    /// Where a buyer comes back who has paid, and one who has not.
    pub back: (String, String),
}

/// A page on which it can be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    /// What the payment service calls it.
    pub reference: String,
    /// Where it is.
    pub link: Url,
}

/// What has come of such a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It can still be paid.
    Open,
    /// The buyer has done their part; the money is on its way.
    Waiting,
    /// The seller has the money.
    Paid(Paid),
    /// Nothing was paid, and nothing can be paid there any more.
    Ended,
}

/// What was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paid {
    /// In the smallest unit.
    pub minor: i64,
    /// By its code, in capitals.
    pub currency: String,
    /// What the payment service calls the payment.
    pub payment: String,
}

/// What is to be given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GiveBack {
    /// The same for each time that the same is asked: it is given back once.
    pub id: Uuid,
    /// The seller's account.
    pub account: String,
    /// [`Paid::payment`].
    pub payment: String,
    /// In the smallest unit of what was paid.
    pub minor: i64,
    /// All that is to be given back of the payment, with this.
    pub total: i64,
}

/// How far that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Given {
    /// The buyer has it, or it is on its way to them for good.
    Done,
    /// Not yet.
    Waiting,
    /// It came to nothing, and somebody has to see to it.
    Failed(String),
}

/// What a payment service tells by itself. It is a reason to ask, and nothing is believed of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct News {
    /// The same when it is told again.
    pub id: String,
    /// What happened, as the service calls it.
    pub kind: String,
    /// What it is about, as the service calls that.
    pub reference: String,
}

/// Why a message is not taken for one of the payment service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTheirs {
    /// No signature of theirs.
    Forged,
    /// Signed too long ago, or in the future.
    OutOfTime,
    /// Theirs, and not to be understood.
    Unreadable,
}

/// A payment service with a page of its own on which is paid. Each question is asked outside of
/// transactions, and can be asked again.
pub(crate) trait Provider: Send + Sync {
    /// The stored word, also in the address of its messages.
    const NAME: &'static str;

    /// Makes an account for a seller, who fills it in there. Gives what the service calls it.
    fn open_account(&self, id: Uuid) -> impl Future<Output = Result<String, Trouble>> + Send;

    /// Where a seller fills in their account. They come back to `done`, or to `again` when the
    /// address has been used up.
    fn onboard(
        &self,
        account: &str,
        done: &str,
        again: &str,
    ) -> impl Future<Output = Result<Url, Trouble>> + Send;

    /// Whether an account can be paid into.
    fn is_ready(&self, account: &str) -> impl Future<Output = Result<bool, Trouble>> + Send;

    /// Makes a page on which is paid, once.
    fn checkout(&self, asked: &Checkout) -> impl Future<Output = Result<Opened, Trouble>> + Send;

    /// What has come of it. `id`: that of its [`Checkout`].
    fn fetch(
        &self,
        account: &str,
        id: Uuid,
        reference: &str,
    ) -> impl Future<Output = Result<Standing, Trouble>> + Send;

    /// Closes it. It may have been paid meanwhile: ask then.
    fn expire(
        &self,
        account: &str,
        reference: &str,
    ) -> impl Future<Output = Result<(), Trouble>> + Send;

    /// Gives a payment back, or a part of it, once.
    fn refund(&self, asked: &GiveBack) -> impl Future<Output = Result<Given, Trouble>> + Send;

    /// Reads a message: its header with signatures and its body as it came.
    ///
    /// # Errors
    /// When it is none of theirs.
    fn verify(&self, header: &str, body: &[u8], now: Timestamp) -> Result<News, NotTheirs>;
}

/// The payment service of this site, if it has one.
pub(crate) fn provider(settings: &Settings) -> Option<Stripe> {
    settings.payments.clone().map(Stripe::new)
}
