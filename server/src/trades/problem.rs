//! A problem with the books of a trade, in words and photos.

use dogear_domain::fields::ProblemDetails;
use dogear_domain::ids::{LegId, TradeId};
use dogear_domain::trades::{Action, PHOTOS_PER_PROBLEM, ProblemReason, TradeState};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::respond::party;
use super::step::{Step, execute};
use crate::db::IdempotencyKey;
use crate::{Cx, Error, Result, copies};

/// What became of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// Where the trade stands.
    pub state: TradeState,
    /// A sentence for each file that was not taken.
    pub refused: Vec<String>,
}

/// Hands the trade to the moderators: it stands still until it is settled. Photos show what is
/// wrong, to both sides and to moderators; a file that cannot be taken costs the others nothing.
///
/// # Errors
/// `NotFound`; `Conflict` outside the time for it; `Invalid` on `problem` when it cannot be said
/// of these books, and on `photos` when no file can be taken.
pub async fn report_problem(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    trade: TradeId,
    leg: LegId,
    problem: ProblemReason,
    details: &ProblemDetails,
    files: Vec<(String, Vec<u8>)>,
) -> Result<Reported> {
    let user = party(cx, trade).await?;
    if files.len() > PHOTOS_PER_PROBLEM {
        return Err(Error::field(
            "photos",
            format!("{PHOTOS_PER_PROBLEM} photos are the most. Choose those that show it best."),
        ));
    }
    let digests: Vec<Vec<u8>> = files
        .iter()
        .map(|(_, file)| Sha256::digest(file).to_vec())
        .collect();
    let (pictures, refused) = copies::pictures(files).await?;
    if pictures.is_empty() && !refused.is_empty() {
        return Err(Error::field("photos", refused.join(" ")));
    }
    let action = Action::ReportProblem {
        leg,
        reason: problem,
    };
    let mut step = Step::by(user, trade, action).saying(details.clone());
    for picture in &pictures {
        // Before the trade is locked. Of a step that is refused, or was taken before, the sweep
        // takes them.
        let photo = copies::put_photo(&cx.services, Uuid::new_v4(), picture).await?;
        step.details.photos.push(photo);
    }
    let request = ("report_problem", trade, leg, problem, details, digests);
    let state = execute(cx, key, &request, &step).await?;
    Ok(Reported { state, refused })
}
