//! What a page of many rows shows: each book once, and few of one reader.

use std::collections::{HashMap, HashSet};

use crate::ids::WorkId;

/// Books of one reader that stand in all rows together.
pub const OF_ONE_OWNER: usize = 2;

/// What stands on the page so far.
#[derive(Debug, Clone, Default)]
pub struct Variety {
    works: HashSet<WorkId>,
    owners: HashMap<String, usize>,
}

impl Variety {
    /// Takes a book of this owner onto the page. Says no, and takes nothing, when it stands there
    /// already or two of its owner's do. An owner whom nobody knows is no owner.
    pub fn takes(&mut self, work: WorkId, owner: &str) -> bool {
        let of_owner = self.owners.get(owner).copied().unwrap_or(0);
        if of_owner >= OF_ONE_OWNER || !self.works.insert(work) {
            return false;
        }
        if !owner.is_empty() {
            self.owners.insert(owner.to_owned(), of_owner + 1);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Variety;
    use crate::ids::WorkId;

    #[test]
    fn u11_a_page_has_each_book_once_and_two_of_an_owner() {
        let mut page = Variety::default();
        assert!(page.takes(WorkId(1), "ana"));
        assert!(!page.takes(WorkId(1), "ben"), "it stands there");
        assert!(page.takes(WorkId(2), "ana"));
        assert!(!page.takes(WorkId(3), "ana"), "two of hers do");
        assert!(
            page.takes(WorkId(3), "ben"),
            "what was refused is not taken"
        );
        for work in 4..9 {
            assert!(page.takes(WorkId(work), ""));
        }
    }
}
