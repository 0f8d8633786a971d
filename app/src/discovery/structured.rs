//! Books and events as schema.org describes them, for search engines.

use dogear_domain::edition::Format;
use dogear_domain::events::OccurrenceState;
use dogear_domain::events::seats::SeatRefusal;
use dogear_domain::reviews::without_spoilers;
use dogear_server::events::EventPage;
use dogear_server::pages::{BookPage, CopyLine, EditionLine};
use dogear_server::reviews::ReviewLine;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value, json};

use dogear_urls as urls;

/// Editions that are named.
const EDITIONS: usize = 10;

/// `https://schema.org/Book`, its editions as examples, and how many copies are to be
/// had, what readers make of it and say of it. `link` makes a whole address of a path. Nobody's name
/// is in it but those of its authors and of whoever has reviewed it.
pub fn book(book: &BookPage, link: impl Fn(&str) -> String) -> Value {
    let authors: Vec<Value> = book
        .authors
        .iter()
        .map(|author| {
            json!({
                "@type": "Person",
                "name": author.name,
                "url": link(&urls::author(author.id)),
            })
        })
        .collect();
    let editions: Vec<Value> = book.editions.iter().take(EDITIONS).map(edition).collect();
    let mut facts = object(json!({
        "@context": "https://schema.org",
        "@type": "Book",
        "name": book.title,
        "url": link(&urls::book(book.id, &book.slug)),
    }));
    put(&mut facts, "author", &authors, !authors.is_empty());
    put(&mut facts, "workExample", &editions, !editions.is_empty());
    put(
        &mut facts,
        "inLanguage",
        &book.language,
        !book.language.is_empty(),
    );
    let genre = book.genre.as_ref().map(|(_, name)| name);
    put(&mut facts, "genre", genre, genre.is_some());
    put(
        &mut facts,
        "datePublished",
        year(book.first_year),
        book.first_year.is_some(),
    );
    let sold: Vec<Value> = book
        .copies
        .iter()
        .filter_map(|copy| sale(copy, &link))
        .collect();
    if !sold.is_empty() {
        put(&mut facts, "offers", sold, true);
        return Value::Object(facts);
    }
    put(
        &mut facts,
        "offers",
        json!({
            "@type": "AggregateOffer",
            "offerCount": book.available,
            "availability": "https://schema.org/InStock",
            "itemCondition": "https://schema.org/UsedCondition",
            "description": "To trade for another book, or given away.",
        }),
        book.available > 0,
    );
    let mean = book.ratings.mean();
    put(
        &mut facts,
        "aggregateRating",
        json!({
            "@type": "AggregateRating",
            "ratingValue": mean.map(|mean| format!("{}.{:02}", mean / 100, mean % 100)),
            "ratingCount": book.ratings.n,
            "bestRating": "5",
            "worstRating": "0.25",
        }),
        mean.is_some(),
    );
    let reviews: Vec<Value> = book
        .reviews
        .iter()
        .filter(|review| !review.hidden && !review.spoiler)
        .map(review)
        .collect();
    put(&mut facts, "review", &reviews, !reviews.is_empty());
    Value::Object(facts)
}

/// What a reader says of a book, without what gives the story away.
fn review(review: &ReviewLine) -> Value {
    let mut facts = object(json!({
        "@type": "Review",
        "author": { "@type": "Person", "name": review.name },
        "datePublished": review.created_at.to_zoned(TimeZone::UTC).date().to_string(),
        "reviewBody": without_spoilers(&review.body),
    }));
    let rating = review.rating.map(|rating| {
        json!({
            "@type": "Rating",
            "ratingValue": rating.to_string(),
            "bestRating": "5",
            "worstRating": "0.25",
        })
    });
    put(&mut facts, "reviewRating", &rating, rating.is_some());
    Value::Object(facts)
}

/// `https://schema.org/Offer` of a copy that is for sale; what is only traded has no price.
fn sale(copy: &CopyLine, link: &impl Fn(&str) -> String) -> Option<Value> {
    let price = copy.offers.sale?;
    Some(json!({
        "@type": "Offer",
        "price": price.amount.plain(),
        "priceCurrency": price.amount.currency.as_str(),
        "availability": "https://schema.org/InStock",
        "itemCondition": "https://schema.org/UsedCondition",
        "url": link(&urls::copy(copy.id)),
    }))
}

/// `https://schema.org/Event` in a place, with the seats that are left, and what one costs. Its host
/// is not named. `link` makes a whole address of a path.
pub fn event(event: &EventPage, now: Timestamp, link: impl Fn(&str) -> String) -> Value {
    let place = &event.place;
    let mut address = object(json!({
        "@type": "PostalAddress",
        "addressLocality": place.city,
    }));
    put(
        &mut address,
        "streetAddress",
        &place.address,
        !place.address.is_empty(),
    );
    put(
        &mut address,
        "addressCountry",
        &place.country,
        !place.country.is_empty(),
    );
    let status = match event.seating.state {
        OccurrenceState::Cancelled => "https://schema.org/EventCancelled",
        OccurrenceState::Draft | OccurrenceState::Published => "https://schema.org/EventScheduled",
    };
    let mut facts = object(json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.title,
        "description": event.description,
        "url": link(&urls::event(event.id, &event.slug)),
        "startDate": moment(event.starts_at, &event.time_zone),
        "endDate": moment(event.ends_at, &event.time_zone),
        "eventStatus": status,
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "isAccessibleForFree": event.price.is_none(),
        "location": { "@type": "Place", "name": place.name, "address": address },
    }));
    let seats = event.seating.capacity;
    put(
        &mut facts,
        "maximumAttendeeCapacity",
        seats,
        seats.is_some(),
    );
    let left = event.seating.left();
    put(
        &mut facts,
        "remainingAttendeeCapacity",
        left,
        left.is_some(),
    );
    if let Some(price) = event.price {
        let availability = match event.refusal(now) {
            None => Some("https://schema.org/InStock"),
            Some(
                SeatRefusal::Full
                | SeatRefusal::NoMore
                | SeatRefusal::Few { .. }
                | SeatRefusal::QueueFirst,
            ) => Some("https://schema.org/SoldOut"),
            // Of what has begun or is cancelled nothing is sold out.
            Some(_) => None,
        };
        let mut offer = object(json!({
            "@type": "Offer",
            "price": price.plain(),
            "priceCurrency": price.currency.as_str(),
            "url": link(&urls::event(event.id, &event.slug)),
        }));
        put(
            &mut offer,
            "availability",
            availability,
            availability.is_some(),
        );
        put(&mut facts, "offers", offer, true);
    }
    Value::Object(facts)
}

/// A moment by the clock of a place, as ISO 8601 writes it with the distance from UTC.
fn moment(at: Timestamp, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    at.to_zoned(zone)
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}

fn edition(edition: &EditionLine) -> Value {
    let mut facts = object(json!({ "@type": "Book" }));
    let isbn = edition.isbn13.map(|isbn| isbn.to_string());
    put(&mut facts, "isbn", &isbn, isbn.is_some());
    put(
        &mut facts,
        "inLanguage",
        &edition.language,
        !edition.language.is_empty(),
    );
    put(
        &mut facts,
        "datePublished",
        year(edition.year),
        edition.year.is_some(),
    );
    put(
        &mut facts,
        "numberOfPages",
        edition.pages,
        edition.pages.is_some(),
    );
    put(
        &mut facts,
        "publisher",
        json!({ "@type": "Organization", "name": edition.publisher }),
        !edition.publisher.is_empty(),
    );
    let format = format(edition.format);
    put(&mut facts, "bookFormat", format, format.is_some());
    Value::Object(facts)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// What is not known is left out.
fn put(facts: &mut Map<String, Value>, name: &str, value: impl serde::Serialize, known: bool) {
    if known {
        facts.insert(name.to_owned(), json!(value));
    }
}

/// Years as dates of ISO 8601, which has four digits.
fn year(year: Option<i32>) -> Option<String> {
    year.map(|year| format!("{year:04}"))
}

/// Of <https://schema.org/BookFormatType>.
fn format(format: Format) -> Option<&'static str> {
    match format {
        Format::Hardback => Some("https://schema.org/Hardcover"),
        Format::Paperback | Format::MassMarket => Some("https://schema.org/Paperback"),
        Format::Audio => Some("https://schema.org/AudiobookFormat"),
        Format::LargePrint | Format::Other | Format::Unknown => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_says_how_far_it_is_from_utc() {
        let at = "2027-07-02T18:00:00Z".parse().unwrap();
        assert_eq!(moment(at, "Europe/London"), "2027-07-02T19:00:00+01:00");
        assert_eq!(moment(at, "America/St_Johns"), "2027-07-02T15:30:00-02:30");
        assert_eq!(moment(at, "no such zone"), "2027-07-02T18:00:00+00:00");
    }
}
