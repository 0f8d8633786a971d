//! How the demo's trades went: scripts of steps, and who played them when.

use dogear_domain::trades::{Method, Outcome, ProblemReason};

/// One of the two in a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Who began it.
    Asker,
    /// Who was asked.
    Asked,
}
use Side::{Asked, Asker};

/// What somebody does in a trade.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Propose,
    /// Answers with one book of the other side exchanged.
    Counter(Side),
    Accept(Side),
    Decline,
    Withdraw,
    /// Writes a letter of this kind.
    Say(Side, &'static str),
    /// Enters where the parcel goes.
    Address(Side),
    Send(Side),
    HandOver(Side),
    Receive(Side),
    Cancel(Side),
    Consent(Side),
    /// Reports what came, or did not.
    Problem(Side, ProblemReason),
    /// A moderator decides.
    Resolve(Outcome),
}

/// Steps with the hours after the proposal at which they are taken.
pub(super) type Script = &'static [(i64, Step)];

const WAITING: Script = &[(0, Step::Propose)];
const TALKED_ABOUT: Script = &[
    (0, Step::Propose),
    (9, Step::Say(Asked, "chat")),
    (15, Step::Say(Asker, "chat")),
];
const COUNTERED: Script = &[(0, Step::Propose), (20, Step::Counter(Asked))];
const COUNTERED_TWICE: Script = &[
    (0, Step::Propose),
    (16, Step::Counter(Asked)),
    (27, Step::Counter(Asker)),
];
const AGREED: Script = &[
    (0, Step::Propose),
    (14, Step::Accept(Asked)),
    (14, Step::Say(Asked, "accept")),
    (18, Step::Address(Asker)),
];
const ONE_SENT: Script = &[
    (0, Step::Propose),
    (14, Step::Accept(Asked)),
    (15, Step::Address(Asker)),
    (18, Step::Address(Asked)),
    (40, Step::Send(Asked)),
    (40, Step::Say(Asked, "sent")),
];
const BOTH_SENT: Script = &[
    (0, Step::Propose),
    (11, Step::Accept(Asked)),
    (12, Step::Address(Asker)),
    (13, Step::Address(Asked)),
    (38, Step::Send(Asker)),
    (45, Step::Send(Asked)),
    (45, Step::Say(Asked, "sent")),
];
const ONE_RECEIVED: Script = &[
    (0, Step::Propose),
    (11, Step::Accept(Asked)),
    (12, Step::Address(Asker)),
    (13, Step::Address(Asked)),
    (38, Step::Send(Asker)),
    (60, Step::Send(Asked)),
    (110, Step::Receive(Asked)),
    (110, Step::Say(Asked, "thanks")),
];
const COMPLETED: Script = &[
    (0, Step::Propose),
    (21, Step::Accept(Asked)),
    (21, Step::Say(Asked, "accept")),
    (25, Step::Address(Asker)),
    (30, Step::Address(Asked)),
    (52, Step::Send(Asker)),
    (70, Step::Send(Asked)),
    (118, Step::Receive(Asked)),
    (140, Step::Receive(Asker)),
    (141, Step::Say(Asker, "thanks")),
];
const COUNTERED_AND_COMPLETED: Script = &[
    (0, Step::Propose),
    (19, Step::Counter(Asked)),
    (33, Step::Accept(Asker)),
    (34, Step::Address(Asker)),
    (35, Step::Address(Asked)),
    (61, Step::Send(Asked)),
    (62, Step::Say(Asked, "sent")),
    (84, Step::Send(Asker)),
    (130, Step::Receive(Asker)),
    (150, Step::Receive(Asked)),
    (151, Step::Say(Asked, "thanks")),
];
const MET: Script = &[
    (0, Step::Propose),
    (10, Step::Accept(Asked)),
    (11, Step::Say(Asked, "chat")),
    (60, Step::HandOver(Asker)),
    (60, Step::HandOver(Asked)),
    (61, Step::Receive(Asked)),
    (62, Step::Receive(Asker)),
    (70, Step::Say(Asker, "thanks")),
];
const MEETING: Script = &[
    (0, Step::Propose),
    (10, Step::Accept(Asked)),
    (11, Step::Say(Asker, "chat")),
    (20, Step::Say(Asked, "chat")),
    (44, Step::HandOver(Asker)),
];
const TO_MEET: Script = &[
    (0, Step::Propose),
    (10, Step::Accept(Asked)),
    (11, Step::Say(Asked, "accept")),
];
const DECLINED: Script = &[(0, Step::Propose), (26, Step::Decline)];
const WITHDRAWN: Script = &[(0, Step::Propose), (50, Step::Withdraw)];
const CANCELLED: Script = &[
    (0, Step::Propose),
    (18, Step::Accept(Asked)),
    (49, Step::Cancel(Asker)),
];
const CANCELLED_BY_BOTH: Script = &[
    (0, Step::Propose),
    (18, Step::Accept(Asked)),
    (20, Step::Address(Asked)),
    (42, Step::Send(Asker)),
    (60, Step::Cancel(Asked)),
    (71, Step::Consent(Asker)),
];
const ASKED_TO_CANCEL: Script = &[
    (0, Step::Propose),
    (18, Step::Accept(Asked)),
    (20, Step::Address(Asked)),
    (42, Step::Send(Asker)),
    (66, Step::Cancel(Asked)),
];
const NEVER_ARRIVED: Script = &[
    (0, Step::Propose),
    (12, Step::Accept(Asked)),
    (13, Step::Address(Asker)),
    (14, Step::Address(Asked)),
    (40, Step::Send(Asked)),
    (41, Step::Send(Asker)),
    (120, Step::Receive(Asked)),
    (400, Step::Say(Asker, "chat")),
    (700, Step::Problem(Asker, ProblemReason::NeverArrived)),
];
const WRONG_BOOK: Script = &[
    (0, Step::Propose),
    (12, Step::Accept(Asked)),
    (13, Step::Address(Asker)),
    (14, Step::Address(Asked)),
    (40, Step::Send(Asked)),
    (41, Step::Send(Asker)),
    (100, Step::Receive(Asked)),
    (108, Step::Receive(Asker)),
    (112, Step::Problem(Asker, ProblemReason::WrongBook)),
];
const DAMAGED: Script = &[
    (0, Step::Propose),
    (12, Step::Accept(Asked)),
    (13, Step::Address(Asker)),
    (14, Step::Address(Asked)),
    (40, Step::Send(Asked)),
    (41, Step::Send(Asker)),
    (100, Step::Receive(Asker)),
    (101, Step::Problem(Asker, ProblemReason::DamagedInPost)),
    (130, Step::Say(Asked, "chat")),
    (190, Step::Resolve(Outcome::Complete)),
];
const GIFT: Script = &[
    (0, Step::Propose),
    (6, Step::Accept(Asked)),
    (7, Step::Address(Asked)),
    (30, Step::Send(Asker)),
    (96, Step::Receive(Asked)),
    (97, Step::Say(Asked, "thanks")),
];
const GIFT_ON_ITS_WAY: Script = &[
    (0, Step::Propose),
    (6, Step::Accept(Asked)),
    (7, Step::Address(Asked)),
    (30, Step::Send(Asker)),
];

/// A trade to be played.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cast {
    pub script: Script,
    /// Hours before now at which it begins.
    pub hours_ago: i64,
    /// Handles; whoever is next when absent.
    pub asker: Option<&'static str>,
    pub asked: Option<&'static str>,
    pub gives: usize,
    pub gets: usize,
    pub method: Method,
    /// Asks the same reader for the same books as the trade before it in the list.
    pub rival: bool,
}

const fn cast(script: Script, hours_ago: i64) -> Cast {
    Cast {
        script,
        hours_ago,
        asker: None,
        asked: None,
        gives: 1,
        gets: 1,
        method: Method::Post,
        rival: false,
    }
}

impl Cast {
    const fn by(mut self, handle: &'static str) -> Self {
        self.asker = Some(handle);
        self
    }

    const fn of(mut self, handle: &'static str) -> Self {
        self.asked = Some(handle);
        self
    }

    const fn books(mut self, gives: usize, gets: usize) -> Self {
        self.gives = gives;
        self.gets = gets;
        self
    }

    const fn in_person(mut self) -> Self {
        self.method = Method::Meet;
        self
    }

    const fn rival(mut self) -> Self {
        self.rival = true;
        self
    }
}

/// Every trade of the demo.
pub(super) const TRADES: &[Cast] = &[
    // The two readers to log in as.
    cast(WAITING, 22).by("kettle_and_quire").of("ana_m"),
    cast(TALKED_ABOUT, 52)
        .by("dmitri_v")
        .of("ana_m")
        .books(2, 1),
    cast(COUNTERED, 70).by("ana_m").of("old_margin").books(2, 2),
    cast(WAITING, 14).by("ana_m").of("ines"),
    cast(ONE_SENT, 130).by("ana_m").of("hollis"),
    cast(BOTH_SENT, 96).by("lampblack").of("ana_m"),
    cast(MEETING, 60)
        .by("comma_chameleon")
        .of("ana_m")
        .in_person(),
    cast(COMPLETED, 30 * 24).by("ana_m").of("old_margin"),
    cast(COMPLETED, 62 * 24).by("fjord").of("ana_m").books(1, 2),
    cast(MET, 17 * 24).by("ana_m").of("marchmontmo").in_person(),
    cast(GIFT, 12 * 24).by("yusuf_k").of("ana_m").books(1, 0),
    cast(DECLINED, 44 * 24).by("ana_m").of("paperwren"),
    cast(WAITING, 20 * 24).by("ana_m").of("tobiasw"),
    cast(WAITING, 34).by("ines").of("old_margin").books(1, 2),
    cast(ONE_RECEIVED, 8 * 24)
        .by("the_third_shelf")
        .of("old_margin"),
    cast(ONE_SENT, 76).by("selkie_reads").of("old_margin"),
    cast(COUNTERED_TWICE, 60).by("quirequeen").of("old_margin"),
    cast(COMPLETED, 48 * 24)
        .by("old_margin")
        .of("moss_and_vellum")
        .books(2, 2),
    cast(COMPLETED, 75 * 24).by("quay_street").of("old_margin"),
    cast(COUNTERED_AND_COMPLETED, 23 * 24)
        .by("old_margin")
        .of("papermill_jo"),
    // Proposals.
    cast(WAITING, 7),
    cast(WAITING, 41).books(2, 1),
    cast(TALKED_ABOUT, 96),
    cast(WAITING, 130).books(1, 2),
    cast(WAITING, 30).books(0, 1),
    cast(COUNTERED, 44),
    cast(COUNTERED, 100).books(1, 2),
    // On their way.
    cast(AGREED, 34),
    cast(AGREED, 120),
    cast(BOTH_SENT, 80).books(2, 2),
    cast(ONE_SENT, 11 * 24),
    cast(GIFT_ON_ITS_WAY, 60).books(1, 0),
    cast(ASKED_TO_CANCEL, 90),
    // Done.
    cast(COMPLETED, 9 * 24),
    cast(COMPLETED, 14 * 24).books(1, 2),
    cast(COUNTERED_AND_COMPLETED, 19 * 24).books(1, 2),
    cast(COMPLETED, 26 * 24),
    cast(MET, 33 * 24)
        .by("footnote_fergus")
        .of("north_bridge_ned")
        .in_person(),
    cast(COMPLETED, 37 * 24),
    cast(GIFT, 41 * 24).books(1, 0),
    cast(COMPLETED, 46 * 24).books(3, 2),
    cast(COMPLETED, 53 * 24),
    cast(COUNTERED_AND_COMPLETED, 59 * 24),
    cast(COMPLETED, 66 * 24),
    cast(MET, 70 * 24)
        .by("kleio_m")
        .of("dust_and_jackets")
        .in_person(),
    cast(COMPLETED, 78 * 24).books(2, 1),
    // Come to nothing.
    cast(DECLINED, 13 * 24),
    cast(DECLINED, 57 * 24),
    cast(WITHDRAWN, 10 * 24),
    cast(WITHDRAWN, 36 * 24),
    cast(WAITING, 33 * 24),
    cast(CANCELLED, 21 * 24),
    cast(CANCELLED_BY_BOTH, 29 * 24),
    // Two asked for what a third was promised.
    cast(COMPLETED, 40 * 24 + 9).of("bea_k"),
    cast(WAITING, 40 * 24 + 3).rival(),
    cast(BOTH_SENT, 7 * 24),
    cast(WAITING, 7 * 24 - 4).rival(),
    cast(TALKED_ABOUT, 7 * 24 - 5).rival(),
    // Gone wrong.
    cast(NEVER_ARRIVED, 31 * 24)
        .by("minji_b")
        .of("tsundoku_tam"),
    cast(WRONG_BOOK, 7 * 24).by("slow_chapters").of("half_calf"),
    cast(DAMAGED, 38 * 24)
        .by("mistress_folio")
        .of("verse_by_post"),
    // To be handed over at an event: see `events`.
    cast(TO_MEET, 72)
        .by("ana_m")
        .of("old_margin")
        .books(1, 2)
        .in_person(),
];

/// Readers who are only cast by name: those to log in as, and those who are about to be
/// suspended or to have a listing hidden.
pub(super) const NAMED_ONLY: &[&str] = &[
    "ana_m",
    "old_margin",
    "bea_k",
    "keeper",
    "haddock_and_co",
    "rue_des_pages",
];
