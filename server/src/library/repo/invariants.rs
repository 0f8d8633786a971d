//! What is true of the library at every moment, as SQL that finds the exceptions.

/// Name and query of each invariant. Each query finds no row on a sound site.
pub(crate) const INVARIANTS: &[(&str, &str)] = &[
    (
        "where a book stands follows from its readings",
        "select user_id || ':' || work_id from reader_books b
         where b.status is distinct from reading_status(b.user_id, b.work_id, b.wanted_at)",
    ),
    (
        "how often a book was read is how many readings of it are finished",
        "select user_id || ':' || work_id from reader_books b
         where b.times_read <> (select count(*) from readings r
           where r.user_id = b.user_id and r.work_id = b.work_id and r.ending = 'finished')",
    ),
    (
        "each reading has its entry",
        "select r.id::text from readings r where not exists (
           select from reader_books b where b.user_id = r.user_id and b.work_id = r.work_id)",
    ),
    (
        "the sums of a book are those of the ratings that count",
        "select work_id::text from drifted_ratings",
    ),
];
