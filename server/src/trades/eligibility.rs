//! Who may still deal with whom: the members' standing, and blocks between them.

use dogear_domain::accounts::AccountStatus;
use dogear_domain::ids::{TradeId, UserId};
use dogear_domain::trades::TradeState;
use jiff::Timestamp;
use sqlx::PgConnection;

use super::repo::{events, members};
use crate::{Cx, Error, Result};

/// What both sides read when a trade cannot begin. One sentence for every cause, so that it
/// tells nobody of a block.
const CANNOT_BEGIN: &str = "Not every reader in this proposal can begin a new trade at present. Decline it, or look for another copy of the book.";

/// Whether all of these members may enter into a trade with each other now. Locks their rows
/// by number: a suspension that comes meanwhile waits for the agreement, or is seen by it.
///
/// # Errors
/// `Conflict` when one of them may not begin anything new, or one has blocked another.
pub(super) async fn can_agree(
    conn: &mut PgConnection,
    parties: &[UserId],
    now: Timestamp,
) -> Result<()> {
    let numbers: Vec<i64> = parties.iter().map(|user| user.0).collect();
    let standings = members::lock_standings(conn, &numbers, now).await?;
    let blocked = members::any_blocked(conn, &numbers).await?;
    if blocked || !standings.into_iter().all(AccountStatus::can_start_things) {
        return Err(Error::Conflict(CANNOT_BEGIN.into()));
    }
    Ok(())
}

/// Whether the reader may write in a trade that is in this state. What ended before anybody
/// answered waits for an answer still: whoever takes a proposal back gains no second message.
///
/// # Errors
/// `Conflict` for a second message before somebody has answered; those of
/// [`can_write_after_end`].
pub(super) async fn can_write(
    cx: &Cx,
    conn: &mut PgConnection,
    trade: TradeId,
    state: TradeState,
) -> Result<()> {
    if state.is_final() {
        can_write_after_end(cx, conn, trade).await?;
    } else if state != TradeState::Proposed {
        return Ok(());
    }
    let user = cx.reader()?.id;
    if events::waits_for_answer(conn, trade, user).await? {
        return Err(Error::Conflict(
            "You have written already. You can write again when the other side has answered."
                .into(),
        ));
    }
    Ok(())
}

/// Whether the reader may still write in a trade that has ended: to members who are there,
/// and only while the reader could also begin something new.
///
/// # Errors
/// `Forbidden` with the reader's own standing; `Conflict` when nobody is there to read it, or
/// when there is a block, which the sentence does not tell.
async fn can_write_after_end(cx: &Cx, conn: &mut PgConnection, trade: TradeId) -> Result<()> {
    let user = cx.member()?.id;
    let (nobody, blocked) = members::others_gone_or_blocked(conn, trade, user).await?;
    if nobody {
        return Err(Error::Conflict(
            "The other side has left Dogear, so nobody would read a message here.".into(),
        ));
    }
    if blocked {
        return Err(Error::Conflict(
            "This trade has ended, and no more messages can be written in it.".into(),
        ));
    }
    Ok(())
}
