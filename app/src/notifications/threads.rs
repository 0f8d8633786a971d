//! Notices about one trade stand together, under the day of the newest.

use dogear_server::notifications::Notification;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// What is said about one trade, or a notice that is about none.
pub(super) struct Thread {
    pub newest: Notification,
    /// The newest of them first.
    pub earlier: Vec<Notification>,
}

/// A thread for each trade, in the order of their newest notices.
pub(super) fn threads(rows: Vec<Notification>) -> Vec<Thread> {
    let mut threads: Vec<Thread> = Vec::new();
    for row in rows {
        let same = threads
            .iter_mut()
            .find(|thread| row.trade.is_some() && thread.newest.trade == row.trade);
        match same {
            Some(thread) => thread.earlier.push(row),
            None => threads.push(Thread {
                newest: row,
                earlier: Vec::new(),
            }),
        }
    }
    threads
}

/// The heading under which a moment stands.
pub(super) fn day(at: Timestamp, now: Timestamp, zone: &TimeZone) -> &'static str {
    let date = |moment: Timestamp| moment.to_zoned(zone.clone()).date();
    let days = date(now).duration_since(date(at)).as_hours() / 24;
    match days {
        ..1 => "Today",
        1 => "Yesterday",
        2..7 => "The past week",
        _ => "Earlier",
    }
}

#[cfg(test)]
mod tests {
    use dogear_domain::ids::{NotificationId, TradeId};
    use dogear_server::notifications::Kind;

    use super::*;

    #[test]
    fn u01_a_trade_has_one_line_with_the_newest_sentence() {
        let notice = |id, trade: Option<i64>| Notification {
            id: NotificationId(id),
            kind: Kind::TradeMessage,
            trade: trade.map(TradeId),
            work: None,
            text: format!("Sentence {id}"),
            path: String::new(),
            unread: false,
            created_at: Timestamp::UNIX_EPOCH,
        };
        let rows = vec![
            notice(6, Some(1)),
            notice(5, None),
            notice(4, Some(2)),
            notice(3, Some(1)),
            notice(2, None),
            notice(1, Some(1)),
        ];
        let lines: Vec<(i64, Vec<i64>)> = threads(rows)
            .into_iter()
            .map(|thread| {
                let earlier = thread.earlier.iter().map(|row| row.id.0).collect();
                (thread.newest.id.0, earlier)
            })
            .collect();
        assert_eq!(
            lines,
            [(6, vec![3, 1]), (5, vec![]), (4, vec![]), (2, vec![])]
        );
    }

    #[test]
    fn days_turn_at_the_readers_midnight() {
        let at: Timestamp = "2026-11-20T23:30:00Z".parse().unwrap();
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(day(at, now, &TimeZone::UTC), "Yesterday");
        assert_eq!(day(at, now, &berlin), "Today");
        let week = "2026-11-27T10:00:00Z".parse().unwrap();
        assert_eq!(day(at, week, &berlin), "The past week");
        assert_eq!(day(at, week, &TimeZone::UTC), "Earlier");
    }
}
