//! Whether what is sold can be given back, and how that stands.

use dogear_domain::money::Money;
use dogear_domain::trades::Trade;
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::Result;
use crate::trades::repo::payments;

/// How a sale and what comes back of it stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnView {
    /// Its seller sells as a trader, or did when it was agreed.
    pub trader: bool,
    /// They take the books back, as they said when it was agreed, or say now.
    pub takes: bool,
    /// Until when they can be given back, once they have come.
    pub until: Option<Timestamp>,
    /// They are on their way back, or are to be.
    pub under_way: bool,
    /// What the seller gives back for them.
    pub refund: Option<Money>,
}

impl ReturnView {
    /// Of a sale; nothing for anything else.
    pub(super) async fn of(conn: &mut PgConnection, trade: &Trade) -> Result<Option<Self>> {
        let Some(seller) = trade.seller() else {
            return Ok(None);
        };
        let (trader, takes) = match trade.payment {
            Some(payment) => (payment.by_trader, payment.takes_returns),
            None => payments::returns_of(conn, seller).await?,
        };
        let policy = crate::trades::policy(&mut *conn).await?;
        let came = trade.legs.iter().filter_map(|leg| leg.received_at).max();
        Ok(Some(Self {
            trader,
            takes,
            until: came.map(|came| policy.return_until(came)),
            under_way: trade.is_returning(),
            refund: trade.refund_of_return(),
        }))
    }
}
