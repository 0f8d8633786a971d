//! How well search answers: questions with the one work that is meant, against the demo
//! catalogue. success@1: it stands first; success@5: among the first five; MRR: the mean of
//! one over its place, none beyond the first page.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::library::{load, work};
use crate::search::{Browse, Found, Query};
use crate::testing::TestSite;

const QUESTIONS: &[u8] = include_bytes!("relevance.csv");
/// What must be reached over all questions.
const LEAST: [f64; 3] = [0.95, 0.98, 0.96];

#[derive(Deserialize)]
struct Question {
    kind: String,
    query: String,
    /// The title of the work that is meant.
    wanted: String,
}

#[derive(Default)]
struct Score {
    asked: f64,
    first: f64,
    five: f64,
    reciprocal: f64,
}

impl Score {
    fn add(&mut self, place: Option<usize>) {
        self.asked += 1.0;
        if let Some(place) = place {
            self.first += f64::from(place == 1);
            self.five += f64::from(place <= 5);
            self.reciprocal += 1.0 / place as f64;
        }
    }

    /// success@1, success@5, MRR.
    fn shares(&self) -> [f64; 3] {
        [self.first, self.five, self.reciprocal].map(|sum| sum / self.asked)
    }
}

#[tokio::test]
async fn the_work_that_is_meant_stands_first() {
    let site = TestSite::new().await;
    load(&site).await;
    let cx = site.visitor();
    let browse = Browse::default();
    let (mut all, mut kinds) = (Score::default(), BTreeMap::<String, Score>::new());
    let mut missed = Vec::new();
    for question in csv::Reader::from_reader(QUESTIONS).deserialize() {
        let question: Question = question.unwrap();
        let wanted = work(&site, &question.wanted).await;
        let query = Query {
            q: question.query.clone(),
            all: true,
            page: 1,
            ..Query::default()
        };
        let place = match browse.find(&cx, query).await.unwrap() {
            Found::Book(found, _) => (found == wanted).then_some(1),
            Found::Listing(listing) => listing
                .works
                .iter()
                .position(|line| line.id == wanted)
                .map(|at| at + 1),
            Found::TooDeep => None,
        };
        if place != Some(1) {
            missed.push(format!("{}: {} ({place:?})", question.kind, question.query));
        }
        all.add(place);
        kinds.entry(question.kind).or_default().add(place);
    }
    println!(
        "{:<18} {:>5} {:>9} {:>9} {:>6}",
        "kind", "asked", "success@1", "success@5", "MRR"
    );
    for (kind, score) in kinds
        .iter()
        .map(|(kind, score)| (kind.as_str(), score))
        .chain([("all", &all)])
    {
        let [first, five, mrr] = score.shares();
        println!(
            "{kind:<18} {:>5} {first:>9.3} {five:>9.3} {mrr:>6.3}",
            score.asked
        );
    }
    println!("not first: {missed:#?}");
    for (reached, least) in all.shares().into_iter().zip(LEAST) {
        assert!(
            reached >= least,
            "{reached} is less than {least}: {missed:#?}"
        );
    }
}
