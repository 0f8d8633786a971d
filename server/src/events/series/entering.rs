//! Enters an event that comes again.

use dogear_domain::events::series::Rule;
use dogear_domain::events::times;
use dogear_domain::fields::FieldErrors;
use dogear_domain::ids::EventId;
use serde::{Deserialize, Serialize};

use super::dates::make;
use crate::db::{IdempotencyKey, Idempotent};
use crate::events::form::{EventForm, read};
use crate::events::hosting::create_as;
use crate::events::repo::series::{self as repo, Series, WallTimes};
use crate::events::repo::{hosting, occurrences};
use crate::events::tasks;
use crate::{Cx, Error, Result, limits};

/// How an event comes again, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RepeatForm {
    /// Chosen: how, or “once”.
    pub repeats: String,
    /// Every so many weeks or months; one when empty.
    pub every: String,
    /// How many dates there are.
    pub times: String,
    /// Or the last day.
    pub until: String,
    /// Days that are left out. A list cannot be flattened into the arguments of a form.
    #[serde(skip)]
    pub without: Vec<String>,
}

impl RepeatForm {
    /// The rule of an event whose day is `day` as typed; none when it is once.
    ///
    /// # Errors
    /// A sentence for each field of the rule.
    pub fn rule(&self, day: &str) -> Result<Option<Rule>, FieldErrors> {
        Rule::read(
            &self.repeats,
            &self.every,
            (&self.times, &self.until),
            &self.without,
            times::day(day).ok(),
        )
    }
}

/// When the form says that an event is, by the clock of its place, which is `time_zone`.
pub(super) fn wall_times(form: &EventForm, time_zone: String) -> Result<WallTimes, FieldErrors> {
    let mut errors = FieldErrors::new();
    let day = errors.take("day", times::day(&form.day));
    let last_day = if form.last_day.trim().is_empty() {
        day
    } else {
        errors.take("last_day", times::day(&form.last_day))
    };
    let starts = errors.take("starts", times::time_of_day(&form.starts));
    let ends = errors.take("ends", times::time_of_day(&form.ends));
    let days = day
        .zip(last_day)
        .and_then(|(day, last)| i16::try_from(day.duration_until(last).as_hours() / 24).ok());
    let read = starts.zip(ends).zip(days);
    let ((starts, ends), more_days) = errors.finish(read)?;
    Ok(WallTimes {
        starts,
        ends,
        more_days,
        time_zone,
    })
}

/// Enters an event as a draft, and the dates on which it comes again with it; gives the first.
///
/// # Errors
/// As of an event that is once; `Invalid` with the fields of the rule, too.
pub async fn create_dates(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    form: &EventForm,
    repeat: &RepeatForm,
) -> Result<EventId> {
    create_like(cx, key, form, repeat, None).await
}

/// The same, with the tasks of another event that whoever asks hosts, for each of the dates.
///
/// # Errors
/// As [`create_dates`]. From an event that they do not host nothing is taken over.
pub async fn create_like(
    cx: &Cx,
    key: Option<IdempotencyKey>,
    form: &EventForm,
    repeat: &RepeatForm,
    like: Option<EventId>,
) -> Result<EventId> {
    let host = cx.member()?.id;
    let rule = repeat.rule(&form.day);
    let (text, rule) = match (read(cx, host, form, None).await, rule) {
        (Ok(_), Ok(None)) => return create_as(cx, key, form, like).await,
        (Ok(text), Ok(Some(rule))) => (text, rule),
        (Err(Error::Invalid(mut errors)), Err(more)) => {
            for (field, sentence) in more.iter() {
                errors.add(field.to_owned(), sentence);
            }
            return Err(Error::Invalid(errors));
        }
        (Err(error), _) => return Err(error),
        (Ok(_), Err(errors)) => return Err(Error::Invalid(errors)),
    };
    let times = wall_times(form, text.time_zone.clone()).map_err(Error::Invalid)?;
    cx.limit(limits::HOST, &host.to_string()).await?;
    let request = ("create event", form, repeat, &repeat.without, like);
    let mut once = match cx.once(key, &request).await? {
        Idempotent::Done(id) => return Ok(id),
        Idempotent::New(once) => once,
    };
    let tx = &mut *once.tx;
    let now = cx.now();
    let event = hosting::insert_event(tx, host, &text, now).await?;
    occurrences::insert(tx, event, &text.dates(), now).await?;
    tasks::copy_if_hosted(cx, tx, (like, event)).await?;
    let id = repo::insert(tx, host, &rule, &times, now).await?;
    repo::put_in(tx, event, id, rule.first).await?;
    let series = Series {
        id,
        rule,
        times,
        published: false,
    };
    make(tx, &series, now).await?;
    once.commit(&event).await?;
    Ok(event)
}
