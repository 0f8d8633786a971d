//! What each job does.

use super::outbox::{Claim, Job};
use super::worker::WorkerContext;
use crate::{Result, accounts, imports, mail, trades};

/// Does one job and closes its row. An effect in the database shares its transaction
/// with [`Claim::finish`]; one outside keeps a state of its own, because every arm may
/// run again after a crash.
pub(super) async fn handle(context: &WorkerContext, claim: &Claim) -> Result<()> {
    match serde_json::from_value(claim.payload.clone())? {
        Job::SendMail { mail } => {
            mail::send::deliver(&context.cx, &context.mailer, mail).await?;
            let mut conn = context.cx.db().acquire().await?;
            claim.finish(&mut conn).await
        }
        Job::TradeEvent { event } => {
            let mut tx = context.cx.begin().await?;
            trades::tell(&context.cx, &mut tx, event).await?;
            claim.finish(&mut tx).await?;
            tx.commit().await?;
            Ok(())
        }
        Job::SendAccountLink { user, link } => {
            let mut tx = context.cx.begin().await?;
            accounts::send_link(&context.cx, &mut tx, user, link).await?;
            claim.finish(&mut tx).await?;
            tx.commit().await?;
            Ok(())
        }
        Job::EraseAccount { user } => {
            let mut tx = context.cx.begin().await?;
            accounts::erase_when_due(&context.cx, &mut tx, user).await?;
            claim.finish(&mut tx).await?;
            tx.commit().await?;
            Ok(())
        }
        Job::ShelfImport { import } => {
            let whole = imports::work(&context.cx, import).await?;
            let mut tx = context.cx.begin().await?;
            if !whole {
                imports::go_on(&mut tx, import, claim.id).await?;
            }
            claim.finish(&mut tx).await?;
            tx.commit().await?;
            Ok(())
        }
    }
}
