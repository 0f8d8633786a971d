//! A draw, with what is needed to check it.

use dogear_domain::rounds::AskState;
use dogear_server::rounds::{Drawn, RoundPage};
use serde::Serialize;
use utoipa::ToSchema;

use crate::id::Id;

/// How it is found out by lot who gets the copy, and how everybody can check that.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GiftDraw {
    /// SHA-256 of the seed, in hexadecimal: it is there from the beginning, so that nobody can have
    /// chosen the seed afterwards.
    seed_hash: String,
    /// In hexadecimal; null before the draw.
    seed: Option<String>,
    /// The caller's number in draws; null for whoever has not asked. It is said to nobody else.
    number: Option<Id>,
    /// Who is asked in which order, for those who take part; empty before the draw. Those who are
    /// favoured come first, and within both groups the smallest code.
    order: Vec<DrawnReader>,
}

/// A reader in a draw, by their number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrawnReader {
    /// From 1; a reader who has left the site leaves a gap.
    place: i32,
    /// The reader's number.
    number: Id,
    /// Had no gift lately, and goes first.
    favoured: bool,
    /// HMAC-SHA256 of the id of the give-away, a colon and the number, with the bytes of the seed as
    /// the key; in hexadecimal.
    code: String,
    /// What has become of it: `waiting`, `offered`, `taken`, `passed`, `silent` or `skipped`.
    #[schema(value_type = String)]
    state: AskState,
}

impl From<&Drawn> for DrawnReader {
    fn from(drawn: &Drawn) -> Self {
        Self {
            place: drawn.place,
            number: drawn.number.into(),
            favoured: drawn.favoured,
            code: drawn.code.clone(),
            state: drawn.state,
        }
    }
}

impl GiftDraw {
    pub(super) fn of(round: &RoundPage) -> Option<Self> {
        Some(Self {
            seed_hash: round.seed_hash.clone()?,
            seed: round.seed.clone(),
            number: round.ask.map(|ask| ask.number.into()),
            order: round.order.iter().map(DrawnReader::from).collect(),
        })
    }
}
