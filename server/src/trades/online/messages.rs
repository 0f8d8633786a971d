//! What the payment service tells by itself.

use serde::{Deserialize, Serialize};

use super::check::check;
use super::{failed, refunds};
use crate::jobs::{self, Claim, Job};
use crate::payments::{self, NotTheirs, Provider};
use crate::trades::repo::{online as repo, refunds as back};
use crate::{Cx, Result};

/// The header with the signatures.
pub const SIGNATURE: &str = "stripe-signature";

/// What becomes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// It is kept, or was before.
    Kept,
    /// Nobody takes messages of this service.
    Nowhere,
    /// It is none of theirs, too old, or from the future.
    Refused,
}

/// Asks the payment service for what it has told of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PaymentEvent {
    /// Who told it.
    pub provider: String,
    /// Its number there.
    pub event: String,
}

/// Takes a message of a payment service: its signatures and its body as it came. Of what it says only
/// its kind and what it is about are kept; everything else is asked for.
///
/// # Errors
/// Those of the database: the service tells it again then.
pub async fn receive_message(
    cx: &Cx,
    provider: &str,
    header: &str,
    body: &[u8],
) -> Result<Received> {
    let known = payments::provider(&cx.services.settings);
    let Some(known) = known.filter(|_| provider == payments::Stripe::NAME) else {
        return Ok(Received::Nowhere);
    };
    let news = match known.verify(header, body, cx.now()) {
        Ok(news) => news,
        Err(why) => {
            tracing::warn!(?why, "a message that is none of the payment service’s");
            // Theirs, and of a kind that nobody here reads: it would come again otherwise.
            return Ok(match why {
                NotTheirs::Unreadable => Received::Kept,
                NotTheirs::Forged | NotTheirs::OutOfTime => Received::Refused,
            });
        }
    };
    let mut tx = cx.begin().await?;
    let told = (&*news.id, &*news.kind, &*news.reference);
    if back::keep_event(&mut tx, provider, told, cx.now()).await? {
        let key = format!("payment_event:{provider}:{}", news.id);
        let job = PaymentEvent {
            provider: provider.to_owned(),
            event: news.id,
        };
        jobs::push(&mut tx, &job, &key, None).await?;
    }
    tx.commit().await?;
    Ok(Received::Kept)
}

impl Job for PaymentEvent {
    const KIND: &'static str = "payment_event";
    const PLACES: Option<usize> = Some(2);
    type Kept = ();

    async fn run(self, cx: &Cx, (): &(), claim: &Claim) -> Result<()> {
        let known = self.look(cx).await?;
        let mut tx = cx.begin().await?;
        back::looked_at(&mut tx, &self.provider, &self.event, known).await?;
        claim.finish(&mut tx).await?;
        tx.commit().await
    }
}

impl PaymentEvent {
    /// Asks for what it is about; `false` when that is nothing of ours.
    async fn look(&self, cx: &Cx) -> Result<bool> {
        let Some(about) = back::subject(cx.db(), &self.provider, &self.event).await? else {
            return Ok(false);
        };
        if about.is_account
            && let Some(provider) = payments::provider(&cx.services.settings)
        {
            let ready = provider.is_ready(&about.reference).await;
            let ready = ready.map_err(|trouble| failed(&trouble))?;
            repo::set_ready(cx.db(), &self.provider, &about.reference, ready).await?;
            return Ok(true);
        }
        let Some(attempt) = about.attempt else {
            tracing::info!(
                event = self.event,
                "the payment service tells of nothing of ours"
            );
            return Ok(false);
        };
        check(cx, attempt)
            .await?
            .map_err(|trouble| failed(&trouble))?;
        for refund in back::open_refunds(cx.db(), attempt).await? {
            let given = refunds::give_back(cx, refund).await?;
            given.map_err(|trouble| failed(&trouble))?;
        }
        Ok(true)
    }
}
