//! The tables of imports in bulk, and what an import writes into the catalogue. Checked against
//! the schema when they are compiled, but for what reads temporary tables.

pub(super) mod authors;
pub(super) mod editions;
pub(super) mod imports;
pub(super) mod works;
