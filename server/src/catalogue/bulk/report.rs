//! What was read, what was done with it, and how much could not be used.

use std::collections::BTreeMap;

use dogear_catalogue_formats::Reason;
use serde::{Deserialize, Serialize};

/// The sums of an import, kept with it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// Lines or records looked at.
    pub read: u64,
    /// Records of authors.
    pub authors: u64,
    /// Records of works.
    pub works: u64,
    /// Records of editions.
    pub editions: u64,
    /// Records that only point to another.
    pub redirects: u64,
    /// Records of kinds the catalogue has no use for.
    pub ignored: u64,
    /// Records that could not be used, by what is wrong with them.
    pub rejected: BTreeMap<Reason, u64>,
    /// Authors that were made.
    pub new_authors: u64,
    /// Works that were made.
    pub new_works: u64,
    /// Works that were known by their key, or by title and author.
    pub known_works: u64,
    /// Editions that were made.
    pub new_editions: u64,
    /// Editions that were known by key, ISBN or description, or stood in the files twice.
    pub known_editions: u64,
    /// Editions that were taken without their ISBN, which is damaged.
    pub damaged_isbns: u64,
    /// Editions that were taken without a part of their record, which cannot be decoded.
    pub lost_texts: u64,
    /// Editions whose work is in none of the files.
    pub without_work: u64,
}

impl Counts {
    /// Adds what a part of a file gave.
    pub fn add(&mut self, part: &Self) {
        self.read += part.read;
        self.authors += part.authors;
        self.works += part.works;
        self.editions += part.editions;
        self.redirects += part.redirects;
        self.ignored += part.ignored;
        self.damaged_isbns += part.damaged_isbns;
        self.lost_texts += part.lost_texts;
        for (reason, number) in &part.rejected {
            *self.rejected.entry(*reason).or_default() += number;
        }
    }

    /// Records that were passed over for a fault.
    pub fn faults(&self) -> u64 {
        self.rejected.values().sum()
    }
}
