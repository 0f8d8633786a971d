//! Tells hosts of the seats at their events: of the first that are taken, of the last, and in the
//! morning of what happened the day before. That they are told is noted in the transaction that
//! tells them, so that it happens once, whoever runs the schedule.

use dogear_domain::events::host_news::{HostNews, summary_since};
use dogear_domain::ids::UserId;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::helpers::{News, tell};
use super::repo::host_news::{self as repo, DayRow, HostRow, NewsRow};
use super::words::{seats, when};
use crate::notifications::Kind;
use crate::{Cx, Result};

/// What is looked at in one statement.
const BATCH: i64 = 500;
/// Dates that one summary names; the others are counted.
const NAMED: usize = 20;
/// Changes that are older were told, or nobody could be told of them.
const LOOKS_BACK: SignedDuration = SignedDuration::from_hours(48);

/// Tells everybody whose first or last seats are taken.
///
/// # Errors
/// The first failure, after everybody else was tried.
pub(super) async fn tell_of_seats(cx: &Cx) -> Result<()> {
    let mut failure = None;
    for news in repo::news(cx.db(), cx.now(), BATCH).await? {
        if let Err(error) = tell_one(cx, &news).await {
            tracing::warn!(%error, occurrence = news.occurrence.0, "a host was not told of seats; it will be tried again");
            failure.get_or_insert(error);
        }
    }
    failure.map_or(Ok(()), Err)
}

async fn tell_one(cx: &Cx, news: &NewsRow) -> Result<()> {
    let mut tx = cx.begin().await?;
    if let Some(date) = repo::note(&mut tx, news, cx.now()).await? {
        let at = when(
            date.starts_at.to_jiff(),
            date.ends_at.to_jiff(),
            &date.time_zone,
            cx.now(),
        );
        let title = &date.title;
        let (reason, subject, said) = match news.kind {
            HostNews::First => (
                "first",
                format!("The first seats at “{title}” are taken"),
                match date.capacity {
                    Some(of) => format!("{} of {of} are taken by now.", date.seats_taken),
                    None => format!("{} by now.", taken(date.seats_taken)),
                },
            ),
            HostNews::Full => (
                "full",
                format!("“{title}” is full"),
                "While seats can be taken, whoever comes can join the waiting list. If there is room for more, raise the number of seats: those who wait have them at once.".to_owned(),
            ),
        };
        let paragraphs = [at.as_str(), said.as_str()];
        let told = News {
            kind: Kind::HostSeats,
            what: title,
            reason: reason.to_owned(),
            path: dogear_urls::host_event(date.event),
            subject,
            paragraphs: &paragraphs,
        };
        let key = format!("host-seats:{}:{}", news.occurrence, news.kind);
        tell(cx, &mut tx, date.host, told, &key).await?;
    }
    tx.commit().await
}

/// “One seat is taken”.
fn taken(number: i32) -> String {
    match number {
        1 => "One seat is taken".into(),
        number => format!("{number} seats are taken"),
    }
}

/// Tells everybody of the day before for whom it is morning.
///
/// # Errors
/// The first failure, after everybody else was tried.
pub(super) async fn summarise(cx: &Cx) -> Result<()> {
    let mut failure = None;
    let mut after = UserId(0);
    loop {
        let span = (cx.now() - LOOKS_BACK, cx.now());
        let batch = repo::hosts(cx.db(), span, after, BATCH).await?;
        let Some(last) = batch.last() else {
            break;
        };
        after = last.host;
        for host in &batch {
            if let Err(error) = summarise_one(cx, host).await {
                tracing::warn!(%error, host = host.host.0, "a host was not told of their day; it will be tried again");
                failure.get_or_insert(error);
            }
        }
    }
    failure.map_or(Ok(()), Err)
}

async fn summarise_one(cx: &Cx, host: &HostRow) -> Result<()> {
    let zone = TimeZone::get(&host.time_zone).unwrap_or(TimeZone::UTC);
    let now = cx.now();
    let until = host.until.map(jiff_sqlx::Timestamp::to_jiff);
    let Some(since) = summary_since(until, &zone, now) else {
        return Ok(());
    };
    let mut tx = cx.begin().await?;
    if repo::note_summary(&mut tx, host, now).await? {
        let days = repo::day(&mut tx, host.host, (since, now)).await?;
        if !days.is_empty() {
            let mut lines: Vec<String> = days.iter().take(NAMED).map(|day| line(cx, day)).collect();
            if days.len() > NAMED {
                lines.push(format!("And at {} others.", days.len() - NAMED));
            }
            let paragraphs: Vec<&str> = lines.iter().map(String::as_str).collect();
            let told = News {
                kind: Kind::HostSummary,
                what: "",
                reason: match days.as_slice() {
                    [day] => line(cx, day),
                    days => format!("There is news of {} of your events.", days.len()),
                },
                path: dogear_urls::HOST.to_owned(),
                subject: "A day at your events".to_owned(),
                paragraphs: &paragraphs,
            };
            let key = format!("host-day:{}:{}", host.host, now.to_zoned(zone).date());
            tell(cx, &mut tx, host.host, told, &key).await?;
        }
    }
    tx.commit().await
}

/// “Swap”, Friday 27 November, 19:00 to 21:00 CET: 3 seats taken, one seat given back; 4 of 20.
fn line(cx: &Cx, day: &DayRow) -> String {
    let at = when(
        day.starts_at.to_jiff(),
        day.ends_at.to_jiff(),
        &day.time_zone,
        cx.now(),
    );
    let number = |seats: i64| i32::try_from(seats).unwrap_or(i32::MAX);
    let mut news = Vec::new();
    if day.taken > 0 {
        news.push(format!("{} taken", seats(number(day.taken))));
    }
    if day.given_back > 0 {
        news.push(format!("{} given back", seats(number(day.given_back))));
    }
    match day.waiting {
        0 => {}
        1 => news.push("one more waits".into()),
        more => news.push(format!("{more} more wait")),
    }
    let of = day
        .capacity
        .map_or_else(String::new, |of| format!(" of {of}"));
    format!(
        "“{}”, {at}: {}. {}{of} in all.",
        day.title,
        news.join(", "),
        taken(day.seats_taken)
    )
}
