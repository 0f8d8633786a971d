//! The words that titles and names have.

use sqlx::PgPool;

use crate::Result;

/// A used word that is near an asked one.
pub(in crate::search) struct Near {
    pub asked: String,
    pub word: String,
}

/// Used words near each asked one: by trigrams, and for short words, which share
/// few trigrams with anything, by their first letter and length.
pub(in crate::search) async fn neighbours(db: &PgPool, words: &[String]) -> Result<Vec<Near>> {
    Ok(sqlx::query_as!(
        Near,
        r#"select asked.word as "asked!", near.word as "word!"
         from unnest($1::text[]) as asked (word)
         cross join lateral (
             (select w.word, similarity(w.word, asked.word) as alike from search_words w
              where w.word % asked.word order by 2 desc limit 40)
             union all
             (select w.word, 0 from search_words w
              where char_length(asked.word) <= 6
                  and w.word >= left(asked.word, 1) and w.word < left(asked.word, 1) || U&'\+10FFFF'
                  and char_length(w.word) between char_length(asked.word) - 1 and char_length(asked.word) + 1
              limit 2000)
         ) near
         order by near.alike desc, near.word"#,
        words
    )
    .fetch_all(db)
    .await?)
}
