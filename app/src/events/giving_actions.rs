//! Who waits and is there, where seats of those who have not come are given on.

use dogear_domain::ids::{EventId, WaitingId};
use dogear_server::events::{self, Marked, words};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::actions::here as here_is;
use crate::action::{ActionError, Done, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Notes at the door that somebody on the waiting list is there, or without `here`, that they are
/// not.
#[server(endpoint = "events/mark-here", input = HtmlForm)]
pub async fn mark_here(
    waiting: WaitingId,
    #[server(default)] here: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let is_here = !here.is_empty();
    let (event, name, marked) = events::mark_here(&req.cx, waiting, is_here).await?;
    let door = Done::go(urls::host_door(event));
    let back = MarkHere {
        waiting,
        here: if is_here { String::new() } else { "yes".into() },
    };
    Ok(match marked {
        Marked::Here => door.saying(format!("{name} is here.")).undo(&back),
        Marked::NotHere => door.saying(format!("{name} is not here.")).undo(&back),
        Marked::Has(party) => door.saying(format!(
            "{name} has {} now. Let them in.",
            words::seats(party)
        )),
    })
}

/// Whoever waits says that they are there, or without `here`, that they are not.
#[server(endpoint = "events/say-here", input = HtmlForm)]
pub async fn say_here(
    event: EventId,
    #[server(default)] here: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let marked = events::say_here(&req.cx, event, !here.is_empty()).await?;
    let there = self::here_is(&req, event).await?;
    Ok(Done::go(there).saying(match marked {
        Marked::Here => "Noted: you are there.".to_owned(),
        Marked::NotHere => "Noted: you are not there.".to_owned(),
        Marked::Has(party) => format!(
            "You have {} now. Go to the door and be let in.",
            words::seats(party)
        ),
    }))
}
