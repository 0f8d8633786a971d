//! Words that stand in so many titles that they tell nothing.

/// Articles, conjunctions, prepositions and the like, folded, in the languages of most titles.
const COMMON: &[&str] = &[
    // English
    "a", "an", "and", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with",
    // French
    "au", "aux", "de", "des", "du", "en", "et", "la", "le", "les", "sur", "un", "une",
    // German
    "am", "das", "dem", "den", "der", "die", "ein", "eine", "im", "und", "von", "zu",
    // Spanish, Portuguese, Italian
    "con", "da", "del", "della", "di", "do", "dos", "e", "el", "il", "las", "lo", "los", "o", "por",
    "y", // Dutch, Scandinavian
    "een", "het", "och", "og", "van",
];

/// Whether a folded word is one of the commonest in titles: it narrows nothing down, and to
/// look it up takes longest of all.
#[must_use]
pub fn is_common(word: &str) -> bool {
    COMMON.contains(&word)
}
