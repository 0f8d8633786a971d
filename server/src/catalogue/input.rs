//! A book as typed, read into values that are known to be right.

use dogear_domain::edition::{Format, language_name};
use dogear_domain::fields::{
    AuthorName, BookTitle, FieldErrors, FieldProblem, PublisherName, SeriesTitle, Subtitle,
    match_key,
};
use dogear_domain::ids::UserId;
use dogear_domain::isbn::Isbn13;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The form of a book nobody has entered before, as typed. Only title and author are needed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EditionInput {
    /// Needed.
    pub title: String,
    /// May stay empty.
    pub subtitle: String,
    /// Several are separated by semicolons, or by “and” with a line each.
    pub authors: String,
    /// With ten digits or thirteen, hyphens allowed; may stay empty.
    pub isbn: String,
    /// May stay empty.
    pub publisher: String,
    /// Of this edition; may stay empty.
    pub year: String,
    /// The word of a format; may stay empty.
    pub format: String,
    /// The code of one; may stay empty.
    pub language: String,
    /// The slug of one; may stay empty.
    pub genre: String,
    /// Its title; may stay empty.
    pub series: String,
    /// The work's number in the series; may stay empty.
    pub series_position: String,
    /// What the reader says when asked whether it is a book that is known: the number of its
    /// edition, or [`Doubt::none_of_these`](super::Doubt::none_of_these); empty before they were asked.
    pub known: String,
}

/// A book to be found or made.
#[derive(Debug, Clone, Default)]
pub struct NewEdition {
    /// Without the subtitle.
    pub title: String,
    /// May be empty.
    pub subtitle: String,
    /// In the order of the title page.
    pub authors: Vec<String>,
    /// None when it has none, or nobody knows it.
    pub isbn: Option<Isbn13>,
    /// May be empty.
    pub publisher: String,
    /// When this edition came out.
    pub year: Option<i32>,
    /// When the work first came out; negative before our era.
    pub first_year: Option<i32>,
    /// None when it is not known.
    pub format: Option<Format>,
    /// ISO 639-1, or empty.
    pub language: String,
    /// The slug of a genre that exists.
    pub genre: Option<String>,
    /// None when it stands alone.
    pub series: Option<NewSeries>,
    /// In plain words; may be empty.
    pub description: String,
    /// The member who enters it; none for an import.
    pub created_by: Option<UserId>,
}

/// A place in a series.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSeries {
    /// As it is printed on books.
    pub title: String,
    /// 1 for the first volume; 1.5 stands between the first and the second.
    pub position: Option<f64>,
}

impl EditionInput {
    /// Reads the form. `genres` are the slugs that exist.
    ///
    /// # Errors
    /// `Invalid` with every field that needs changing.
    pub fn parse(&self, genres: &[String]) -> Result<NewEdition> {
        let mut errors = FieldErrors::new();
        let title = errors.take("title", BookTitle::parse(&self.title));
        let subtitle = errors.take("subtitle", Subtitle::parse(&self.subtitle));
        let authors = errors.take("authors", authors(&self.authors));
        let isbn = match self.isbn.trim() {
            "" => Some(None),
            text => errors.take("isbn", Isbn13::parse(text).map(Some)),
        };
        let publisher = errors.take("publisher", PublisherName::parse(&self.publisher));
        let year = errors.take("year", year(&self.year));
        let format = match self.format.as_str() {
            "" => Some(None),
            word => errors.take(
                "format",
                word.parse()
                    .map(Some)
                    .map_err(|_| "Choose a format from the list."),
            ),
        };
        if !self.language.is_empty() && language_name(&self.language).is_none() {
            errors.add("language", "Choose a language from the list.");
        }
        if !self.genre.is_empty() && !genres.contains(&self.genre) {
            errors.add("genre", "Choose a genre from the list.");
        }
        let series = errors.take("series", SeriesTitle::parse(&self.series));
        let position = errors.take("series_position", position(&self.series_position));
        if let (Some(series), Some(Some(_))) = (&series, position)
            && series.is_empty()
        {
            errors.add("series", "Enter the series that the number belongs to.");
        }
        let new = (|| {
            let series = series?;
            let position = position?;
            Some(NewEdition {
                title: title?.to_string(),
                subtitle: subtitle?.to_string(),
                authors: authors?,
                isbn: isbn?,
                publisher: publisher?.to_string(),
                year: year?,
                first_year: None,
                format: format?,
                language: self.language.clone(),
                genre: (!self.genre.is_empty()).then(|| self.genre.clone()),
                series: (!series.is_empty()).then_some(NewSeries {
                    title: series.to_string(),
                    position,
                }),
                description: String::new(),
                created_by: None,
            })
        })();
        errors.finish(new).map_err(Error::Invalid)
    }
}

/// Names separated by semicolons or line ends.
pub(crate) fn authors(typed: &str) -> Result<Vec<String>, FieldProblem> {
    let mut names: Vec<String> = Vec::new();
    for part in typed.split([';', '\n']) {
        let name = AuthorName::parse(part)?.to_string();
        if !name.is_empty()
            && !names
                .iter()
                .any(|known| match_key(known) == match_key(&name))
        {
            names.push(name);
        }
    }
    match names.len() {
        0 => Err("Enter the author. For a book without one, write “Anonymous”.".into()),
        1..=10 => Ok(names),
        _ => Err("Enter the first ten authors; the others can be left out.".into()),
    }
}

pub(crate) fn year(typed: &str) -> Result<Option<i32>, FieldProblem> {
    match typed.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(year @ 1000..=2100) => Ok(Some(year)),
            _ => Err("Enter the year of this edition with four digits, such as 1998.".into()),
        },
    }
}

pub(crate) fn position(typed: &str) -> Result<Option<f64>, FieldProblem> {
    match typed.trim() {
        "" => Ok(None),
        text => match text.replace(',', ".").parse::<f64>() {
            // First made what is kept, two places after the point, then looked at.
            Ok(number) if (0.0..10_000.0).contains(&rounded(number)) => Ok(Some(rounded(number))),
            _ => Err("Enter the number in the series, such as 2 or 2.5.".into()),
        },
    }
}

fn rounded(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
