//! What a row must fulfil.

use dogear_domain::grade::Grade;
use sqlx::{Postgres, QueryBuilder};

use super::SearchParams;
use crate::search::query::{Query, TextQuery};

/// A filter: its name, whether it is in use, its condition.
type Filter = (
    &'static str,
    fn(&Query) -> bool,
    fn(&mut QueryBuilder<Postgres>, &SearchParams<'_>),
);

pub(super) const FILTERS: [Filter; 8] = [
    ("genre", |query| !query.genres.is_empty(), genre),
    ("language", |query| !query.languages.is_empty(), language),
    ("format", |query| !query.formats.is_empty(), format),
    ("grade", |query| query.grade.is_some(), grade),
    ("offer", |query| !query.offers.is_empty(), offer),
    ("price", |query| query.most.is_some(), price),
    ("near", |query| !query.near.is_empty(), near),
    ("year", Query::has_years, year),
];

/// What a row must fulfil, with `without` left aside.
pub(super) fn conditions(
    sql: &mut QueryBuilder<Postgres>,
    asked: &SearchParams<'_>,
    without: &str,
) {
    let query = asked.query;
    match asked.words {
        Some(words) => text(sql, words),
        None => drop(sql.push("true")),
    }
    if !query.all && without != "availability" && without != "matches" {
        sql.push(" and s.copies > 0");
    }
    for (name, in_use, condition) in FILTERS {
        if in_use(query) && name != without && without != "filters" && without != "matches" {
            sql.push(" and ");
            condition(sql, asked);
        }
    }
}

/// Titles that begin with what was typed.
pub(super) fn begins(sql: &mut QueryBuilder<Postgres>, words: &TextQuery) {
    // A key holds no marks of LIKE.
    sql.push("s.title_key like ")
        .push_bind(format!("{}%", words.key));
}

pub(super) fn tsquery(sql: &mut QueryBuilder<Postgres>, words: &TextQuery) {
    // An empty half is left out: the database would note it in the log each time.
    let both = !words.websearch.is_empty() && !words.prefix.is_empty();
    sql.push("(");
    if !words.websearch.is_empty() {
        sql.push("websearch_to_tsquery('dogear', ")
            .push_bind(words.websearch.clone())
            .push(")");
    }
    if both {
        sql.push(" && ");
    }
    if !words.prefix.is_empty() {
        sql.push("to_tsquery('dogear', ")
            .push_bind(words.prefix.clone())
            .push(")");
    }
    sql.push(")");
}

fn text(sql: &mut QueryBuilder<Postgres>, words: &TextQuery) {
    if !words.has_text() {
        begins(sql, words);
    } else if words.begins {
        sql.push("(s.doc @@ ");
        tsquery(sql, words);
        sql.push(" or ");
        begins(sql, words);
        sql.push(")");
    } else {
        sql.push("s.doc @@ ");
        tsquery(sql, words);
    }
}

fn genre(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>) {
    sql.push("s.genre = any (")
        .push_bind(asked.query.genres.clone())
        .push(")");
}

fn language(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>) {
    sql.push("s.languages && ")
        .push_bind(asked.query.languages.clone());
}

fn format(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>) {
    let formats: Vec<String> = asked
        .query
        .formats
        .iter()
        .map(ToString::to_string)
        .collect();
    sql.push("s.formats && ").push_bind(formats);
}

fn grade(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>) {
    sql.push("s.best_grade >= ")
        .push_bind(asked.query.grade.map(Grade::value));
}

fn offer(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>) {
    sql.push("s.offers && ").push_bind(offers(asked.query));
}

/// The words of the ways that are asked for.
pub(super) fn offers(query: &Query) -> Vec<&'static str> {
    query.offers.iter().map(|offer| offer.as_str()).collect()
}

fn price(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>) {
    if let Some(most) = asked.query.most {
        sql.push("(s.prices ->> ")
            .push_bind(most.currency.as_str())
            .push(")::bigint <= ")
            .push_bind(i64::from(most.minor));
    }
}

fn near(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>) {
    if let (Some(kilometres), Some(circle)) = (asked.query.within, asked.circle) {
        sql.push("s.towns && ").push_bind(circle.within(kilometres));
        return;
    }
    // As an array, so that the index over the places serves it.
    sql.push("s.places @> array[folded(")
        .push_bind(asked.query.near.clone())
        .push(")]");
}

fn year(sql: &mut QueryBuilder<Postgres>, asked: &SearchParams<'_>) {
    sql.push("s.first_year between ")
        .push_bind(asked.query.from.unwrap_or(i32::MIN))
        .push(" and ")
        .push_bind(asked.query.to.unwrap_or(i32::MAX));
}
