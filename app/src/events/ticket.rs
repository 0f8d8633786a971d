//! `/events/{id}/ticket`: what a guest shows at the door. All of it is in the page itself.

use dogear_domain::ids::EventId;
use dogear_server::Error;
use dogear_server::events::{self, Ticket, words};
use jiff::Timestamp;
use leptos::prelude::*;
use qrcode::{Color, EcLevel, QrCode};

use super::giving_on;
use super::page::online;
use super::prices::due;
use crate::http::{Nav, PageResult, Req, Segment};
use crate::ui::count;
use crate::ui::time::machine_readable;
use dogear_urls as urls;

/// Light modules around a code, without which scanners do not find it.
const QUIET: usize = 4;

pub(super) async fn show(req: Req, Segment(event): Segment<EventId>) -> PageResult {
    let ticket = match events::ticket(&req.cx, event).await {
        Err(Error::NotFound) => return no_more(&req, event).await,
        ticket => ticket?,
    };
    let code = drawn(&ticket.link)?;
    let now = req.cx.now();
    let title = format!("Ticket for {}", ticket.event.title);
    Ok(req
        .page(title)
        .nav(Nav::Events)
        .render(move || view(&ticket, code, now)))
}

/// For whoever had seats there that were given on; nobody else has a ticket without seats, nor do they
/// when the event was moved after that.
async fn no_more(req: &Req, event: EventId) -> PageResult {
    let event = events::page(&req.cx, event).await?;
    let sentence = giving_on::given_on(&event, req.cx.now()).ok_or(Error::NotFound)?;
    let page = req.page(format!("Ticket for {}", event.title));
    Ok(page.nav(Nav::Events).render(move || {
        view! {
            <div class="wrap wrap-narrow page stack">
                <p class="small">
                    <a href=urls::event(event.id, &event.slug)>"Back to the event"</a>
                </p>
                <h1 dir="auto">{event.title.clone()}</h1>
                <p class="strong">{sentence}</p>
            </div>
        }
    }))
}

/// A code for cameras: its width in modules with what is left free around it, and the path of the
/// dark ones.
struct Drawn {
    width: usize,
    path: String,
}

fn drawn(link: &str) -> Result<Drawn, Error> {
    // Screens at doors are scratched and dim: a quarter of it may be unreadable.
    let code = QrCode::with_error_correction_level(link, EcLevel::Q).map_err(Error::internal)?;
    let width = code.width();
    let path = code
        .to_colors()
        .chunks(width)
        .enumerate()
        .flat_map(|(y, row)| runs(row).map(move |(x, length)| (x, y, length)))
        .map(|(x, y, length)| format!("M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET))
        .collect();
    Ok(Drawn {
        width: width + 2 * QUIET,
        path,
    })
}

/// Where dark modules stand together in a row, and how many.
fn runs(row: &[Color]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let mut start = 0;
    row.chunk_by(|a, b| a == b).filter_map(move |run| {
        let begins = start;
        start += run.len();
        (run[0] == Color::Dark).then_some((begins, run.len()))
    })
}

fn view(ticket: &Ticket, code: Drawn, now: Timestamp) -> impl IntoView + use<> {
    let event = &ticket.event;
    let date = words::when(event.starts_at, event.ends_at, &event.time_zone, now);
    let place = [&event.place.name, &event.place.address, &event.place.city];
    let lines: Vec<&str> = place
        .into_iter()
        .map(String::as_str)
        .filter(|line| !line.is_empty())
        .collect();
    let lines = lines.join("\n");
    let seats = count(ticket.party, "seat", "seats");
    let page = urls::event(event.id, &event.slug);
    let around = format!("0 0 {0} {0}", code.width);
    let stall = ticket.stall.as_ref().map(|stall| {
        let stall = format!("Your table is stall {stall}.");
        view! { <p class="strong">{stall}</p> }
    });
    let opens = event.door().opens_at();
    let hint = (now < opens).then_some("The door opens two hours before the start.");
    let promise = (event.give_on.filter(|_| now < event.starts_at))
        .map(|minutes| format!("Be there in time: {}", words::given_on_after(minutes)));
    view! {
        <div class="wrap wrap-narrow page stack">
            <p class="small noprint">
                <a href=page>"Back to the event"</a>
            </p>
            <article class="sheet ticket stack">
                <h1 class="t-h2" dir="auto">
                    {event.title.clone()}
                </h1>
                <p class="lead">
                    <time datetime=machine_readable(event.starts_at)>{date}</time>
                </p>
                <address class="prelines" dir="auto">
                    {lines}
                </address>
                {online(&event.online)}
                <p>
                    <strong>{seats}</strong>
                    " for "
                    <bdi>{ticket.name.clone()}</bdi>
                </p>
                {stall}
                {event.booking.and_then(due)}
                <svg
                    class="ticketcode"
                    viewBox=around
                    width="280"
                    height="280"
                    role="img"
                    aria-label="The code of your seats, for a camera"
                    shape-rendering="crispEdges"
                >
                    <rect class="paper" width="100%" height="100%" />
                    <path class="ink" d=code.path />
                </svg>
                <p class="center">
                    <span class="visually-hidden">"The code in letters: "</span>
                    <code class="ticketletters">{ticket.code.to_string()}</code>
                </p>
                <p class="small quiet">
                    "Show this at the door, or say your name. Keep the code to yourself: whoever has it comes in on your seats."
                </p>
                {promise.map(|text| view! { <p class="small">{text}</p> })}
                {hint.map(|text| view! { <p class="small quiet">{text}</p> })}
            </article>
            <p class="small quiet noprint">
                "Nothing on this page is loaded later: once it is open it needs no connection, as long as you leave it open. A browser that has closed it needs one to open it again, so print it or keep a picture of it if the place has no reception."
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r13_a_code_is_drawn_with_room_around_it() {
        let drawn = drawn("https://books.example.org/host/12/door?code=0123-4567-89AB-CDEF")
            .expect("short enough");
        assert!((33..=60).contains(&drawn.width), "{}", drawn.width);
        // The first corner begins behind the quiet zone: seven dark modules.
        assert!(drawn.path.starts_with("M4 4h7v1h-7z"), "{}", drawn.path);
        let modules = drawn.width - 2 * QUIET;
        let dark = drawn.path.matches('M').count();
        assert!(dark > modules * 2 && dark < modules * modules / 2, "{dark}");
    }
}
