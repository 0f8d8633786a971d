//! How well search answers in the big catalogue. What is meant is known, since the questions
//! are made from works that are there: success@1 is the share of questions whose work stands
//! first, success@5 among the first five, MRR the mean of one over its place.

use std::collections::HashMap;

use dogear_domain::fields::title_key;
use dogear_server::Cx;
use dogear_server::search::{Browse, Found, Query};

use dogear::commands::Failure;

/// Questions of each kind.
const QUESTIONS: i64 = 100;

#[derive(sqlx::FromRow)]
struct Work {
    title: String,
    author_line: String,
    isbn13: Option<String>,
}

/// A kind of question, and how it is made; nothing for works it cannot be made from.
type Kind = (&'static str, fn(&Work) -> Option<String>);

const KINDS: [Kind; 6] = [
    ("exact title", |work| Some(work.title.clone())),
    ("folded title", |work| Some(title_key(&work.title))),
    ("title and author", |work| {
        let last = work.author_line.split_whitespace().next_back()?;
        Some(format!("{} {last}", title_key(&work.title)))
    }),
    ("first words", |work| {
        let key = title_key(&work.title);
        let (start, _) = key.rsplit_once(' ')?;
        (start.chars().count() > 8).then(|| start.to_owned())
    }),
    ("letters swapped", swapped),
    ("isbn", |work| work.isbn13.clone()),
];

/// The longest word of the title with two letters in its middle changing places.
fn swapped(work: &Work) -> Option<String> {
    let key = title_key(&work.title);
    let longest = key.split(' ').max_by_key(|word| word.len())?;
    if longest.len() < 7 || !longest.is_ascii() {
        return None;
    }
    let mut letters: Vec<char> = longest.chars().collect();
    letters.swap(3, 4);
    let slip: String = letters.into_iter().collect();
    (slip != longest).then(|| key.replacen(longest, &slip, 1))
}

/// Asks and prints a line for each kind.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn report(cx: &Cx) -> Result<(), Failure> {
    let works: Vec<Work> = sqlx::query_as(
        "select s.title, s.author_line, (select min(e.isbn13::text) from editions e where e.work_id = s.work_id) as isbn13
         from work_search s where s.work_id % 83 = 7 and s.author_line <> '' order by s.work_id limit $1",
    )
    .bind(QUESTIONS)
    .fetch_all(cx.db())
    .await?;
    // Titles are not unique: the author tells which one is meant as far as anything does.
    let mut same: HashMap<String, i64> = HashMap::new();
    for work in &works {
        let key = title_key(&work.title);
        let number: i64 =
            sqlx::query_scalar("select count(*) from work_search where title_key = $1")
                .bind(&key)
                .fetch_one(cx.db())
                .await?;
        same.insert(key, number);
    }
    println!(
        "{:<26} {:>8} {:>10} {:>10} {:>8}",
        "relevance", "asked", "success@1", "success@5", "MRR"
    );
    let browse = Browse::default();
    for (kind, make) in KINDS {
        let (mut asked, mut first, mut five, mut reciprocal) = (0.0, 0.0, 0.0, 0.0);
        for work in &works {
            // Of several books with one title none is meant more than the others.
            if same
                .get(&title_key(&work.title))
                .is_some_and(|number| *number > 1)
            {
                continue;
            }
            let Some(question) = make(work) else { continue };
            asked += 1.0;
            let query = Query {
                q: question,
                all: true,
                page: 1,
                ..Query::default()
            };
            let place = match browse.find(cx, query).await? {
                Found::Book(..) => Some(0),
                Found::Listing(listing) => listing.works.iter().position(|line| {
                    line.title == work.title && line.author_line == work.author_line
                }),
                Found::TooDeep => None,
            };
            if let Some(place) = place {
                first += f64::from(u8::from(place == 0));
                five += f64::from(u8::from(place < 5));
                reciprocal += 1.0 / (place + 1) as f64;
            }
        }
        println!(
            "{kind:<26} {asked:>8} {:>10.3} {:>10.3} {:>8.3}",
            first / asked,
            five / asked,
            reciprocal / asked
        );
    }
    Ok(())
}
