//! The workshop's `dumps`: files in Open Library's format of books that do not exist, the
//! same for the same seed. Twenty languages in their scripts, few authors who wrote much,
//! works in several editions, one in ten without an ISBN.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::json;

use super::scale::isbn13;
use super::scripts::{LANGUAGES, Language};
use super::words::{author, title, zipf};
use crate::{Error, Result};

/// The third and fourth field of every line.
const REVISION: &str = "1\t2026-01-01T00:00:00.000000";
const FORMATS: &[&str] = &[
    "Paperback",
    "Hardcover",
    "Mass Market Paperback",
    "Large Print",
    "",
];
const PUBLISHERS: usize = 4000;

/// The files that were written, authors first.
pub type Dumps = Vec<PathBuf>;

/// Writes `authors`, `works` and `editions` of `editions` editions into `folder`, gzipped.
///
/// # Errors
/// When the folder cannot be written.
pub fn generate(folder: &Path, editions: usize, seed: u64) -> Result<Dumps> {
    std::fs::create_dir_all(folder).map_err(Error::internal)?;
    let mut random = StdRng::seed_from_u64(seed);
    let works = (editions * 7 / 10).max(1);
    let authors = (editions / 4).max(10);
    let paths: Vec<PathBuf> = ["authors", "works", "editions"]
        .iter()
        .map(|kind| folder.join(format!("dump_{kind}_{editions}_{seed}.txt.gz")))
        .collect();
    write_authors(&paths[0], authors, &mut random).map_err(Error::internal)?;
    let languages = write_works(&paths[1], works, authors, &mut random).map_err(Error::internal)?;
    write_editions(&paths[2], editions, &languages, &mut random).map_err(Error::internal)?;
    Ok(paths)
}

fn create(path: &Path) -> std::io::Result<GzEncoder<BufWriter<File>>> {
    Ok(GzEncoder::new(
        BufWriter::new(File::create(path)?),
        Compression::fast(),
    ))
}

fn write_authors(path: &Path, authors: usize, random: &mut StdRng) -> std::io::Result<()> {
    let mut file = create(path)?;
    for n in 1..=authors {
        let language = language(random);
        // A number would tell homonyms apart better than real names do.
        let name = match language.script {
            Some(script) => format!(
                "{} {}",
                script.word(random, 400),
                script.word(random, 40_000)
            ),
            None => author(random),
        };
        let line = json!({"key": format!("/authors/OL{n}A"), "name": name});
        writeln!(file, "/type/author\t/authors/OL{n}A\t{REVISION}\t{line}")?;
    }
    file.finish()?.flush()
}

/// Gives the place of each work's language.
fn write_works(
    path: &Path,
    works: usize,
    authors: usize,
    random: &mut StdRng,
) -> std::io::Result<Vec<u8>> {
    const SUBJECTS: &[&str] = &[
        "Fiction",
        "History",
        "Science fiction",
        "Detective and mystery stories",
        "Biography",
        "Poetry",
        "Fantasy fiction",
        "Juvenile fiction",
        "Travel",
        "Philosophy",
        "Drama",
    ];
    let mut file = create(path)?;
    let mut languages = Vec::with_capacity(works);
    for n in 1..=works {
        let place = zipf(random, LANGUAGES.len());
        languages.push(place as u8);
        let writers: Vec<_> = (0..=usize::from(random.random_range(0..8) == 0))
            .map(|_| json!({"author": {"key": format!("/authors/OL{}A", zipf(random, authors) + 1)}}))
            .collect();
        let mut work = json!({
            "key": format!("/works/OL{n}W"),
            "title": title_in(&LANGUAGES[place], random),
            "authors": writers,
            "subjects": [SUBJECTS[zipf(random, SUBJECTS.len())]],
        });
        if random.random_range(0..4) == 0 {
            work["first_publish_date"] = json!((2024 - zipf(random, 300)).to_string());
        }
        if random.random_range(0..6) == 0 {
            work["subtitle"] = json!(title_in(&LANGUAGES[place], random));
        }
        writeln!(file, "/type/work\t/works/OL{n}W\t{REVISION}\t{work}")?;
    }
    file.finish()?.flush()?;
    Ok(languages)
}

fn write_editions(
    path: &Path,
    editions: usize,
    languages: &[u8],
    random: &mut StdRng,
) -> std::io::Result<()> {
    let mut file = create(path)?;
    for n in 1..=editions {
        // Each work has one edition; the rest go to works that are much printed.
        let work = if n <= languages.len() {
            n
        } else {
            zipf(random, languages.len()) + 1
        };
        let language = &LANGUAGES[usize::from(languages[work - 1])];
        let mut edition = json!({
            "key": format!("/books/OL{n}M"),
            "works": [{"key": format!("/works/OL{work}W")}],
            "title": title_in(language, random),
            "publishers": [format!("Demo Press {}", zipf(random, PUBLISHERS) + 1)],
            "publish_date": (2024 - zipf(random, 60)).to_string(),
            "number_of_pages": random.random_range(60..900),
            "physical_format": FORMATS[zipf(random, FORMATS.len())],
            "languages": [{"key": format!("/languages/{}", language.code)}],
        });
        if n % 10 != 0 {
            edition["isbn_13"] = json!([isbn13(n as u64)]);
        }
        writeln!(file, "/type/edition\t/books/OL{n}M\t{REVISION}\t{edition}")?;
    }
    file.finish()?.flush()
}

fn language(random: &mut StdRng) -> &'static Language {
    &LANGUAGES[zipf(random, LANGUAGES.len())]
}

fn title_in(language: &Language, random: &mut StdRng) -> String {
    match language.script {
        None => title(random),
        Some(script) => {
            let words: Vec<String> = (0..=random.random_range(0..4))
                .map(|_| script.word(random, 20_000))
                .collect();
            words.join(if script.spaced { " " } else { "" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_files() {
        let folder = tempfile::tempdir().unwrap();
        let read = |seed, name: &str| {
            let folder = folder.path().join(name);
            generate(&folder, 500, seed)
                .unwrap()
                .iter()
                .map(|path| std::fs::read(path).unwrap())
                .collect::<Vec<_>>()
        };
        let first = read(1, "a");
        assert_eq!(first, read(1, "b"));
        assert_ne!(first, read(2, "c"));
    }
}
