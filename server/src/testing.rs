//! A whole site for one test: the services of [`dogear_core::testing`] with every job and hook,
//! and a development mailbox of its own.
//!
//! Reads `DATABASE_URL` (a role that may create databases) and `REDIS_URL`.

pub mod payments;
pub mod photos;
pub mod races;
pub mod seats;
pub mod statements;

use std::fmt::Debug;
use std::ops::Deref;
use std::str::FromStr;

use dogear_core::testing::TestServices;

use crate::mail::dev_mailbox::DevMailbox;
use crate::{Cx, Settings, runtime};

/// What somebody has typed, as its field reads it.
///
/// # Panics
/// When the field would not take it.
pub fn said<T: FromStr<Err: Debug>>(typed: &str) -> T {
    typed.parse().expect("the field takes it")
}

/// See the module. Everything it made is gone when it is dropped.
pub struct TestSite {
    base: TestServices,
    /// What the site has mailed.
    pub dev_mailbox: DevMailbox,
}

impl Deref for TestSite {
    type Target = TestServices;

    fn deref(&self) -> &TestServices {
        &self.base
    }
}

impl TestSite {
    /// An empty, migrated site.
    ///
    /// # Panics
    /// Says what is missing when `DATABASE_URL` or `REDIS_URL` is absent or does not answer.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// As [`TestSite::new`], with changed settings.
    ///
    /// # Panics
    /// As [`TestSite::new`].
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let dev_mailbox = DevMailbox::start(usize::MAX)
            .await
            .expect("a loopback port is free");
        let base = TestServices::with(runtime::jobs(), runtime::hooks(), |settings| {
            settings.smtp.url = dev_mailbox.smtp_url();
            change(settings);
        });
        let base = base.await;
        // Hosts publish at once, but in tests of what a new one has to wait for.
        sqlx::query(
            "insert into settings (key, value) values ('events', '{\"first_events_wait\": false}')",
        )
        .execute(&base.services.db)
        .await
        .expect("PostgreSQL answers");
        Self { base, dev_mailbox }
    }

    /// Has first events wait, as on a site where no admin has chosen.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn first_events_wait(&self) {
        sqlx::query("delete from settings where key = 'events'")
            .execute(&self.services.db)
            .await
            .expect("PostgreSQL answers");
    }

    /// As if the moment had passed that mails of decisions wait.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn mails_are_due(&self) {
        sqlx::query(
            "update outbox set run_at = now() where kind = 'send_mail' and state = 'ready'",
        )
        .execute(&self.services.db)
        .await
        .expect("PostgreSQL answers");
    }

    /// Works off all jobs, mails that wait for a moment too; gives the subjects of all mails that
    /// have come in by then, in order.
    ///
    /// # Panics
    /// As [`TestServices::run_jobs`].
    pub async fn mailed_subjects(&self) -> Vec<String> {
        self.run_jobs().await;
        self.mails_are_due().await;
        self.run_jobs().await;
        let messages = self.dev_mailbox.messages().into_iter();
        let mut subjects: Vec<String> = messages.map(|mail| mail.subject).collect();
        subjects.sort();
        subjects
    }
}

/// How many copies a reader has, but for deleted ones.
///
/// # Panics
/// When the database does not answer, or nobody is signed in.
pub async fn copies_of(cx: &Cx) -> i64 {
    sqlx::query_scalar("select count(*) from copies where owner_id = $1 and state <> 'deleted'")
        .bind(cx.reader().expect("signed in").id)
        .fetch_one(cx.db())
        .await
        .expect("PostgreSQL answers")
}
