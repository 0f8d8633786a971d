//! Genres and languages: what there is of each, and where to begin.

use dogear_domain::edition::{LANGUAGES, language_name};
use dogear_domain::ids::AuthorId;

use crate::search::WorkLine;
use crate::{Cx, Error, Result};

/// Books that are looked at for the figures of a page; of more, figures are least ones.
const LOOKED_AT: i64 = 2_400;
/// Larger numbers are not counted on the list of all.
pub const COUNTED: i64 = 1_000;

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject<'a> {
    /// The slug of a genre.
    Genre(&'a str),
    /// An ISO 639-1 code.
    Language(&'a str),
}

/// A genre or a language among others.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SubjectLine {
    /// Slug or code.
    pub key: String,
    /// Of a genre; empty for a language, whose code has a name.
    pub name: String,
    /// Works with copies that can be asked for now; one above the cap when there are more.
    pub books: i64,
}

/// An author of several such books.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SubjectAuthor {
    pub id: AuthorId,
    pub name: String,
    pub books: i64,
}

/// The page of a genre or a language.
#[derive(Debug, Clone)]
pub struct SubjectPage {
    pub name: String,
    /// Works with copies that can be asked for now; at most `LOOKED_AT` are counted.
    pub books: i64,
    /// Whether there may be more than `books`.
    pub at_least: bool,
    /// With the newest copies.
    pub newest: Vec<WorkLine>,
    /// What most readers have asked for, and how many.
    pub wanted: Vec<Wanted>,
    pub authors: Vec<SubjectAuthor>,
    /// Languages of a genre, genres of a language; most books first.
    pub across: Vec<SubjectLine>,
}

/// A work, and how many readers have asked for it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Wanted {
    pub wanted: i32,
    #[sqlx(flatten)]
    pub work: WorkLine,
}

/// The page of `subject`.
///
/// # Errors
/// `NotFound` when there is no such genre or language.
pub async fn subject(cx: &Cx, subject: Subject<'_>) -> Result<SubjectPage> {
    let (name, key, is_genre) = match subject {
        Subject::Genre(slug) => {
            let name: Option<String> =
                sqlx::query_scalar("select name from genres where slug = $1")
                    .bind(slug)
                    .fetch_optional(cx.db())
                    .await?;
            (name.ok_or(Error::NotFound)?, slug, true)
        }
        Subject::Language(code) => {
            let name = language_name(code).ok_or(Error::NotFound)?;
            (name.to_owned(), code, false)
        }
    };
    // Two conditions, so that each has its index.
    let (newest, wanted, figures) = if is_genre {
        (
            "select work_id, title, author_line, slug, language, copies, best_grade from work_search
             where copies > 0 and genre = $1 order by newest_at desc, work_id desc limit 12",
            "select wanted, work_id, title, author_line, slug, language, copies, best_grade from work_search
             where copies > 0 and genre = $1 and wanted > 0 order by wanted desc, work_id desc limit 7",
            "select work_id, languages as across from work_search where copies > 0 and genre = $1 limit $2",
        )
    } else {
        (
            "select work_id, title, author_line, slug, language, copies, best_grade from work_search
             where copies > 0 and languages && array[$1] order by newest_at desc, work_id desc limit 12",
            "select wanted, work_id, title, author_line, slug, language, copies, best_grade from work_search
             where copies > 0 and languages && array[$1] and wanted > 0 order by wanted desc, work_id desc limit 7",
            "select work_id, array[genre] as across from work_search where copies > 0 and languages && array[$1] limit $2",
        )
    };
    let newest = sqlx::query_as(newest).bind(key).fetch_all(cx.db()).await?;
    let wanted = sqlx::query_as(wanted).bind(key).fetch_all(cx.db()).await?;
    let mut sql = sqlx::QueryBuilder::new("with found as materialized (");
    sql.push(figures).push(") select 'all' as kind, 0::bigint as id, '' as key, '' as name, count(*) as books from found
         union all (select 'author', a.id, '', a.name, count(*) from found join work_authors using (work_id)
             join authors a on a.id = author_id group by a.id having count(*) > 1 order by 5 desc, a.name limit 12)
         union all (select 'across', 0, key, coalesce(g.name, ''), count(*)
             from found cross join unnest(across) as key left join genres g on g.slug = key
             where key <> '' group by key, g.name order by 5 desc, key limit 24)");
    let figures: Vec<Figure> = sql
        .build_query_as()
        .bind(key)
        .bind(LOOKED_AT + 1)
        .fetch_all(cx.db())
        .await?;
    let mut page = SubjectPage {
        name,
        books: 0,
        at_least: false,
        newest,
        wanted,
        authors: Vec::new(),
        across: Vec::new(),
    };
    for figure in figures {
        match figure.kind.as_str() {
            "author" => page.authors.push(SubjectAuthor {
                id: AuthorId(figure.id),
                name: figure.name,
                books: figure.books,
            }),
            "across" => page.across.push(SubjectLine {
                key: figure.key,
                name: figure.name,
                books: figure.books,
            }),
            _ => {
                page.books = figure.books.min(LOOKED_AT);
                page.at_least = figure.books > LOOKED_AT;
            }
        }
    }
    Ok(page)
}

#[derive(sqlx::FromRow)]
struct Figure {
    kind: String,
    id: i64,
    key: String,
    name: String,
    books: i64,
}

/// Every genre in its order, and every language in which there is a book to be had, with
/// how many there are, [`COUNTED`] and one at most.
///
/// # Errors
/// When the database does not answer in time.
pub async fn subjects(cx: &Cx) -> Result<(Vec<SubjectLine>, Vec<SubjectLine>)> {
    let genres = sqlx::query_as(
        "select g.slug as key, g.name, c.books from genres g
         cross join lateral (select count(*) as books from (select from work_search
             where copies > 0 and genre = g.slug limit $1) b) c order by g.position, g.slug",
    )
    .bind(COUNTED + 1)
    .fetch_all(cx.db())
    .await?;
    let codes: Vec<&str> = LANGUAGES.iter().map(|(code, _)| *code).collect();
    let languages = sqlx::query_as(
        "select l.key, '' as name, c.books from unnest($2::text[]) with ordinality as l (key, n)
         cross join lateral (select count(*) as books from (select from work_search
             where copies > 0 and languages && array[l.key] limit $1) b) c
         where c.books > 0 order by l.n",
    )
    .bind(COUNTED + 1)
    .bind(codes)
    .fetch_all(cx.db())
    .await?;
    Ok((genres, languages))
}
