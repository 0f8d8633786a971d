//! Whether what is sold can be given back, and how that stands.

use dogear_domain::money::Money;
use dogear_domain::trades::{LegPurpose, LegState, Policy, Trade};
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::Result;
use crate::trades::repo::payments;

/// What becomes of sold books that go back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoesBack {
    /// They are on their way, or are to be.
    UnderWay,
    /// Their seller has them again.
    Back,
    /// Their buyer has kept them after all.
    Kept,
}

impl GoesBack {
    pub(super) fn of(trade: &Trade) -> Option<Self> {
        trade.sale.as_ref()?;
        let back = |purpose| purpose == LegPurpose::Return;
        let leg = trade.legs.iter().find(|leg| back(leg.purpose))?;
        Some(match leg.state {
            LegState::Received => Self::Back,
            _ if trade.is_returning() => Self::UnderWay,
            _ => Self::Kept,
        })
    }
}

/// How a sale and what comes back of it stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnView {
    /// Its seller sells as a trader, or did when it was agreed.
    pub trader: bool,
    /// They take the books back, as they said when it was agreed, or say now.
    pub takes: bool,
    /// Until when they can be given back, once they have come.
    pub until: Option<Timestamp>,
    /// How they go back, where they do.
    pub way: Option<GoesBack>,
    /// What the seller gives back for them.
    pub refund: Option<Money>,
}

impl ReturnView {
    /// Of a sale; nothing for anything else.
    pub(super) async fn of(
        conn: &mut PgConnection,
        trade: &Trade,
        policy: &Policy,
    ) -> Result<Option<Self>> {
        let Some(seller) = trade.seller() else {
            return Ok(None);
        };
        let (trader, takes) = match trade.payment {
            Some(payment) => (payment.by_trader, payment.takes_returns),
            None => payments::returns_of(conn, seller).await?,
        };
        let came = trade.legs.iter().find_map(|leg| leg.received_at);
        Ok(Some(Self {
            trader,
            takes,
            until: came.map(|came| policy.return_until(came)),
            way: GoesBack::of(trade),
            refund: trade.refund_of_return(),
        }))
    }

    /// Whether they are on their way back, or are to be.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.way == Some(GoesBack::UnderWay)
    }
}
