//! The pages that are measured: what each loads, and the strings it shows.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use dogear_domain::ids::{EventId, WorkId};
use dogear_server::events::EventFilter;
use dogear_server::library::{self, LibraryQuery};
use dogear_server::pages::CopySort;
use dogear_server::search::{Browse, Found, Query};
use dogear_server::{Cx, Services, accounts, cart, events, pages};
use dogear_urls as urls;

use dogear::commands::Failure;

type Loading = Pin<Box<dyn Future<Output = Result<Vec<String>, Failure>> + Send>>;

/// One page.
pub(super) struct Subject {
    pub name: &'static str,
    pub path: String,
    /// Whether visitors have no such page.
    pub signed_in: bool,
    /// Runs the page's SQL through the same services; gives its strings in the
    /// order in which the page shows them.
    pub load: Arc<dyn Fn(Arc<Services>) -> Loading + Send + Sync>,
}

/// Books in the library that is measured.
const ENTRIES: u32 = 5000;

/// The book page of a work with several copies, that of one with two thousand reviews, the browse
/// page, the page of an event, the list of those to come, a long library, and the checkout of a
/// full cart.
///
/// # Errors
/// When the catalogue is empty, or no event is to come.
pub(super) async fn subjects(services: &Arc<Services>) -> Result<Vec<Subject>, Failure> {
    let (work, slug): (WorkId, String) = sqlx::query_as(
        "select work_id, slug from work_search where copies between 4 and 6 order by work_id limit 1",
    )
    .fetch_one(&services.db)
    .await?;
    let (event, event_slug): (EventId, String) = sqlx::query_as(
        "select e.id, e.slug from events e join event_occurrences o on o.event_id = e.id
         where o.starts_at > now() order by e.id limit 1",
    )
    .fetch_one(&services.db)
    .await?;
    let (reviewed, reviewed_slug) = reviewed(services).await?;
    let browse = Browse::default();
    Ok(vec![
        Subject {
            name: "book",
            path: in_one_order(urls::book(work, &slug)),
            signed_in: false,
            load: Arc::new(move |services| Box::pin(book(services, work))),
        },
        Subject {
            name: "book-reviews",
            path: in_one_order(urls::book(reviewed, &reviewed_slug)),
            signed_in: false,
            load: Arc::new(move |services| Box::pin(book(services, reviewed))),
        },
        Subject {
            name: "browse",
            path: urls::BROWSE.into(),
            signed_in: false,
            load: Arc::new(move |services| Box::pin(listing(services, browse.clone()))),
        },
        Subject {
            name: "event",
            path: urls::event(event, &event_slug),
            signed_in: false,
            load: Arc::new(move |services| Box::pin(evening(services, event))),
        },
        Subject {
            name: "events",
            path: urls::EVENTS.into(),
            signed_in: false,
            load: Arc::new(|services| Box::pin(coming(services))),
        },
        Subject {
            name: "reading",
            path: urls::READING.into(),
            signed_in: true,
            load: Arc::new(|services| Box::pin(reading(services))),
        },
        Subject {
            name: "checkout",
            path: urls::CHECKOUT.into(),
            signed_in: true,
            load: Arc::new(|services| Box::pin(checkout(services))),
        },
    ])
}

/// Gives the reader who is signed in a library of many books, once.
///
/// # Errors
/// When the database refuses.
pub(super) async fn fill_library(services: &Services) -> Result<(), Failure> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "insert into reader_books (user_id, work_id, status, times_read, rating, rated_at, updated_at)
         select (select min(id) from users), id, 'read', 1, 1 + id % 20, now(), now() - id * interval '1 minute'
         from works order by id limit {ENTRIES} on conflict do nothing;
         insert into readings (user_id, work_id, ending, ended_on, ended_precision)
         select b.user_id, b.work_id, 'finished', date '2026-11-01' - (b.work_id % 900)::integer, 'day'
         from reader_books b where b.user_id = (select min(id) from users)
           and not exists (select from readings r where r.user_id = b.user_id and r.work_id = b.work_id);
         analyze reader_books, readings"
    )))
    .execute(&services.db)
    .await?;
    Ok(())
}

/// Puts five books of five owners into the cart of the reader who is signed in, once.
///
/// # Errors
/// When the database refuses.
pub(super) async fn fill_cart(services: &Services) -> Result<(), Failure> {
    sqlx::raw_sql(
        "with wanted as (
           select min(c.id) as id from copies c
           where is_listed(c) and c.owner_id <> (select min(id) from users)
             and not exists (select from copy_holds h where h.copy_id = c.id)
           group by c.owner_id order by 1 limit 5),
         sold as (
           update copies c set price_minor = 650, currency = 'EUR', postage_minor = 200, offer_give = false
           from wanted w where c.id = w.id returning c.id, c.terms_version)
         insert into cart_items (user_id, copy_id, terms_version, price_minor, currency)
         select (select min(id) from users), id, terms_version, 650, 'EUR' from sold
         on conflict do nothing",
    )
    .execute(&services.db)
    .await?;
    Ok(())
}

async fn checkout(services: Arc<Services>) -> Result<Vec<String>, Failure> {
    let cart = cart::page(&first_reader(services).await?).await?;
    let parcels = cart.parcels.into_iter().flat_map(|parcel| {
        let lines = parcel.lines.into_iter();
        let books = lines.flat_map(|line| [line.book.title, line.book.author_line]);
        std::iter::once(parcel.name)
            .chain(books)
            .collect::<Vec<String>>()
    });
    Ok(parcels.collect())
}

/// The page with its copies in an order that is the same for whoever looks, as [`book`] loads them.
fn in_one_order(page: String) -> String {
    format!("{page}?sort={}", CopySort::Condition.as_str())
}

async fn book(services: Arc<Services>, work: WorkId) -> Result<Vec<String>, Failure> {
    let page = pages::book(&Cx::system(services), work, Some(CopySort::Condition), 1).await?;
    let facts = page.facts;
    let mut strings = vec![facts.title.clone(), facts.title, facts.author_line];
    for copy in page.copies {
        strings.push(copy.grade.label().into());
        strings.push(copy.owner);
    }
    for review in page.reviews {
        strings.push(review.name);
        strings.push(review.body);
    }
    Ok(strings)
}

/// Another work with several copies, of which two thousand readers say something, or as many as
/// there are.
async fn reviewed(services: &Services) -> Result<(WorkId, String), Failure> {
    let (work, slug): (WorkId, String) = sqlx::query_as(
        "select work_id, slug from work_search where copies between 4 and 6 order by work_id limit 1 offset 1",
    )
    .fetch_one(&services.db)
    .await?;
    let new = sqlx::query(
        "insert into reviews (user_id, work_id, body, helpful)
         select id, $1, rtrim(repeat('Slow at first, and then it opens like a house. ', 12)), id % 200
         from users where status = 'active' order by id desc limit 2000
         on conflict do nothing",
    )
    .bind(work)
    .execute(&services.db)
    .await?;
    if new.rows_affected() > 0 {
        sqlx::raw_sql("analyze reviews")
            .execute(&services.db)
            .await?;
    }
    Ok((work, slug))
}

async fn listing(services: Arc<Services>, browse: Browse) -> Result<Vec<String>, Failure> {
    match browse.find(&Cx::system(services), Query::default()).await? {
        Found::Listing(listing) => Ok(listing
            .works
            .into_iter()
            .flat_map(|work| [work.slug, work.title, work.author_line])
            .collect()),
        Found::Book(..) | Found::TooDeep => Err("browse gave no list".into()),
    }
}

async fn evening(services: Arc<Services>, event: EventId) -> Result<Vec<String>, Failure> {
    let page = events::page(&Cx::system(services), event).await?;
    Ok(vec![page.title, page.place.name, page.place.address])
}

async fn coming(services: Arc<Services>) -> Result<Vec<String>, Failure> {
    let (coming, _) = events::coming(&Cx::system(services), &EventFilter::default(), None).await?;
    Ok(coming
        .events
        .into_iter()
        .flat_map(|event| [event.slug, event.title, event.city])
        .collect())
}

async fn reading(services: Arc<Services>) -> Result<Vec<String>, Failure> {
    let query = LibraryQuery::default();
    let page = library::library(&first_reader(services).await?, &query).await?;
    Ok(page
        .rows
        .into_iter()
        .flat_map(|row| [row.slug, row.title, row.author_line])
        .collect())
}

/// Calls as the reader who is signed in makes them.
async fn first_reader(services: Arc<Services>) -> Result<Cx, Failure> {
    let session: uuid::Uuid = sqlx::query_scalar(
        "select id from user_sessions where user_id = (select min(id) from users) limit 1",
    )
    .fetch_one(&services.db)
    .await?;
    let actor = accounts::sessions::actor(&services, session).await?;
    Ok(Cx {
        actor,
        ..Cx::system(services)
    })
}
