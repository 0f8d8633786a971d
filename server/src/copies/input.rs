//! What an owner says about a copy, as typed and as read.

use dogear_domain::copies::CopyState;
use dogear_domain::fields::{CopyNote, CopyPlace, FieldErrors, FieldProblem};
use dogear_domain::grade::{Defect, Grade, check_condition};
use dogear_domain::money::{Currency, Money};
use dogear_domain::offers::{Offer, Offers, Price};
use dogear_domain::trades::{MOST_LOAN_DAYS, USUAL_LOAN_DAYS};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::version::Version;
use crate::{Error, Result};

/// The form of a copy as typed.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CopyInput {
    /// Word or number of a grade.
    pub grade: String,
    /// Words of defects.
    pub defects: Vec<String>,
    /// In the owner's words; may be empty.
    pub note: String,
    /// Where the owner keeps it, for nobody else to see; may be empty.
    #[serde(default)]
    pub place: String,
    /// Offer it at once.
    pub listed: bool,
    /// For what; when it is not said, for trade, or as it was.
    #[serde(default)]
    pub offers: Option<OffersInput>,
    /// "I have one already; this is another".
    pub second: bool,
    /// What the form of a copy that is there already showed.
    #[serde(default)]
    pub version: Version,
}

/// What a copy is offered for, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffersInput {
    /// Words of ways; others are passed over.
    pub ways: Vec<String>,
    /// What it is sold for.
    pub price: String,
    /// The code of the currency of the price.
    pub currency: String,
    /// What its postage costs besides; may be empty.
    pub postage: String,
    /// For how many days it is lent; as long as usual when it is empty.
    #[serde(default)]
    pub days: String,
}

impl OffersInput {
    /// Whether it is offered in any way.
    pub fn is_any(&self) -> bool {
        Offer::CHOOSABLE.iter().any(|way| self.has(*way))
    }

    fn has(&self, way: Offer) -> bool {
        Offer::CHOOSABLE.contains(&way) && self.ways.iter().any(|word| word == way.as_str())
    }

    /// What is ticked, checked.
    ///
    /// # Errors
    /// The field that needs changing, and how.
    pub(crate) fn parse(&self) -> std::result::Result<Offers, (&'static str, FieldProblem)> {
        let sale = self.has(Offer::Sell).then(|| self.price()).transpose()?;
        let offers = Offers {
            trade: self.has(Offer::Trade),
            give: self.has(Offer::Give),
            loan: self
                .has(Offer::Lend)
                .then(|| self.loan_days())
                .transpose()?,
            sale,
        };
        offers
            .check()
            .map_err(|error| ("offer", FieldProblem::from(error.to_string())))
    }

    /// What is ticked, of which there is something.
    ///
    /// # Errors
    /// `Invalid`.
    pub(crate) fn read(&self) -> Result<Offers> {
        self.parse()
            .map_err(|(field, problem)| Error::field(field, problem.to_string()))
    }

    /// Refuses a price beside which nobody has ticked that it is for sale.
    pub(crate) fn check_price_is_meant(&self) -> Result<()> {
        if self.price.trim().is_empty() || self.has(Offer::Sell) {
            return Ok(());
        }
        Err(Error::field(
            "offer",
            "You entered a price. Tick “Sell it” as well, or take the price out.",
        ))
    }

    fn loan_days(&self) -> std::result::Result<i16, (&'static str, FieldProblem)> {
        match self.days.trim() {
            "" => Ok(USUAL_LOAN_DAYS),
            typed => typed
                .parse()
                .ok()
                .filter(|days| (1..=MOST_LOAN_DAYS).contains(days))
                .ok_or_else(|| {
                    let problem =
                        format!("Enter a whole number of days, from 1 to {MOST_LOAN_DAYS}.");
                    ("days", problem.into())
                }),
        }
    }

    fn price(&self) -> std::result::Result<Price, (&'static str, FieldProblem)> {
        let currency = self
            .currency
            .parse::<Currency>()
            .map_err(|_| ("currency", "Choose the currency of the price.".into()))?;
        let amount =
            Money::parse_price(&self.price, currency).map_err(|problem| ("price", problem))?;
        let postage = match self.postage.trim() {
            "" | "0" => None,
            typed => Some(
                Money::parse_price(typed, currency)
                    .map_err(|problem| ("postage", problem))?
                    .minor,
            ),
        };
        Ok(Price { amount, postage })
    }
}

/// The version of what an owner says about a copy.
pub(super) fn version_of(
    grade: Grade,
    defects: &[Defect],
    note: &str,
    place: &str,
    offers: Offers,
) -> Result<Version> {
    Version::of(&(grade, defects, note, place, offers))
}

/// A checked [`CopyInput`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewCopy {
    pub grade: Grade,
    /// In the order of [`Defect::ALL`], each once.
    pub defects: Vec<Defect>,
    pub note: CopyNote,
    pub place: CopyPlace,
    pub offers: Offers,
    pub state: CopyState,
    /// Since when it is listed, if it is; without it, from now on.
    pub listed_at: Option<Timestamp>,
}

impl NewCopy {
    pub(crate) fn is_listed(&self) -> bool {
        self.state == CopyState::Listed
    }
}

impl CopyInput {
    /// Reads the form.
    ///
    /// # Errors
    /// `Invalid` with every field that needs changing.
    pub(crate) fn parse(&self) -> Result<NewCopy> {
        let mut errors = FieldErrors::new();
        let grade: Option<Grade> = errors.take(
            "grade",
            self.grade
                .parse()
                .map_err(|_| "Choose the condition that fits this copy best."),
        );
        for word in &self.defects {
            errors.take(
                "defects",
                word.parse::<Defect>()
                    .map_err(|_| "Choose defects from the list."),
            );
        }
        let defects: Vec<Defect> = Defect::ALL
            .iter()
            .copied()
            .filter(|defect| self.defects.iter().any(|word| word == defect.as_str()))
            .collect();
        let note = errors.take("note", CopyNote::parse(&self.note));
        let place = errors.take("place", CopyPlace::parse(&self.place));
        if let Some(grade) = grade {
            errors.take("grade", check_condition(grade, &defects));
        }
        let offers = match &self.offers {
            Some(typed) if typed.is_any() => match typed.parse() {
                Ok(offers) => Some(offers),
                Err((field, problem)) => {
                    errors.add(field, problem.to_string());
                    None
                }
            },
            _ => Some(Offers::default()),
        };
        let state = if self.listed {
            CopyState::Listed
        } else {
            CopyState::Owned
        };
        let read = grade.zip(note.zip(place)).zip(offers);
        let copy = read.map(|((grade, (note, place)), offers)| NewCopy {
            grade,
            defects,
            note,
            place,
            offers,
            state,
            listed_at: None,
        });
        errors.finish(copy).map_err(Error::Invalid)
    }
}
