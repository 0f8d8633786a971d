//! What the search box offers while somebody types, in words and addresses.

use dogear_server::events::Listed;
use dogear_server::search::Suggestions;
use jiff::Timestamp;

use super::combobox::Suggestion;
use crate::ui::book::availability;
use crate::ui::count;
use crate::ui::event::{begins, more_dates, room};
use dogear_urls as urls;

/// The list for `text`, grouped; the last entry shows everything that `text` finds.
pub(super) fn suggestions(
    text: &str,
    found: Suggestions,
    events: &[Listed],
    now: Timestamp,
) -> Vec<Suggestion> {
    let mut list = Vec::new();
    let mut group = |name: &str, entries: Vec<Suggestion>| {
        for (n, entry) in entries.into_iter().enumerate() {
            list.push(Suggestion {
                group: if n == 0 {
                    name.to_owned()
                } else {
                    String::new()
                },
                ..entry
            });
        }
    };
    if let Some(isbn) = found.isbn {
        group(
            "ISBN",
            vec![entry(
                "Add it to my shelf".into(),
                isbn.grouped(),
                urls::shelf_add_query(&isbn.to_string()),
            )],
        );
    }
    let books = found.books.into_iter().map(|book| Suggestion {
        language: book.language.clone(),
        ..entry(
            book.title.clone(),
            [book.author_line.clone(), availability(&book)]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(". "),
            urls::book(book.id, &book.slug),
        )
    });
    group("Books", books.collect());
    let works = |number| count(number, "book", "books");
    let authors = found
        .authors
        .into_iter()
        .map(|author| entry(author.name, works(author.works), urls::author(author.id)));
    group("Authors", authors.collect());
    let series = found
        .series
        .into_iter()
        .map(|series| entry(series.title, works(series.works), urls::series(series.id)));
    group("Series", series.collect());
    let readers = found.readers.into_iter().map(|reader| {
        entry(
            reader.display_name,
            reader.handle.clone(),
            urls::reader(&reader.handle),
        )
    });
    group("Readers", readers.collect());
    let all_events = (!events.is_empty()).then(|| all_events(text.trim()));
    let events = events.iter().map(|event| dated(event, now));
    group("Next events", events.chain(all_events).collect());
    if !list.is_empty() {
        let everything = urls::browse_text(text.trim());
        list.push(entry(
            format!("All books for “{}”", text.trim()),
            String::new(),
            everything,
        ));
    }
    list
}

/// An event, with its day, its town, whether there is room and how many dates more there are.
fn dated(event: &Listed, now: Timestamp) -> Suggestion {
    let room = room(event, now).map(|(_, words)| words);
    let parts = [begins(event, now), event.city.clone()];
    let parts = parts.into_iter().chain(room).chain(more_dates(event));
    entry(
        event.title.clone(),
        parts
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(". "),
        urls::event(event.event, &event.slug),
    )
}

fn all_events(text: &str) -> Suggestion {
    let list = urls::EventList {
        q: text,
        ..urls::EventList::default()
    };
    entry(
        format!("All events for “{text}”"),
        String::new(),
        urls::events(list),
    )
}

fn entry(title: String, line: String, path: String) -> Suggestion {
    Suggestion {
        group: String::new(),
        title,
        line,
        language: String::new(),
        path,
    }
}
