//! Plays the trades, through the same services that readers use.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use dogear_domain::fields::{FieldProblem, Message};
use dogear_domain::ids::{CopyId, LegId, TradeId, UserId};
use dogear_domain::trades::{Method, ProblemReason, ProposalVersion};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom, SliceRandom};
use sqlx::PgPool;

use super::copies::Copy;
use super::files::Letter;
use super::past::Past;
use super::readers::Reader;
use super::scripts::{Cast, NAMED_ONLY, Side, Step, TRADES};
use crate::moderation::disputes::{self, Resolution};
use crate::trades::{self, Books, Proposal, Shipment};
use crate::version::Version;
use crate::{Cx, Error, Result};

/// Whoever is not cast by name offers at least this many books before a trade.
const ENOUGH: usize = 6;

/// A trade with its players and books.
#[derive(Debug, Clone)]
pub(super) struct Play {
    pub cast: Cast,
    pub begins: Timestamp,
    pub asker: Reader,
    pub asked: Reader,
    gives: Vec<CopyId>,
    gets: Vec<CopyId>,
    /// For counter-proposals: one more book of the asker and one of the asked.
    spare: Vec<CopyId>,
    /// Once it was proposed.
    pub trade: Option<TradeId>,
}

/// Chooses players and books for every trade.
///
/// # Errors
/// When the shelves are too empty, or the database refuses.
pub(super) async fn cast(
    db: &PgPool,
    random: &mut StdRng,
    readers: &[Reader],
    copies: &[Copy],
    now: Timestamp,
) -> Result<Vec<Play>> {
    let mut casting = Casting {
        readers,
        copies,
        taken: HashSet::new(),
        queue: Vec::new(),
    };
    let mut plays: Vec<Play> = Vec::with_capacity(TRADES.len());
    for cast in TRADES {
        let minutes = cast.hours_ago * 60 + random.random_range(0..50);
        let begins = now - SignedDuration::from_mins(minutes);
        let asker = casting.player(random, cast.asker, None)?;
        let (asked, gets) = if let Some(rival) = plays.last().filter(|_| cast.rival) {
            (rival.asked.clone(), rival.gets.clone())
        } else {
            let asked = casting.player(random, cast.asked, Some(asker.id))?;
            let gets = casting.books(db, random, &asked, cast.gets, begins).await?;
            (asked, gets)
        };
        let gives = casting
            .books(db, random, &asker, cast.gives, begins)
            .await?;
        let counters = cast
            .script
            .iter()
            .any(|(_, step)| matches!(step, Step::Counter(_)));
        let spare = if counters {
            let of_asker = casting.books(db, random, &asker, 1, begins).await?;
            let of_asked = casting.books(db, random, &asked, 1, begins).await?;
            [of_asker, of_asked].concat()
        } else {
            Vec::new()
        };
        plays.push(Play {
            cast: *cast,
            begins,
            asker,
            asked,
            gives,
            gets,
            spare,
            trade: None,
        });
    }
    Ok(plays)
}

/// Who and what is still free.
struct Casting<'a> {
    readers: &'a [Reader],
    copies: &'a [Copy],
    taken: HashSet<CopyId>,
    queue: Vec<Reader>,
}

impl Casting<'_> {
    /// The reader of this name, or whoever is next in a shuffled round of all others.
    fn player(
        &mut self,
        random: &mut StdRng,
        handle: Option<&str>,
        not: Option<UserId>,
    ) -> Result<Reader> {
        if let Some(handle) = handle {
            return self
                .readers
                .iter()
                .find(|reader| reader.is.handle == handle)
                .cloned()
                .ok_or_else(|| Error::internal(format!("nobody is called {handle}")));
        }
        // A second round begins when the first is over; a third would find nobody either.
        for _ in 0..2 {
            while let Some(next) = self.queue.pop() {
                if Some(next.id) != not && self.free(next.id).count() >= ENOUGH {
                    return Ok(next);
                }
            }
            let extras = |reader: &&Reader| !NAMED_ONLY.contains(&reader.is.handle.as_str());
            self.queue = self.readers.iter().filter(extras).cloned().collect();
            self.queue.shuffle(random);
        }
        Err(Error::internal("the shelves are too empty to trade"))
    }

    /// What a reader offers that is in no trade yet.
    fn free(&self, owner: UserId) -> impl Iterator<Item = &Copy> {
        self.copies.iter().filter(move |copy| {
            copy.owner == owner && copy.listed_at.is_some() && !self.taken.contains(&copy.id)
        })
    }

    /// Books of a reader that were listed when the trade begins; one that was not is
    /// listed earlier now.
    async fn books(
        &mut self,
        db: &PgPool,
        random: &mut StdRng,
        owner: &Reader,
        number: usize,
        begins: Timestamp,
    ) -> Result<Vec<CopyId>> {
        let listed = begins - SignedDuration::from_hours(5);
        let mut books = Vec::with_capacity(number);
        while books.len() < number {
            let free: Vec<&Copy> = self.free(owner.id).collect();
            let old: Vec<&Copy> = free
                .iter()
                .copied()
                .filter(|copy| copy.listed_at.is_some_and(|at| at <= listed))
                .collect();
            let book = if let Some(book) = old.choose(random) {
                book.id
            } else {
                let book = free.choose(random).ok_or_else(|| {
                    Error::internal(format!("{} has no book left to trade", owner.is.handle))
                })?;
                list_earlier(db, book.id, listed).await?;
                book.id
            };
            self.taken.insert(book);
            books.push(book);
        }
        Ok(books)
    }
}

async fn list_earlier(db: &PgPool, copy: CopyId, at: Timestamp) -> Result<()> {
    sqlx::query(
        "with moved as (
             update copies set listed_at = $2, created_at = $2, updated_at = $2 where id = $1 returning id
         )
         update copy_history set at = $2 where copy_id = (select id from moved)",
    )
    .bind(copy)
    .bind(at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// Letters of each kind in turn.
pub(super) struct Letters<'a>(HashMap<&'a str, Vec<&'a str>>);

impl<'a> Letters<'a> {
    pub(super) fn of(letters: &'a [Letter]) -> Self {
        let mut kinds: HashMap<&str, Vec<&str>> = HashMap::new();
        for letter in letters.iter().rev() {
            kinds.entry(&letter.kind).or_default().push(&letter.text);
        }
        Self(kinds)
    }

    /// The next letter of this kind; after the last comes the first again.
    pub(super) fn next(&mut self, kind: &str) -> &'a str {
        let Some(letters) = self.0.get_mut(kind) else {
            return "";
        };
        letters.rotate_right(1);
        letters.first().copied().unwrap_or_default()
    }
}

impl Play {
    /// The reader on this side.
    pub(super) fn reader(&self, side: Side) -> &Reader {
        match side {
            Side::Asker => &self.asker,
            Side::Asked => &self.asked,
        }
    }

    /// Takes one step, at the time of `past`'s clock.
    ///
    /// # Errors
    /// Those of the services.
    pub(super) async fn take(
        &mut self,
        past: &Past,
        step: Step,
        letters: &mut Letters<'_>,
        moderator: &Reader,
    ) -> Result<()> {
        let cx = |side: Side| self.reader(side).cx(&past.services);
        let Some(trade) = self.trade else {
            let message = said(letters.next("proposal"))?;
            let trade = self.propose(&cx(Side::Asker), message).await?;
            self.trade = Some(trade);
            return Ok(());
        };
        let asked = cx(Side::Asked);
        let db = asked.db();
        match step {
            Step::Propose => {}
            Step::Counter(side) => self.counter(&cx(side), trade, side, letters).await?,
            Step::Accept(side) => {
                trades::accept(&cx(side), None, trade, seen(db, trade).await?).await?;
            }
            Step::Decline => {
                let why = said(letters.next("decline"))?;
                trades::decline(&asked, None, trade, &why).await?;
            }
            Step::Withdraw => {
                trades::withdraw(&cx(Side::Asker), None, trade).await?;
            }
            Step::Say(side, kind) => {
                let message = said(letters.next(kind))?;
                trades::write(&cx(side), None, trade, &message).await?;
            }
            Step::Address(side) => {
                let address = said(&address(self.reader(side)))?;
                trades::save_address(&cx(side), None, trade, &Version::default(), &address, false)
                    .await?;
            }
            Step::Send(side) => {
                let leg = leg(db, trade, self.reader(side).id, Way::From).await?;
                trades::send(&cx(side), None, trade, leg, &shipment(trade)?).await?;
            }
            Step::HandOver(side) => {
                let leg = leg(db, trade, self.reader(side).id, Way::From).await?;
                trades::hand_over(&cx(side), None, trade, leg).await?;
            }
            Step::Receive(side) => {
                let leg = leg(db, trade, self.reader(side).id, Way::To).await?;
                trades::receive(&cx(side), None, trade, leg).await?;
            }
            Step::Cancel(side) => {
                let why = said("The book has turned out to be promised to my sister.")?;
                trades::cancel(&cx(side), None, trade, &why).await?;
            }
            Step::Consent(side) => {
                trades::consent_to_cancel(&cx(side), None, trade).await?;
            }
            Step::Problem(side, reason) => {
                let leg = leg(db, trade, self.reader(side).id, Way::To).await?;
                let details = said(details(reason))?;
                let no_photos = Vec::new();
                trades::report_problem(&cx(side), None, trade, leg, reason, &details, no_photos)
                    .await?;
            }
            Step::Resolve(outcome) => {
                let statement = "Both of you tell it alike: the rain got in on the way. Nobody is to blame, the other book arrived well, and the trade counts as done.";
                let cx = moderator.cx(&past.services);
                let resolution =
                    Resolution::read(Some(outcome), statement, true).map_err(Error::Invalid)?;
                disputes::resolve(&cx, None, trade, &resolution).await?;
            }
        }
        Ok(())
    }

    async fn propose(&self, cx: &Cx, message: Message) -> Result<TradeId> {
        let proposal = Proposal {
            with: self.asked.is.handle.clone(),
            books: Books {
                gives: self.gives.clone(),
                gets: self.gets.clone(),
                gift: true,
            },
            method: self.cast.method,
            message,
        };
        trades::propose(cx, None, &proposal).await
    }

    /// Asks for the spare book of the other side in place of the last one.
    async fn counter(
        &mut self,
        cx: &Cx,
        trade: TradeId,
        side: Side,
        letters: &mut Letters<'_>,
    ) -> Result<()> {
        let (theirs, place) = match side {
            Side::Asker => (&mut self.gets, 1),
            Side::Asked => (&mut self.gives, 0),
        };
        theirs.pop();
        theirs.extend(self.spare.get(place));
        let (gives, gets) = match side {
            Side::Asker => (&self.gives, &self.gets),
            Side::Asked => (&self.gets, &self.gives),
        };
        let books = Books {
            gives: gives.clone(),
            gets: gets.clone(),
            gift: true,
        };
        let seen = seen(cx.db(), trade).await?;
        let message = said(letters.next("counter"))?;
        trades::counter(cx, None, trade, seen, &books, Method::Post, &message).await
    }
}

/// The version of the proposal that is on the table.
async fn seen(db: &PgPool, trade: TradeId) -> Result<ProposalVersion> {
    let (revision, terms) = sqlx::query_as(
        "select t.revision, sum(i.terms_version)
         from trades t join trade_items i on i.trade_id = t.id and i.revision = t.revision
         where t.id = $1 group by t.revision",
    )
    .bind(trade)
    .fetch_one(db)
    .await?;
    Ok(ProposalVersion { revision, terms })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    From,
    To,
}

async fn leg(db: &PgPool, trade: TradeId, user: UserId, way: Way) -> Result<LegId> {
    Ok(sqlx::query_scalar(
        "select id from trade_legs
         where trade_id = $1 and case when $3 then from_user else to_user end = $2",
    )
    .bind(trade)
    .bind(user)
    .bind(way == Way::From)
    .fetch_one(db)
    .await?)
}

fn address(reader: &Reader) -> String {
    let number = reader.id.0 * 7 % 90 + 1;
    format!(
        "{}\n{number} Bookbinder’s Row\n{}\n{}",
        reader.is.display_name, reader.is.city, reader.is.country
    )
}

/// Every other parcel can be followed.
fn shipment(trade: TradeId) -> Result<Shipment> {
    if trade.0 % 2 == 0 {
        return Ok(Shipment::default());
    }
    Ok(Shipment {
        carrier: said("Second class")?,
        tracking: said(&format!("DE {:06} MO", trade.0 * 7919 % 1_000_000))?,
    })
}

/// What a reader of the demo has typed.
pub(super) fn said<T: FromStr<Err = FieldProblem>>(typed: &str) -> Result<T> {
    typed
        .parse()
        .map_err(|problem| Error::internal(format!("“{typed}”: {problem}")))
}

fn details(reason: ProblemReason) -> &'static str {
    match reason {
        ProblemReason::NeverArrived => {
            "It was posted four weeks ago, the tracking has not moved, and my last letter has had no answer."
        }
        ProblemReason::WrongBook => {
            "The book that came is a different edition from the one in the photograph, and twenty pages are missing at the end."
        }
        ProblemReason::NotAsDescribed => "The listing says fine, but the back cover has come off.",
        ProblemReason::DamagedInPost => {
            "The parcel was soaked through when it came. I do not blame the sender, but the book cannot be read."
        }
        ProblemReason::NoAnswer => {
            "I gave the books away in good faith, and since then I have had no word from the other side."
        }
        ProblemReason::Payment => "I paid in cash when we met, and it is still not noted here.",
        ProblemReason::BookLost => "I left it on a train, and nobody has handed it in.",
        ProblemReason::NotReturned => "It was due a month ago, and nobody answers me.",
    }
}
