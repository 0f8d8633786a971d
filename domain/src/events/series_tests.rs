use jiff::civil::date;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

fn rule(repeats: Repeats, every: i16, first: Date, times: i16) -> Rule {
    Rule {
        repeats,
        every,
        first,
        times: Some(times),
        until: None,
        skipped: Vec::new(),
    }
}

fn days(rule: &Rule) -> Vec<String> {
    rule.days().map(|day| day.to_string()).collect()
}

fn read(
    (repeats, every, times, until): (&str, &str, &str, &str),
    first: Date,
) -> Result<Option<Rule>, String> {
    Rule::read(repeats, every, (times, until), &[], Some(first)).map_err(|errors| {
        let said: Vec<String> = errors.iter().map(|(f, m)| format!("{f}: {m}")).collect();
        said.join(" ")
    })
}

#[test]
fn weeks_go_on_over_the_end_of_the_year_and_over_a_leap_day() {
    let weekly = rule(Repeats::Weekly, 1, date(2026, 12, 22), 3);
    assert_eq!(days(&weekly), ["2026-12-22", "2026-12-29", "2027-01-05"]);
    let fortnight = rule(Repeats::Weekly, 2, date(2028, 2, 15), 3);
    assert_eq!(days(&fortnight), ["2028-02-15", "2028-02-29", "2028-03-14"]);
}

#[test]
fn a_fifth_friday_is_in_some_months_and_a_last_one_in_all() {
    let fifth = rule(Repeats::Monthly, 1, date(2027, 1, 29), 4);
    assert_eq!(
        days(&fifth),
        ["2027-01-29", "2027-04-30", "2027-07-30", "2027-10-29"]
    );
    let last = rule(Repeats::MonthlyLast, 1, date(2027, 1, 29), 4);
    assert_eq!(
        days(&last),
        ["2027-01-29", "2027-02-26", "2027-03-26", "2027-04-30"]
    );
    let second = rule(Repeats::Monthly, 3, date(2026, 11, 10), 3);
    assert_eq!(days(&second), ["2026-11-10", "2027-02-09", "2027-05-11"]);
}

#[test]
fn a_fifth_tuesday_of_february_comes_again_after_twenty_eight_years() {
    let leap = rule(Repeats::Monthly, 12, date(2028, 2, 29), 2);
    assert_eq!(days(&leap), ["2028-02-29", "2056-02-29"]);
}

#[test]
fn days_that_are_left_out_count_and_an_earlier_end_wins() {
    let mut weekly = rule(Repeats::Weekly, 1, date(2027, 3, 2), 4);
    weekly.skipped.push(date(2027, 3, 9));
    assert_eq!(days(&weekly), ["2027-03-02", "2027-03-16", "2027-03-23"]);
    weekly.until = Some(date(2027, 3, 22));
    assert_eq!(days(&weekly), ["2027-03-02", "2027-03-16"]);
}

#[test]
fn what_is_at_seven_stays_at_seven_when_the_clocks_change() {
    let seven = times::time_of_day("19:00").expect("a time");
    // From winter to summer, and back: for each zone a week before, and a week after.
    let changes = [
        ("Europe/Berlin", date(2027, 3, 26), [18, 17]),
        ("Europe/Berlin", date(2027, 10, 29), [17, 18]),
        ("America/New_York", date(2027, 3, 12), [0, 23]),
        ("America/New_York", date(2027, 11, 5), [23, 0]),
    ];
    for (name, first, hours) in changes {
        let zone = TimeZone::get(name).expect("a zone");
        let weekly = rule(Repeats::Weekly, 1, first, 2);
        for (day, hour) in weekly.days().zip(hours) {
            let at = times::moment(day, seven, &zone).expect("a moment");
            assert_eq!(at.to_zoned(TimeZone::UTC).hour(), hour, "{name} {day}");
            let there = at.to_zoned(zone.clone());
            assert_eq!((there.date(), there.time()), (day, seven), "{name} {day}");
        }
    }
}

#[test]
fn a_rule_is_said_in_words() {
    let said = |repeats, every, first| rule(repeats, every, first, 8).to_string();
    let tuesday = date(2026, 12, 8);
    assert_eq!(said(Repeats::Weekly, 1, tuesday), "Every Tuesday, 8 times");
    assert_eq!(
        said(Repeats::Weekly, 2, tuesday),
        "Every 2 weeks on Tuesday, 8 times"
    );
    assert_eq!(
        said(Repeats::Monthly, 1, tuesday),
        "Every month on the second Tuesday, 8 times"
    );
    assert_eq!(
        said(Repeats::MonthlyLast, 3, date(2027, 1, 29)),
        "Every 3 months on the last Friday, 8 times"
    );
    let mut until = rule(Repeats::Weekly, 1, tuesday, 8);
    until.until = Some(date(2026, 12, 31));
    assert_eq!(
        until.to_string(),
        "Every Tuesday, 8 times, until 31 December 2026 at the latest"
    );
    until.times = None;
    assert_eq!(until.to_string(), "Every Tuesday, until 31 December 2026");
}

#[test]
fn what_hosts_type_is_read_or_refused_at_its_field() {
    let first = date(2026, 12, 8);
    assert_eq!(read(("once", "", "", ""), first), Ok(None));
    assert_eq!(read(("", "x", "x", "x"), first), Ok(None));
    let four = read(("weekly", "", " 4 ", ""), first);
    assert_eq!(four, Ok(Some(rule(Repeats::Weekly, 1, first, 4))));
    let until = read(("monthly", "2", "", "2027-06-30"), first).map(|rule| rule.map(|r| days(&r)));
    assert_eq!(
        until,
        Ok(Some(vec![
            "2026-12-08".to_owned(),
            "2027-02-09".into(),
            "2027-04-13".into(),
            "2027-06-08".into()
        ]))
    );
    let refused = [
        (
            ("daily", "", "4", ""),
            "repeats: Choose how it comes again.",
        ),
        (
            ("weekly", "0", "4", ""),
            "every: Enter a number between 1 and 12.",
        ),
        (
            ("weekly", "13", "4", ""),
            "every: Enter a number between 1 and 12.",
        ),
        (
            ("weekly", "", "1", ""),
            "times: Enter how many dates there are, between 2 and 52.",
        ),
        (
            ("weekly", "", "53", ""),
            "times: Enter how many dates there are, between 2 and 52.",
        ),
        (
            ("weekly", "", "-4", ""),
            "times: Enter how many dates there are, between 2 and 52.",
        ),
        (
            ("weekly", "", "", ""),
            "times: Say how often it is, or until which day.",
        ),
        (
            ("weekly", "", "", "2027-02-29"),
            "until: Enter a day that there is, like 2027-03-14.",
        ),
        (
            ("weekly", "", "", "2026-12-14"),
            "until: There is no second date until then. Enter a later day.",
        ),
        (
            ("weekly", "", "", "2027-12-08"),
            "until: These are more than 52 dates. Enter an earlier day.",
        ),
        (
            ("monthly_last", "", "4", ""),
            "repeats: The day is the second Tuesday of its month, and not the last one.",
        ),
    ];
    for (typed, sentence) in refused {
        assert_eq!(read(typed, first), Err(sentence.to_owned()), "{typed:?}");
    }
    assert!(read(("weekly", "", "", "2027-11-30"), first).is_ok());
}

proptest! {
    #[test]
    fn days_come_in_their_order_on_their_weekday_and_not_more_often(
        from in 0_i32..20_000,
        repeats in prop::sample::select(Repeats::ALL),
        every in 1_i16..=MOST_BETWEEN,
        times in 2_i16..=MOST_DATES,
    ) {
        let first = date(2000, 1, 1).checked_add(from.days()).expect("a day");
        let rule = rule(repeats, every, first, times);
        let days: Vec<Date> = rule.days().collect();
        prop_assert!(days.len() <= usize::from(times.unsigned_abs()));
        for pair in days.windows(2) {
            prop_assert!(pair[0] < pair[1]);
        }
        for day in &days {
            prop_assert_eq!(day.weekday(), first.weekday());
            match repeats {
                Repeats::Weekly => {}
                Repeats::Monthly => prop_assert_eq!(place_in_month(*day), place_in_month(first)),
                Repeats::MonthlyLast => prop_assert!(day.day() + 7 > day.days_in_month()),
            }
        }
        // Every fourth weekday is in every month: nothing is left out.
        if repeats != Repeats::Monthly || place_in_month(first) < 5 {
            prop_assert_eq!(days.len(), usize::from(times.unsigned_abs()));
        }
    }
}

#[test]
fn dates_that_are_left_out_are_those_of_the_rule() {
    let read = |without: &[&str]| {
        let without: Vec<String> = without.iter().map(|day| (*day).to_owned()).collect();
        let first = Some(date(2026, 12, 15));
        Rule::read("weekly", "", ("4", ""), &without, first)
            .map(|rule| days(&rule.unwrap()))
            .map_err(|errors| errors.get("without").unwrap().to_owned())
    };
    // In any order, and twice is once.
    let kept = read(&["2027-01-05", "2026-12-22", "2026-12-22"]).unwrap();
    assert_eq!(kept, ["2026-12-15", "2026-12-29"]);
    for (without, said) in [
        (&["2026-12-23"][..], "23 December 2026 is none of its dates"),
        (&["2027-01-12"], "12 January 2027 is none of its dates"),
        (&["Christmas"], "Enter a day"),
        (&["2026-12-15"], "is the day of the event itself"),
        (
            &["2026-12-22", "2026-12-29", "2027-01-05"],
            "Then only the first date is left.",
        ),
    ] {
        let refused = read(without).unwrap_err();
        assert!(refused.contains(said), "{refused}");
    }
}
