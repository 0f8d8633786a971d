//! Forgives typing errors: words nobody used are replaced by the nearest used ones.

use dogear_domain::fields::title_key;
use sqlx::PgPool;
use strsim::osa_distance;

use super::repo::{self, words::Near};
use crate::Result;

/// What was typed with misspelt words replaced; `None` when there is nothing to replace.
///
/// # Errors
/// When the database does not answer in time.
pub(crate) async fn correct(db: &PgPool, q: &str) -> Result<Option<String>> {
    replaced(db, q, nearest).await
}

/// What was typed with the nearest other words that are used, though its own are used too: a book
/// that somebody entered with a typing error has the words of that error. `None` when there are
/// no others.
///
/// # Errors
/// As [`correct`].
pub(crate) async fn alike(db: &PgPool, q: &str) -> Result<Option<String>> {
    replaced(db, q, nearest_other).await
}

async fn replaced(
    db: &PgPool,
    q: &str,
    nearest: impl for<'a> Fn(&str, &'a [Near]) -> Option<&'a str>,
) -> Result<Option<String>> {
    let tokens: Vec<(&str, String)> = q
        .split_whitespace()
        .take(12)
        .map(|token| (token, title_key(token)))
        .collect();
    let words: Vec<String> = tokens
        .iter()
        .map(|(_, key)| key)
        .filter(|key| (4..=40).contains(&key.chars().count()) && !key.contains(' '))
        .cloned()
        .collect();
    if words.is_empty() {
        return Ok(None);
    }
    let known = repo::words::neighbours(db, &words).await?;
    let mut changed = false;
    let corrected: Vec<String> = tokens
        .iter()
        .map(|(token, key)| match nearest(key, &known) {
            Some(word) => {
                changed = true;
                word.to_owned()
            }
            None => (*token).to_owned(),
        })
        .collect();
    Ok(changed.then(|| corrected.join(" ")))
}

/// The nearest used word, or `None` when `word` is itself used or nothing is near.
fn nearest<'a>(word: &str, known: &'a [Near]) -> Option<&'a str> {
    if known
        .iter()
        .any(|near| near.asked == word && near.word == word)
    {
        return None;
    }
    nearest_other(word, known)
}

/// The nearest used word that is another one.
fn nearest_other<'a>(word: &str, known: &'a [Near]) -> Option<&'a str> {
    let length = word.chars().count();
    let most = match length {
        0..=3 => return None,
        4..=5 => 1,
        6..=8 => 2,
        _ => 3,
    };
    let mut best: Option<(usize, &str)> = None;
    for near in known.iter().filter(|near| near.asked == word) {
        // Letters to insert, drop, replace or swap with their neighbour.
        let distance = osa_distance(word, &near.word);
        if (1..=most).contains(&distance) && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, &near.word));
        }
    }
    best.map(|(_, near)| near)
}

#[cfg(test)]
mod tests {
    use super::{Near, nearest, osa_distance};

    #[test]
    fn distance_counts_slips_of_the_hand() {
        assert_eq!(osa_distance("emma", "emma"), 0);
        assert_eq!(osa_distance("emam", "emma"), 1);
        assert_eq!(osa_distance("middelmarch", "middlemarch"), 1);
        assert_eq!(osa_distance("dostoyevsky", "dostoevsky"), 1);
        assert_eq!(osa_distance("", "abc"), 3);
    }

    #[test]
    fn a_used_word_is_left_alone() {
        let known = |near: &str| {
            vec![Near {
                asked: "emna".to_owned(),
                word: near.to_owned(),
            }]
        };
        assert_eq!(nearest("emna", &known("emma")), Some("emma"));
        assert_eq!(nearest("emna", &known("emna")), None);
        assert_eq!(nearest("emna", &known("enemy")), None);
    }
}
