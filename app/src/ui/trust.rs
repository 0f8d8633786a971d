//! How somebody trades, in words. One way of saying it, whatever page says it.

use super::count;

/// In one line: "41 trades · answers in 5 hours · 98% posted in time". `reply_seconds` is the
/// mean time to an answer, if there was one; `on_time` counts those of the parcels `sent`.
pub fn trust_line(trades: i32, reply_seconds: Option<i64>, sent: i32, on_time: i32) -> String {
    let trades = match trades {
        0 => "No trades yet".to_owned(),
        trades => count(trades, "trade", "trades"),
    };
    let answers = reply_seconds.map(|seconds| format!("answers {}", reply_time(seconds)));
    let parts = [Some(trades), answers, posted_in_time(sent, on_time)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// "within the hour", "in 5 hours", "in 2 days".
pub fn reply_time(seconds: i64) -> String {
    match (seconds + 1800) / 3600 {
        ..=1 => "within the hour".into(),
        hours @ 2..=36 => format!("in {hours} hours"),
        hours => format!("in {}", count((hours + 12) / 24, "day", "days")),
    }
}

/// "98% posted in time"; nothing before the first parcel.
pub fn posted_in_time(sent: i32, on_time: i32) -> Option<String> {
    (sent > 0).then(|| {
        format!(
            "{}% posted in time",
            i64::from(on_time) * 100 / i64::from(sent)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_said_in_words() {
        assert_eq!(trust_line(0, None, 0, 0), "No trades yet");
        assert_eq!(
            trust_line(41, Some(5 * 3600), 50, 49),
            "41 trades · answers in 5 hours · 98% posted in time"
        );
        assert_eq!(reply_time(60), "within the hour");
        assert_eq!(reply_time(60 * 3600), "in 3 days");
    }

    #[test]
    fn parcels_count_before_the_first_trade_is_completed() {
        assert_eq!(
            trust_line(0, None, 1, 1),
            "No trades yet · 100% posted in time"
        );
    }
}
