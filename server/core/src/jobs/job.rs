//! What a job is, and which kinds of jobs the site knows.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::PgConnection;

use super::outbox::Claim;
use super::schedule::Schedule;
use crate::{Cx, Error, Result};

/// Something to do after the commit. Its fields are stored as JSON until it is done: rows
/// written by the version before must be read, so fields are added with a default and never
/// renamed. A feature defines its jobs and pushes them; `runtime.rs` registers them.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stored: never changed while rows may be open.
    const KIND: &'static str;
    /// After so many failures it is dead and waits for a moderator.
    const MAX_ATTEMPTS: i32 = 12;
    /// Why no moderator may give it up, as a sentence for them, when that is so.
    const OWED: Option<&'static str> = None;
    /// How many of these a worker does side by side, in places of their own. That is for jobs
    /// which wait for somebody else's server: when it hangs, they hold up each other and nothing
    /// else. The others share the places of the worker.
    const PLACES: Option<usize> = None;

    /// What a worker keeps from one job of this kind to the next.
    type Kept: Default + Send + Sync + 'static;

    /// Does the job and closes its row. An effect in the database shares its transaction with
    /// [`Claim::finish`]; one outside keeps a state of its own, because a job may run again
    /// after a crash.
    fn run(
        self,
        cx: &Cx,
        kept: &Self::Kept,
        claim: &Claim,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Notes, in the transaction that does it, that the job has failed for the last time or
    /// was given up.
    fn on_dead(
        self,
        _conn: &mut PgConnection,
        _reason: &str,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Makes a job that was dead or given up possible again, in the transaction that revives
    /// it; an error refuses it.
    fn on_revival(self, _conn: &mut PgConnection) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }
}

/// The kinds of jobs that the site knows, and what it does by the clock.
#[derive(Clone, Default)]
pub struct Jobs {
    kinds: HashMap<&'static str, Arc<dyn Kind>>,
    schedules: Vec<Schedule>,
}

impl Jobs {
    /// Adds a kind.
    #[must_use]
    pub fn register<J: Job>(mut self) -> Self {
        let kind = Registered::<J> {
            kept: J::Kept::default(),
            job: PhantomData,
        };
        self.kinds.insert(J::KIND, Arc::new(kind));
        self
    }

    /// Adds what is done by the clock.
    #[must_use]
    pub fn by_the_clock(mut self, schedules: Vec<Schedule>) -> Self {
        self.schedules.extend(schedules);
        self
    }

    pub(super) fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }

    /// Whether a moderator may give up jobs of this kind.
    pub fn can_be_discarded(&self, kind: &str) -> bool {
        self.owed(kind).is_none()
    }

    pub(super) fn owed(&self, kind: &str) -> Option<&'static str> {
        self.kinds.get(kind)?.owed()
    }

    /// The lanes of a worker with so many shared places.
    pub(super) fn lanes(&self, shared: usize) -> Vec<Lane> {
        let mut lanes = vec![Lane {
            kind: None,
            others: Vec::new(),
            places: shared.max(1),
        }];
        for (&kind, places) in self
            .kinds
            .iter()
            .filter_map(|(kind, job)| Some((kind, job.places()?)))
        {
            lanes[0].others.push(kind);
            lanes.push(Lane {
                kind: Some(kind),
                others: Vec::new(),
                places,
            });
        }
        lanes
    }

    pub(super) async fn run(&self, cx: &Cx, claim: &Claim) -> Result<()> {
        let kind = self.kinds.get(claim.kind.as_str()).ok_or_else(|| {
            Error::internal(format!("nobody can do jobs of the kind {}", claim.kind))
        })?;
        kind.run(cx, claim).await
    }

    pub(super) async fn on_dead(
        &self,
        kind: &str,
        payload: Value,
        conn: &mut PgConnection,
        reason: &str,
    ) -> Result<()> {
        match self.kinds.get(kind) {
            Some(kind) => kind.on_dead(payload, conn, reason).await,
            None => Ok(()),
        }
    }

    pub(super) async fn on_revival(
        &self,
        kind: &str,
        payload: Value,
        conn: &mut PgConnection,
    ) -> Result<()> {
        match self.kinds.get(kind) {
            Some(kind) => kind.on_revival(payload, conn).await,
            None => Ok(()),
        }
    }
}

/// Jobs that share places, and a list in Redis.
#[derive(Debug, Clone)]
pub(super) struct Lane {
    /// The only kind in it; none for the lane of all that have no places of their own.
    pub kind: Option<&'static str>,
    /// The kinds with lanes of their own, when this is the others' lane.
    pub others: Vec<&'static str>,
    /// So many at a time.
    pub places: usize,
}

impl Lane {
    /// Every kind of job.
    pub(super) const ALL: Self = Self {
        kind: None,
        others: Vec::new(),
        places: 1,
    };

    /// The list that wakes its workers.
    pub(super) fn list(&self) -> String {
        match self.kind {
            Some(kind) => format!("jobs:due:{kind}"),
            None => "jobs:due".into(),
        }
    }

    /// For statements.
    pub(super) fn others(&self) -> Vec<String> {
        self.others.iter().map(|&kind| kind.to_owned()).collect()
    }
}

/// A [`Job`] whose type only its payload knows.
trait Kind: Send + Sync {
    fn owed(&self) -> Option<&'static str>;

    fn places(&self) -> Option<usize>;

    fn run<'a>(&'a self, cx: &'a Cx, claim: &'a Claim) -> BoxFuture<'a, Result<()>>;

    fn on_dead<'a>(
        &'a self,
        payload: Value,
        conn: &'a mut PgConnection,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<()>>;

    fn on_revival<'a>(
        &'a self,
        payload: Value,
        conn: &'a mut PgConnection,
    ) -> BoxFuture<'a, Result<()>>;
}

struct Registered<J: Job> {
    kept: J::Kept,
    job: PhantomData<fn() -> J>,
}

impl<J: Job> Kind for Registered<J> {
    fn owed(&self) -> Option<&'static str> {
        J::OWED
    }

    fn places(&self) -> Option<usize> {
        J::PLACES
    }

    fn run<'a>(&'a self, cx: &'a Cx, claim: &'a Claim) -> BoxFuture<'a, Result<()>> {
        async move {
            let job: J = serde_json::from_value(claim.payload.clone())?;
            job.run(cx, &self.kept, claim).await
        }
        .boxed()
    }

    fn on_dead<'a>(
        &'a self,
        payload: Value,
        conn: &'a mut PgConnection,
        reason: &'a str,
    ) -> BoxFuture<'a, Result<()>> {
        async move {
            match serde_json::from_value::<J>(payload) {
                Ok(job) => job.on_dead(conn, reason).await,
                // Then it never did anything that could be noted.
                Err(_) => Ok(()),
            }
        }
        .boxed()
    }

    fn on_revival<'a>(
        &'a self,
        payload: Value,
        conn: &'a mut PgConnection,
    ) -> BoxFuture<'a, Result<()>> {
        async move {
            match serde_json::from_value::<J>(payload) {
                Ok(job) => job.on_revival(conn).await,
                Err(_) => Ok(()),
            }
        }
        .boxed()
    }
}
