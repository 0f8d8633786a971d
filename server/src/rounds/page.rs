//! The page of a round.

use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, RoundId, TradeId, UserId, WorkId};
use dogear_domain::rounds::{
    AskState, Party, Round, RoundMode, RoundState, RoundVerb, draw_code, hex,
};
use jiff::Timestamp;
use sqlx::PgConnection;

use super::advance;
use super::repo::asks;
use super::repo::views::{self as repo, RoundRow};
use crate::{Cx, Error, Result, trades};

/// Lines of a draw that its page shows.
const MOST_DRAWN: i64 = 1000;

/// What a round is to one reader who has asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mine {
    /// What has become of it.
    pub state: AskState,
    /// Their number in draws.
    pub number: UserId,
    /// Their place in a queue, from 1.
    pub place: i64,
}

/// A line of a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// From 1; a reader who has left Dogear leaves a gap.
    pub place: i32,
    /// The reader's number.
    pub number: UserId,
    /// Had no gift lately, and goes first.
    pub favoured: bool,
    /// In hexadecimal.
    pub code: String,
    /// What has become of it.
    pub state: AskState,
}

/// Everything on the page of a round.
#[derive(Debug, Clone)]
pub struct RoundPage {
    /// By which it is found.
    pub id: RoundId,
    /// What is given away.
    pub copy: CopyId,
    /// What it is a copy of.
    pub work: WorkId,
    /// Of the work's page.
    pub slug: String,
    /// The edition's own, or the work's.
    pub title: String,
    /// All authors in one line.
    pub author_line: String,
    /// ISO 639-1, or empty.
    pub language: String,
    /// As its owner judges it.
    pub grade: Grade,
    /// In the owner's words; may be empty.
    pub note: String,
    /// Handle of whoever gives it.
    pub owner: String,
    /// What they want to be called.
    pub owner_name: String,
    /// How far it is, and until when.
    pub rules: Round,
    /// When it began.
    pub opened_at: Timestamp,
    /// How many wait or are asked.
    pub waiting: i64,
    /// Of a draw, in hexadecimal.
    pub seed_hash: Option<String>,
    /// The same, once it is drawn.
    pub seed: Option<String>,
    /// The order of a draw; for those who take part, once it is drawn.
    pub order: Vec<Drawn>,
    /// It belongs to whoever asks.
    pub mine: bool,
    /// What it is to a reader who has asked.
    pub ask: Option<Mine>,
    /// The gift that it has come to; for giver and taker.
    pub trade: Option<TradeId>,
    /// Who has taken it; for those who take part.
    pub taker: Option<String>,
    /// Whether whoever looks can ask now.
    pub can_ask: bool,
    /// Why a reader who could ask may not just now.
    pub limit: Option<String>,
    /// How long somebody has for an answer, in hours.
    pub offer_hours: u16,
}

/// A round, for everybody who sees its copy listed, and those who took part.
///
/// # Errors
/// `NotFound`.
pub async fn page(cx: &Cx, id: RoundId) -> Result<RoundPage> {
    let now = cx.now();
    let reader = cx.actor.as_ref().map(|actor| actor.id);
    let mut conn = cx.db().acquire().await?;
    let row = repo::round(&mut conn, id).await?.ok_or(Error::NotFound)?;
    let mine = reader == Some(row.owner_id);
    let own = match reader {
        Some(reader) if !mine => repo::own(&mut conn, id, reader).await?,
        _ => None,
    };
    let takes_part = mine || own.is_some();
    let staff = cx.moderator().is_ok();
    if !takes_part && !staff && !asks::sees(&mut conn, id, reader, now).await? {
        return Err(Error::NotFound);
    }
    let rules = rules_of(&row);
    let party = if mine {
        Party::Owner
    } else {
        Party::Reader(own.as_ref().map(|own| own.state))
    };
    let can_ask = rules.check(RoundVerb::Ask, party, now).is_ok();
    let policy = trades::policy(&mut *conn).await?;
    let limit = match reader {
        Some(reader) if can_ask => advance::asker(&mut conn, reader, now)
            .await?
            .may_ask(&policy, now)
            .err()
            .map(|limit| limit.to_string()),
        _ => None,
    };
    let drawn = row.drawn_at.is_some();
    let order = if drawn && (takes_part || staff) {
        order(&mut conn, id, &row).await?
    } else {
        Vec::new()
    };
    let took = own.as_ref().is_some_and(|own| own.state == AskState::Taken);
    Ok(RoundPage {
        id,
        copy: row.copy_id,
        work: row.work_id,
        slug: row.slug,
        title: row.title,
        author_line: row.author_line,
        language: row.language,
        grade: row.grade,
        note: if rules.state.is_live() {
            row.note
        } else {
            String::new()
        },
        owner: row.handle,
        owner_name: row.owner_name,
        rules,
        opened_at: row.opened_at,
        waiting: row.waiting,
        seed_hash: row.seed_hash.as_deref().map(hex),
        seed: row.seed.as_deref().filter(|_| drawn).map(hex),
        order,
        mine,
        ask: own.zip(reader).map(|(own, number)| Mine {
            state: own.state,
            number,
            place: own.before + 1,
        }),
        trade: row.trade_id.filter(|_| mine || took),
        taker: row.taker.filter(|_| takes_part),
        can_ask,
        limit,
        offer_hours: policy.gift_offer_hours,
    })
}

fn rules_of(row: &RoundRow) -> Round {
    Round {
        mode: row.mode,
        state: row.state,
        closes_at: row.closes_at,
        offer_until: row.offer_until,
    }
}

/// The order of a draw, with the codes that it follows from.
async fn order(conn: &mut PgConnection, id: RoundId, row: &RoundRow) -> Result<Vec<Drawn>> {
    let seed = row.seed.as_deref().unwrap_or_default();
    let lines = repo::asks(conn, id, MOST_DRAWN).await?;
    Ok(lines
        .into_iter()
        .filter_map(|line| {
            Some(Drawn {
                place: line.place?,
                number: line.user_id,
                favoured: line.favoured,
                code: hex(&draw_code(seed, id, line.user_id)),
                state: line.state,
            })
        })
        .collect())
}

impl RoundPage {
    /// By lot, or first come first served.
    pub fn is_draw(&self) -> bool {
        self.rules.mode == RoundMode::Draw
    }

    /// The owner can still end it.
    pub fn can_close(&self) -> bool {
        self.mine && self.rules.state == RoundState::Open
    }
}
