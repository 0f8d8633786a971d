//! Those around an event who are no guests: what becomes of it, told to whoever helps with it or does
//! something for it.

use dogear_domain::events::OccurrenceState;
use dogear_domain::ids::EventId;

use super::helpers::{News, tell};
use super::notify::EventNews;
use super::repo::{hosts, interests, tasks};
use super::words::when;
use crate::db::Tx;
use crate::notifications::Kind;
use crate::{Cx, Result};

/// Tells those who help with an event, and are not told as guests, and those who do something for it,
/// and are told as neither, that it does not take place or is at another time or place; `at` is when
/// that happened.
pub(super) async fn tell_of_event(
    cx: &Cx,
    tx: &mut Tx,
    event: EventId,
    news: &EventNews,
    at: i64,
) -> Result<()> {
    let Some(row) = interests::news(tx, event).await? else {
        return Ok(());
    };
    let (page, own) = (dogear_urls::event(event, &row.slug), dogear_urls::HOST);
    let (title, happened, of_helpers, details) = match news {
        EventNews::Relinked | EventNews::GivingOn => return Ok(()),
        EventNews::Cancelled { title, .. } => {
            let title = if title.is_empty() { &row.title } else { title };
            (title, "is cancelled", own.to_owned(), String::new())
        }
        // Cancelled meanwhile: that is told by itself.
        EventNews::Changed if row.state != OccurrenceState::Published => return Ok(()),
        EventNews::Changed => {
            let (starts_at, ends_at) = (row.starts_at.to_jiff(), row.ends_at.to_jiff());
            let date = when(starts_at, ends_at, &row.time_zone, cx.now());
            let details = format!(": {date}, {}, {}", row.venue, row.city);
            (&row.title, "has been moved", page.clone(), details)
        }
    };
    let helpers = hosts::to_tell(tx, event, cx.now()).await?;
    let volunteers = tasks::to_tell(tx, event, cx.now()).await?;
    let circles = [
        (
            "host",
            Kind::HostTeam,
            "with which you help",
            of_helpers,
            helpers,
        ),
        (
            "task",
            Kind::TaskChanged,
            "for which you were to do something",
            page,
            volunteers,
        ),
    ];
    for (circle, kind, part, path, members) in circles {
        for member in members {
            let news = News {
                kind,
                what: title,
                reason: format!("“{title}”, {part}, {happened}{details}."),
                path: path.clone(),
                subject: format!("“{title}” {happened}"),
                paragraphs: &[],
            };
            let key = format!("{circle}:{event}:{at}:{member}");
            tell(cx, tx, member, news, &key).await?;
        }
    }
    Ok(())
}
