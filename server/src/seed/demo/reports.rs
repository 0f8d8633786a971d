//! What readers reported, and what the moderator decided about it.

use dogear_domain::ids::MessageId;
use dogear_domain::moderation::{ReportReason, SubjectKind, Verdict};
use sqlx::PgPool;

use super::past::Past;
use super::readers::{Reader, named};
use super::scripts::Side;
use super::stage::Play;
use crate::moderation::SubjectRef;
use crate::moderation::decisions::{Ruling, decide};
use crate::moderation::reports::{NewReport, create};
use crate::{Error, Result};

/// What is reported.
#[derive(Debug, Clone, Copy)]
enum Subject {
    /// The newest listing of a reader.
    Listing(&'static str),
    Member(&'static str),
    /// What the asked reader wrote in the trade with this place in the list of trades.
    Message(usize),
}

/// One report.
#[derive(Debug, Clone, Copy)]
pub(super) struct Report {
    pub hours_ago: i64,
    by: &'static str,
    about: Subject,
    reason: ReportReason,
    details: &'static str,
    /// Hours after the report, the verdict, and the words to the member.
    pub ruling: Option<(i64, Verdict, &'static str)>,
}

/// Every report of the demo but those of problems in trades.
pub(super) const REPORTS: &[Report] = &[
    Report {
        hours_ago: 41 * 24,
        by: "moss_and_vellum",
        about: Subject::Listing("tobiasw"),
        reason: ReportReason::Misleading,
        details: "The note says jacket, the title page says pocket edition. Perhaps a slip.",
        ruling: Some((20, Verdict::Leave, "")),
    },
    Report {
        hours_ago: 25 * 24,
        by: "verse_by_post",
        about: Subject::Member("north_bridge_ned"),
        reason: ReportReason::Harassment,
        details: "I was written to four times in an hour after I declined. I would like it to stop.",
        ruling: Some((
            9,
            Verdict::Warn,
            "A no is an answer. Leave readers in peace who have given it.",
        )),
    },
    Report {
        hours_ago: 12 * 24,
        by: "ines",
        about: Subject::Listing("rue_des_pages"),
        reason: ReportReason::Misleading,
        details: "The listing says fine, but the photograph shows another book altogether.",
        ruling: Some((
            26,
            Verdict::Hide,
            "The picture belongs to another book. Correct the listing and write to us, and it will be shown again.",
        )),
    },
    Report {
        hours_ago: 3 * 24,
        by: "hollis",
        about: Subject::Member("haddock_and_co"),
        reason: ReportReason::OffSite,
        details: "This reader asks everybody to settle by bank transfer away from the site.",
        ruling: Some((
            11,
            Verdict::Suspend7,
            "Books are traded for books here. Asking for money elsewhere puts readers at risk.",
        )),
    },
    Report {
        hours_ago: 29,
        by: "ana_m",
        about: Subject::Listing("lua_de_papel"),
        reason: ReportReason::OffSite,
        details: "The note to this copy asks for a price. I thought we only trade here.",
        ruling: None,
    },
    Report {
        hours_ago: 17,
        by: "dmitri_v",
        about: Subject::Message(1),
        reason: ReportReason::Other,
        details: "I think this letter was meant for somebody else. It names a stranger.",
        ruling: None,
    },
    Report {
        hours_ago: 6,
        by: "quay_street",
        about: Subject::Member("first_light_fi"),
        reason: ReportReason::Spam,
        details: "The same invitation to a book fair, three times this week.",
        ruling: None,
    },
];

impl Report {
    /// Files it, at the time of `past`'s clock.
    ///
    /// # Errors
    /// Those of the services.
    pub(super) async fn file(&self, past: &Past, readers: &[Reader], plays: &[Play]) -> Result<()> {
        let by = named(readers, self.by)?;
        let subject = self.subject(&past.services.db, readers, plays).await?;
        let new =
            NewReport::read(subject, self.reason.as_str(), self.details).map_err(Error::Invalid)?;
        create(&by.cx(&past.services), None, &new).await?;
        Ok(())
    }

    /// Decides about it, if anybody did.
    ///
    /// # Errors
    /// Those of the services.
    pub(super) async fn rule(
        &self,
        past: &Past,
        readers: &[Reader],
        plays: &[Play],
        moderator: &Reader,
    ) -> Result<()> {
        let Some((_, verdict, message)) = self.ruling else {
            return Ok(());
        };
        let subject = self.subject(&past.services.db, readers, plays).await?;
        let ruling = Ruling::read(subject, verdict, message, "").map_err(Error::Invalid)?;
        decide(&moderator.cx(&past.services), None, &ruling).await?;
        Ok(())
    }

    async fn subject(&self, db: &PgPool, readers: &[Reader], plays: &[Play]) -> Result<SubjectRef> {
        let (kind, id) = match self.about {
            Subject::Member(handle) => (SubjectKind::Member, named(readers, handle)?.id.0),
            Subject::Listing(handle) => {
                // The order by id: a listing that is hidden meanwhile stays the same one.
                let id: i64 = sqlx::query_scalar(
                    "select id from copies c where owner_id = $1 and is_listed(c) order by id desc limit 1",
                )
                .bind(named(readers, handle)?.id)
                .fetch_one(db)
                .await?;
                (SubjectKind::Copy, id)
            }
            Subject::Message(place) => {
                let play = plays
                    .get(place)
                    .ok_or_else(|| Error::internal("a report about no trade"))?;
                let id: MessageId = sqlx::query_scalar(
                    "select id from trade_messages where trade_id = $1 and author_id = $2 order by id limit 1",
                )
                .bind(play.trade)
                .bind(play.reader(Side::Asked).id)
                .fetch_one(db)
                .await?;
                (SubjectKind::Message, id.0)
            }
        };
        Ok(SubjectRef { kind, id })
    }
}
