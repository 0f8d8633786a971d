//! A moderator decides.

use dogear_domain::corrections::{BookField, CorrectionState};
use dogear_domain::fields::RefusalReason;
use dogear_domain::ids::{CorrectionId, EditionId, WorkId};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;

use super::Change;
use super::apply::apply;
use super::facts::name;
use super::repo::{self, Correction};
use crate::audit::{Entry, audit};
use crate::catalogue::repo::edits::lock_book;
use crate::mail::templates;
use crate::moderation::recusal;
use crate::notifications::{Facts, Kind, notify};
use crate::{Cx, Error, Result, search};

/// What came of accepting a correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// Of the work, for the page that says it.
    pub title: String,
    /// What was not done, in words.
    pub left: Vec<String>,
    /// The two works that are said to be one, while they are two: the older first.
    pub compare: Option<(WorkId, WorkId)>,
}

/// Makes every change of a correction that still fits, and tells the member.
///
/// # Errors
/// `NotFound` for everybody but moderators and admins, and when there is no such correction;
/// `Forbidden` for the one who suggested it; `Conflict` when it is decided, or when nothing
/// of it fits any more.
pub async fn accept(cx: &Cx, id: CorrectionId) -> Result<Accepted> {
    let mut tx = cx.begin().await?;
    let correction = open(&mut tx, cx, id).await?;
    let work = correction.work.ok_or_else(|| {
        Error::Conflict("The book is gone, so nothing can be corrected. Refuse it.".into())
    })?;
    let changes = &correction.changes.0;
    let editions: Vec<EditionId> = changes.iter().filter_map(|change| change.edition).collect();
    lock_book(&mut tx, work, &editions).await?;
    let facts = repo::facts(&mut tx, &[work])
        .await?
        .remove(&work)
        .ok_or_else(|| {
            Error::Conflict("The book was merged into another just now. Try once more.".into())
        })?;
    let (made, left) = apply(&mut tx, &facts, changes).await?;
    let compare = correction
        .other
        .filter(|other| *other != work)
        .map(|other| (work.min(other), work.max(other)));
    if made.is_empty() && !left.is_empty() && compare.is_none() {
        return Err(Error::Conflict(format!(
            "Nothing of this can be done: {}. Refuse it, and say why.",
            left.join("; ")
        )));
    }
    search::refresh(&mut tx, &[work], cx.now()).await?;
    let title = made
        .iter()
        .find(|change| change.field == BookField::Title)
        .map_or(facts.title(), |change| &change.after)
        .to_owned();
    let words = match left.as_slice() {
        [] => "a moderator has taken it over.".to_owned(),
        left => format!(
            "a moderator has taken it over, except for {}.",
            left.join("; ")
        ),
    };
    let ruling = Ruling {
        id,
        state: CorrectionState::Accepted,
        reason: "",
        left: &left,
        title: &title,
        words: &words,
    };
    decide(&mut tx, cx, &correction, &ruling).await?;
    let side = |text: fn(&Change) -> &String| -> Map<String, Value> {
        made.iter()
            .map(|change| (name(change.edition, change.field), json!(text(change))))
            .collect()
    };
    let mut after = side(|change| &change.after);
    after.insert("correction".into(), json!(id));
    let entry = Entry {
        action: "correction.accept",
        subject_kind: "work",
        subject_id: Some(work.0),
        before: Some(Value::Object(side(|change| &change.before))),
        after: Some(Value::Object(after)),
        reason: "",
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(Accepted {
        title,
        left,
        compare,
    })
}

/// Leaves the book as it is, and tells the member, with `reason` when there is one.
///
/// # Errors
/// As [`accept`].
pub async fn refuse(cx: &Cx, id: CorrectionId, reason: &RefusalReason) -> Result<()> {
    cx.moderator()?;
    let mut tx = cx.begin().await?;
    let correction = open(&mut tx, cx, id).await?;
    let title = match correction.work {
        Some(work) => repo::title(&mut tx, work).await?,
        None => None,
    };
    let words = match &***reason {
        "" => "a moderator has left the book as it is.".to_owned(),
        reason => format!("a moderator has left the book as it is. “{reason}”"),
    };
    let ruling = Ruling {
        id,
        state: CorrectionState::Refused,
        reason,
        left: &[],
        title: title.as_deref().unwrap_or_default(),
        words: &words,
    };
    decide(&mut tx, cx, &correction, &ruling).await?;
    let entry = Entry {
        action: "correction.refuse",
        subject_kind: "work",
        subject_id: Some(correction.work_id.0),
        before: None,
        after: Some(json!({ "correction": id })),
        reason,
    };
    audit(&mut tx, cx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// The correction, held until the end of the transaction, if this moderator may decide it.
async fn open(conn: &mut PgConnection, cx: &Cx, id: CorrectionId) -> Result<Correction> {
    cx.moderator()?;
    let correction = repo::lock(conn, id).await?.ok_or(Error::NotFound)?;
    match correction.state {
        CorrectionState::Open => {}
        CorrectionState::Withdrawn => {
            return Err(Error::Conflict(
                "The member has taken this back. Go on to the next one.".into(),
            ));
        }
        CorrectionState::Accepted | CorrectionState::Refused => {
            return Err(Error::Conflict(
                "A colleague has decided this already. Go on to the next one.".into(),
            ));
        }
    }
    recusal::check_own(conn, cx, correction.member_id).await?;
    Ok(correction)
}

struct Ruling<'a> {
    id: CorrectionId,
    state: CorrectionState,
    reason: &'a str,
    left: &'a [String],
    title: &'a str,
    /// Behind “Your correction of …:”.
    words: &'a str,
}

/// Writes it down and tells the member.
async fn decide(
    conn: &mut PgConnection,
    cx: &Cx,
    correction: &Correction,
    ruling: &Ruling<'_>,
) -> Result<()> {
    let decision = repo::Decision {
        state: ruling.state,
        reason: ruling.reason,
        left_out: ruling.left,
        by: cx.moderator()?.id,
        now: cx.now(),
    };
    repo::decide(conn, ruling.id, &decision).await?;
    let what = match ruling.title {
        "" => "a book".to_owned(),
        title => format!("“{title}”"),
    };
    // The address of a merged work leads on.
    let path = dogear_urls::book_by_id(correction.work_id);
    let facts = Facts {
        what: what.clone(),
        reason: ruling.words.to_owned(),
        path: path.clone(),
        ..Facts::default()
    };
    let heading = format!("Your correction of {what} is decided");
    let mut sentence = ruling.words.to_owned();
    sentence.replace_range(..1, &sentence[..1].to_uppercase());
    let thanks = "Thank you for looking after the catalogue.";
    let settings = &cx.services.settings;
    let letter = templates::notice(settings, &heading, &heading, &[&sentence, thanks], &path);
    notify(
        cx,
        conn,
        correction.member_id,
        Kind::CorrectionDecided,
        &facts,
        &format!("correction:{}", ruling.id),
        Some(letter),
    )
    .await
}
