//! Rounds on a real PostgreSQL.

mod limits;
mod lives;
mod races;
mod telling;

use dogear_domain::ids::{CopyId, RoundId, TradeId, UserId};
use dogear_domain::rounds::{AskState, RoundMode, RoundState};
use dogear_domain::trades::{Method, TradeState};
use jiff::SignedDuration;
use uuid::Uuid;

use super::*;
use crate::db::IdempotencyKey;
use crate::testing::TestSite;
use crate::trades::{self, Books, Proposal};
use crate::{Cx, Error};

/// A site with somebody who gives books away, and three who ask.
struct World {
    site: TestSite,
    owner: Cx,
    askers: Vec<Cx>,
}

impl World {
    async fn new() -> Self {
        let site = TestSite::new().await;
        let owner = site.member("giver").await;
        let mut askers = Vec::new();
        for name in ["askera", "askerb", "askerc"] {
            askers.push(site.member(name).await);
        }
        let world = Self {
            site,
            owner,
            askers,
        };
        world.age(8).await;
        world
    }

    /// Everybody has been here for so many days, and has completed a trade.
    async fn age(&self, days: i32) {
        sqlx::query(
            "update users set created_at = now() - make_interval(days => $1), trades_completed = 1",
        )
        .bind(days)
        .execute(&self.site.services.db)
        .await
        .unwrap();
    }

    async fn copy(&self, title: &str) -> CopyId {
        copy(&self.site, &self.owner, title).await
    }

    async fn open(&self, copy: CopyId, mode: RoundMode) -> RoundId {
        open(&self.owner, key(), copy, mode, "48")
            .await
            .unwrap()
            .round
    }

    /// A draw for which all three have asked.
    async fn asked(&self, title: &str) -> (CopyId, RoundId) {
        let copy = self.copy(title).await;
        let round = self.open(copy, RoundMode::Draw).await;
        for asker in &self.askers {
            assert!(!ask(asker, key(), round).await.unwrap());
        }
        (copy, round)
    }

    /// So many hours later, when the clock has looked.
    async fn hours(&self, hours: i64) {
        self.site.advance(SignedDuration::from_hours(hours));
        sweeps::sweep(&Cx::system(self.site.services.clone()))
            .await
            .unwrap();
    }

    async fn state(&self, round: RoundId) -> RoundState {
        sqlx::query_scalar("select state from give_rounds where id = $1")
            .bind(round)
            .fetch_one(&self.site.services.db)
            .await
            .unwrap()
    }

    /// Who is asked now.
    async fn offered(&self, round: RoundId) -> Option<&Cx> {
        let user: Option<UserId> =
            sqlx::query_scalar("select offered_to from give_rounds where id = $1")
                .bind(round)
                .fetch_one(&self.site.services.db)
                .await
                .unwrap();
        self.askers.iter().find(|cx| Some(id(cx)) == user)
    }

    async fn ask_state(&self, round: RoundId, cx: &Cx) -> Option<AskState> {
        sqlx::query_scalar("select state from give_asks where round_id = $1 and user_id = $2")
            .bind(round)
            .bind(id(cx))
            .fetch_optional(&self.site.services.db)
            .await
            .unwrap()
    }

    /// Whether something holds the copy, by trade and by round.
    async fn held(&self, copy: CopyId) -> (bool, bool) {
        let row: Option<(bool, bool)> = sqlx::query_as(
            "select trade_id is not null, round_id is not null from copy_holds where copy_id = $1",
        )
        .bind(copy)
        .fetch_optional(&self.site.services.db)
        .await
        .unwrap();
        row.unwrap_or_default()
    }

    /// Kinds of what the reader was told, once every job is done.
    async fn told(&self, cx: &Cx) -> Vec<String> {
        self.site.run_jobs().await;
        sqlx::query_scalar("select kind from notifications where user_id = $1 order by id")
            .bind(id(cx))
            .fetch_all(&self.site.services.db)
            .await
            .unwrap()
    }

    /// What lists of books say of the one book: how many copies can be had, and how.
    async fn listed(&self, copy: CopyId) -> (i32, Vec<String>) {
        sqlx::query_as(
            "select s.copies, s.offers from work_search s join copies c on c.work_id = s.work_id where c.id = $1",
        )
        .bind(copy)
        .fetch_one(&self.site.services.db)
        .await
        .unwrap()
    }

    async fn sound(&self) {
        self.site.run_jobs().await;
        let db = &self.site.services.db;
        let mut found = trades::invariants::violations(db).await.unwrap();
        found.extend(invariants::violations(db).await.unwrap());
        assert_eq!(found, Vec::<String>::new());
    }
}

fn id(cx: &Cx) -> UserId {
    cx.actor.as_ref().unwrap().id
}

#[allow(clippy::unnecessary_wraps)] // as it is asked for
fn key() -> Option<IdempotencyKey> {
    Some(IdempotencyKey(Uuid::new_v4()))
}

/// Another reader asks for the copy as a gift.
async fn propose(cx: &Cx, copy: CopyId) -> crate::Result<TradeId> {
    let proposal = Proposal {
        with: "giver".into(),
        books: Books {
            gives: vec![],
            gets: vec![copy],
            gift: true,
        },
        method: Method::Meet,
        message: dogear_domain::fields::Message::default(),
    };
    trades::propose(cx, key(), &proposal).await
}

/// A copy that is listed and given away, of a new work.
async fn copy(site: &TestSite, owner: &Cx, title: &str) -> CopyId {
    let db = &site.services.db;
    let work: i64 = sqlx::query_scalar(
        "insert into works (title, title_key, slug, author_line, author_key)
         values ($1, lower($1), 'slug', 'An Author', 'an author') returning id",
    )
    .bind(title)
    .fetch_one(db)
    .await
    .unwrap();
    let copy: CopyId = sqlx::query_scalar(
        "with e as (insert into editions (work_id) values ($1) returning id)
         insert into copies (edition_id, work_id, owner_id, grade, note, state, listed_at, offer_give)
         select e.id, $1, $2, 4, 'Mine.', 'listed', now(), true from e returning id",
    )
    .bind(work)
    .bind(id(owner))
    .fetch_one(db)
    .await
    .unwrap();
    sqlx::query("insert into copy_history (copy_id, to_user, kind) values ($1, $2, 'added')")
        .bind(copy)
        .bind(id(owner))
        .execute(db)
        .await
        .unwrap();
    copy
}

fn sentence<T: std::fmt::Debug>(refused: crate::Result<T>) -> String {
    match refused {
        Err(Error::Conflict(text) | Error::Forbidden(text)) => text,
        other => panic!("not refused in words: {other:?}"),
    }
}
