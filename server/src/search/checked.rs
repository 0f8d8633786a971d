//! The questions of programs: they are told what cannot be asked, where a page passes over it.

use dogear_domain::edition::language_name;
use dogear_domain::fields::FieldErrors;
use dogear_domain::whereabouts::CIRCLES;

use super::query::{LONGEST, LONGEST_PLACE, MOST_CHOICES, Query, YEARS, clean, is_slug};
use crate::{Error, Result};

impl Query {
    /// The same question, when all of it can be asked.
    ///
    /// # Errors
    /// `Invalid` with everything that [`Query::from_pairs`] would pass over or cut, by the names
    /// in addresses.
    pub fn checked(self) -> Result<Self> {
        let mut errors = FieldErrors::new();
        if self.q.chars().count() > LONGEST {
            errors.add("q", format!("Ask with at most {LONGEST} characters."));
        }
        if self.near.chars().count() > LONGEST_PLACE {
            let words = format!("Name a place with at most {LONGEST_PLACE} characters.");
            errors.add("near", words);
        }
        if !self.genres.iter().all(|slug| is_slug(slug)) {
            errors.add("genre", "Name a genre by its slug, such as novels.");
        }
        let known = |code: &String| language_name(code).is_some();
        if !self.languages.iter().all(known) {
            let words = "Name a language by its code of ISO 639-1, such as fr.";
            errors.add("language", words);
        }
        for (name, choices) in [
            ("genre", self.genres.len()),
            ("language", self.languages.len()),
            ("format", self.formats.len()),
            ("offer", self.offers.len()),
        ] {
            if choices > MOST_CHOICES {
                errors.add(name, format!("Name at most {MOST_CHOICES}."));
            }
        }
        if self.most.is_some_and(|most| most.minor < 0) {
            errors.add("most", "Nothing costs less than nothing.");
        }
        match self.within {
            Some(km) if !CIRCLES.contains(&km) => {
                errors.add("within", "Choose 10, 25, 50, 100 or 250 kilometres.");
            }
            Some(_) if self.near.trim().is_empty() => {
                errors.add("within", "Say in `near` what is in the middle.");
            }
            _ => {}
        }
        for (name, year) in [("from", self.from), ("to", self.to)] {
            if year.is_some_and(|year| !YEARS.contains(&year)) {
                let words = format!("Choose a year from {} to {}.", YEARS.start(), YEARS.end());
                errors.add(name, words);
            }
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            errors.add("to", "Choose a year that is not before `from`.");
        }
        errors.finish(Some(())).map_err(Error::Invalid)?;
        Ok(Self {
            q: clean(&self.q, LONGEST),
            near: clean(&self.near, LONGEST_PLACE),
            ..self
        })
    }
}
