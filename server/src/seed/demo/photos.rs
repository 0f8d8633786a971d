//! Photos on some of the listed copies, taken the way readers send theirs.

use std::collections::HashMap;
use std::sync::Arc;

use dogear_domain::ids::{CopyId, UserId};
use futures::{StreamExt, TryStreamExt};

use super::picture;
use super::readers::Reader;
use crate::copies::add_photos;
use crate::{Error, Result, Services};

/// Copies with a photo.
const COPIES: i64 = 20;
/// One of them in this many has a second photo.
const SECOND_EVERY: u32 = 4;

/// Adds the photos, and gives their number. The copies look as untouched afterwards.
pub(super) async fn load(services: &Arc<Services>, readers: &[Reader]) -> Result<usize> {
    let owners: HashMap<UserId, &Reader> =
        readers.iter().map(|reader| (reader.id, reader)).collect();
    // The first readers' newest listings, and the newest of everybody.
    let copies: Vec<(CopyId, UserId, String, String)> = sqlx::query_as(
        "select c.id, c.owner_id, w.title, w.author_line
         from copies c join works w on w.id = c.work_id
         where is_listed(c)
         order by row_number() over (partition by c.owner_id order by c.listed_at desc)
             - case when c.owner_id in ($1, $2) then 4 else 0 end, c.listed_at desc
         limit $3",
    )
    .bind(readers.first().map(|reader| reader.id))
    .bind(readers.get(1).map(|reader| reader.id))
    .bind(COPIES)
    .fetch_all(&services.db)
    .await?;
    let added: Vec<usize> = futures::stream::iter(copies.iter().zip(0_u32..))
        .map(|((copy, owner, title, author), number)| {
            let owner = owners.get(owner).copied();
            async move {
                let owner = owner.ok_or_else(|| Error::internal("a copy of nobody"))?;
                let files = take(title.clone(), author.clone(), number).await?;
                add_photos(&owner.cx(services), None, *copy, files)
                    .await
                    .map(|photos| photos.added)
            }
        })
        .buffered(2)
        .try_collect()
        .await?;
    let copies: Vec<CopyId> = copies.into_iter().map(|(copy, ..)| copy).collect();
    sqlx::query("update copies set updated_at = created_at where id = any ($1)")
        .bind(&copies)
        .execute(&services.db)
        .await?;
    sqlx::query(
        "update copy_photos p set created_at = c.created_at from copies c
         where c.id = p.copy_id and c.id = any ($1)",
    )
    .bind(&copies)
    .execute(&services.db)
    .await?;
    Ok(added.into_iter().sum())
}

async fn take(title: String, author: String, number: u32) -> Result<Vec<(String, Vec<u8>)>> {
    tokio::task::spawn_blocking(move || {
        let shots: &[u32] = if number.is_multiple_of(SECOND_EVERY) {
            &[0, 1]
        } else {
            &[0]
        };
        shots
            .iter()
            .map(|shot| {
                let bytes = picture::photo(&title, &author, number * 2 + shot)?;
                Ok((format!("{number}-{shot}.jpg"), bytes))
            })
            .collect()
    })
    .await
    .map_err(Error::internal)?
}
