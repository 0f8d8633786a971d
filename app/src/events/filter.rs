//! What lists of events are narrowed to: the query of an address, and the form that makes it.

use dogear_domain::events::EventKind;
use dogear_domain::events::days::{Days, Month};
use dogear_server::events::{Around, DISTANCES, EventFilter};
use jiff::civil::Date;
use leptos::prelude::*;
use serde::Deserialize;

use crate::http::Req;
use dogear_urls as urls;
use urls::EventList;

/// The query of `/events` and `/events/month`, as it was typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Params {
    q: String,
    kind: String,
    town: String,
    within: String,
    host: String,
    from: String,
    until: String,
    pub(super) after: String,
    pub(super) month: String,
}

/// The same, understood, and in the words of addresses.
pub(super) struct Asked {
    pub(super) filter: EventFilter,
    pub(super) kind: &'static str,
    within: String,
    from: String,
    until: String,
}

impl Params {
    pub(super) fn read(&self) -> Asked {
        let days = Days::read(&self.from, &self.until);
        let filter = EventFilter::read(
            &self.q,
            &self.kind,
            &self.town,
            &self.within,
            &self.host,
            days,
        );
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        Asked {
            kind: filter.kind.map_or("", EventKind::as_str),
            within: (filter.within).map_or_else(String::new, |within| within.to_string()),
            from: day(days.from),
            until: day(days.until),
            filter,
        }
    }
}

impl Asked {
    /// The list of all this, from its beginning.
    pub(super) fn list(&self) -> EventList<'_> {
        EventList {
            q: &self.filter.words,
            kind: self.kind,
            town: &self.filter.town,
            within: &self.within,
            host: &self.filter.host,
            from: &self.from,
            until: &self.until,
            after: "",
        }
    }

    /// Only what whole lists are made of that have an address of their own: by kind and town.
    pub(super) fn is_plain(&self) -> bool {
        let EventList {
            q,
            within,
            host,
            from,
            until,
            ..
        } = self.list();
        [q, within, host, from, until]
            .iter()
            .all(|text| text.is_empty())
    }

    /// Whether something is chosen that stands in the folded part of the form.
    fn is_folded_open(&self) -> bool {
        self.filter.is_narrow() && {
            let words_alone = EventFilter {
                words: self.filter.words.clone(),
                host: self.filter.host.clone(),
                ..EventFilter::default()
            };
            self.filter != words_alone
        }
    }
}

/// List or month, the form, and what was understood of it. `month`: the one that is shown; none in
/// the list.
pub(super) fn top(req: &Req, asked: &Asked, around: &Around, month: Option<Month>) -> AnyView {
    let current = |this: bool| (this == month.is_some()).then_some("page");
    let form = form(asked, month);
    let today = req.cx.now().to_zoned(req.zone()).date();
    let quick = month.is_none().then(|| quick(asked, today));
    let of_month = urls::events_of_month(asked.list(), &named(month));
    let signed_in = req.cx.actor.is_some();
    view! {
        <nav class="tabs mt4" aria-label="How to look at events">
            <a href=urls::events(asked.list()) aria-current=current(false)>
                "List"
            </a>
            <a href=of_month aria-current=current(true)>
                "Month"
            </a>
        </nav>
        {form}
        {quick}
        {host_chosen(asked, month)}
        {where_from(around, signed_in)}
    }
    .into_any()
}

/// A month as addresses name it; of none the empty word.
fn named(month: Option<Month>) -> String {
    month.map(|month| month.to_string()).unwrap_or_default()
}

/// Which of the soonest days are chosen: of two that are the same days by now, the narrower.
fn chosen(days: Days, today: Date) -> Option<&'static str> {
    [
        ("This weekend", Days::this_weekend(today)),
        ("This week", Days::this_week(today)),
        ("This month", Days::this_month(today)),
    ]
    .into_iter()
    .find_map(|(label, soonest)| (soonest == days).then_some(label))
}

/// The soonest days, by one press each.
fn quick(asked: &Asked, today: Date) -> AnyView {
    let chosen = chosen(asked.filter.days, today);
    let links = [
        ("This week", Days::this_week(today)),
        ("This weekend", Days::this_weekend(today)),
        ("This month", Days::this_month(today)),
    ]
    .map(|(label, days)| {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let path = urls::events(EventList {
            from: &day(days.from),
            until: &day(days.until),
            ..asked.list()
        });
        let current = (chosen == Some(label)).then_some("true");
        view! {
            <li>
                <a href=path aria-current=current>
                    {label}
                </a>
            </li>
        }
    });
    let any = (!asked.filter.days.is_open()).then(|| {
        let path = urls::events(EventList {
            from: "",
            until: "",
            ..asked.list()
        });
        view! {
            <li>
                <a href=path>"Any day"</a>
            </li>
        }
    });
    view! {
        <nav class="small orders" aria-label="Days">
            <ul class="linkline">{links} {any}</ul>
        </nav>
    }
    .into_any()
}

/// Whose events these are, and the way to everybody's.
fn host_chosen(asked: &Asked, month: Option<Month>) -> Option<AnyView> {
    let host = asked.filter.host.clone();
    if host.is_empty() {
        return None;
    }
    let all = EventList {
        host: "",
        ..asked.list()
    };
    let path = if month.is_some() {
        urls::events_of_month(all, &named(month))
    } else {
        urls::events(all)
    };
    Some(
        view! {
            <p class="mt4">
                "Hosted by "<strong>{format!("@{host}")}</strong>". "
                <a href=path>"Show everybody’s"</a>
            </p>
        }
        .into_any(),
    )
}

/// From where distances are counted, or why they are not.
fn where_from(around: &Around, signed_in: bool) -> Option<AnyView> {
    let said = match around {
        Around::Everywhere | Around::Town(_) => return None,
        Around::Within(within, town) => view! { {format!("Within {within} km of {town}, as the crow flies from town to town.")} }
        .into_any(),
        Around::Unknown(town) => view! { {format!("We do not know where {town} lies: these are in a town of that name.")} }
        .into_any(),
        Around::NoTown if signed_in => view! {
            "To find what is near you, enter a town here, or "
            <a href=urls::SETTINGS_PROFILE>"say in your profile where you live"</a>
            ". Until then this is everywhere."
        }
        .into_any(),
        Around::NoTown => {
            view! { "To find what is near you, enter a town. Until then this is everywhere." }
                .into_any()
        }
    };
    Some(view! { <p class="small quiet mt4">{said}</p> }.into_any())
}

/// Which events: a form that leads to an address.
fn form(asked: &Asked, month: Option<Month>) -> AnyView {
    let list = asked.list();
    let kind = |this: EventKind| {
        view! {
            <option value=this.as_str() selected=asked.filter.kind == Some(this)>
                {this.label()}
            </option>
        }
    };
    let distance = |this: u32| {
        view! {
            <option value=this.to_string() selected=asked.filter.within == Some(this)>
                {format!("Within {this} km")}
            </option>
        }
    };
    let host = (!list.host.is_empty()).then(|| {
        let host = list.host.to_owned();
        view! { <input type="hidden" name="host" value=host /> }
    });
    let in_month = month.is_some();
    let month = month.map(|month| {
        view! { <input type="hidden" name="month" value=month.to_string() /> }
    });
    // A month has days of its own.
    let days = (!in_month).then(|| {
        view! {
            <div class="field">
                <label for="efrom">"From"</label>
                <input class="input" id="efrom" name="from" type="date" value=asked.from.clone() />
            </div>
            <div class="field">
                <label for="euntil">"Until"</label>
                <input
                    class="input"
                    id="euntil"
                    name="until"
                    type="date"
                    value=asked.until.clone()
                />
            </div>
        }
    });
    view! {
        <form
            class="eventfind mt4"
            role="search"
            action=if in_month { urls::EVENTS_MONTH } else { urls::EVENTS }
            aria-label="Events"
        >
            {host}
            {month}
            <div class="row">
                <label class="visually-hidden" for="eq">
                    "Words"
                </label>
                <input
                    class="input select-inline grow"
                    id="eq"
                    name="q"
                    type="search"
                    value=list.q.to_owned()
                    placeholder="Title, place, town or host"
                    autocomplete="off"
                    maxlength="200"
                />
                <button class="btn">"Show"</button>
            </div>
            <details class="plain" open=asked.is_folded_open()>
                <summary>{if in_month { "Kind and town" } else { "Kind, town and days" }}</summary>
                <div class="eventfields">
                    <div class="field">
                        <label for="ekind">"Kind"</label>
                        <select class="select" id="ekind" name="kind">
                            <option value="">"All kinds"</option>
                            {EventKind::ALL.iter().copied().map(kind).collect_view()}
                        </select>
                    </div>
                    <div class="field">
                        <label for="etown">"Town"</label>
                        <input
                            class="input"
                            id="etown"
                            name="town"
                            value=list.town.to_owned()
                            placeholder="Every town, or near yours"
                            autocomplete="address-level2"
                            maxlength="80"
                        />
                    </div>
                    <div class="field">
                        <label for="ewithin">"How far"</label>
                        <select class="select" id="ewithin" name="within">
                            <option value="">"In that town"</option>
                            {DISTANCES.into_iter().map(distance).collect_view()}
                        </select>
                    </div>
                    {days}
                </div>
            </details>
        </form>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn of_days_that_are_the_same_the_narrower_are_chosen() {
        let (monday, sunday) = (date(2026, 11, 30), date(2027, 1, 31));
        let of_month = Days::this_month(monday);
        assert_eq!(chosen(of_month, monday), Some("This month"));
        // On its last Sunday all three are the same.
        let of_month = Days::this_month(sunday);
        assert_eq!(chosen(of_month, sunday), Some("This weekend"));
        let of_week = Days::this_week(monday);
        assert_eq!(chosen(of_week, monday), Some("This week"));
        assert_eq!(chosen(Days::default(), monday), None);
    }
}
