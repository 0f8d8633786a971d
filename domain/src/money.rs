//! Amounts of money, as hosts and sellers enter and readers see them.

mod price;

use serde::{Deserialize, Serialize};

use crate::fields::FieldProblem;
use crate::text_enum::text_enum;

text_enum! {
    /// A currency that prices can be in, by its ISO 4217 code.
    pub enum Currency {
        /// The euro.
        Eur => "EUR",
        /// The pound of the United Kingdom.
        Gbp => "GBP",
        /// The dollar of the United States.
        Usd => "USD",
        /// The dollar of Australia.
        Aud => "AUD",
        /// The real of Brazil.
        Brl => "BRL",
        /// The dollar of Canada.
        Cad => "CAD",
        /// The franc of Switzerland.
        Chf => "CHF",
        /// The crown of Czechia.
        Czk => "CZK",
        /// The crown of Denmark.
        Dkk => "DKK",
        /// The forint of Hungary.
        Huf => "HUF",
        /// The rupee of India.
        Inr => "INR",
        /// The yen of Japan, which has no smaller unit.
        Jpy => "JPY",
        /// The dinar of Kuwait, of which a thousandth is the smallest unit.
        Kwd => "KWD",
        /// The peso of Mexico.
        Mxn => "MXN",
        /// The crown of Norway.
        Nok => "NOK",
        /// The dollar of New Zealand.
        Nzd => "NZD",
        /// The zloty of Poland.
        Pln => "PLN",
        /// The leu of Romania.
        Ron => "RON",
        /// The crown of Sweden.
        Sek => "SEK",
        /// The dollar of Singapore.
        Sgd => "SGD",
        /// The rand of South Africa.
        Zar => "ZAR",
    }
}

impl Currency {
    /// How many digits its smaller unit has.
    #[must_use]
    pub const fn decimals(self) -> usize {
        match self {
            Self::Jpy => 0,
            Self::Kwd => 3,
            _ => 2,
        }
    }

    /// So many of the smallest unit are one.
    const fn units(self) -> i32 {
        match self.decimals() {
            0 => 1,
            3 => 1000,
            _ => 100,
        }
    }

    /// About how many thousandths of a euro one unit is worth: enough for a limit that is meant
    /// roughly, and rounded up.
    const fn euro_thousandths(self) -> i64 {
        match self {
            Self::Eur | Self::Usd => 1000,
            Self::Chf => 1100,
            Self::Gbp => 1200,
            Self::Aud | Self::Nzd => 650,
            Self::Brl | Self::Ron | Self::Pln => 240,
            Self::Cad | Self::Sgd => 750,
            Self::Czk => 45,
            Self::Dkk => 140,
            Self::Huf => 3,
            Self::Inr => 12,
            Self::Jpy => 8,
            Self::Kwd => 3200,
            Self::Mxn | Self::Zar => 60,
            Self::Nok | Self::Sek => 100,
        }
    }

    /// Its sign, where that stands for no other currency.
    const fn sign(self) -> Option<&'static str> {
        match self {
            Self::Eur => Some("€"),
            Self::Gbp => Some("£"),
            _ => None,
        }
    }

    /// The most that a book can be sold for, in whole units: twenty books and their postage fit
    /// into an amount.
    const fn most_price(self) -> i32 {
        match self {
            Self::Jpy | Self::Huf | Self::Czk | Self::Inr => 1_000_000,
            Self::Kwd => 10_000,
            _ => 100_000,
        }
    }
}

/// The most that one seat costs, in whole units of any currency.
const MOST: i32 = 10_000;

/// An amount, never below nought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// In the smallest unit of the currency: pence, cents.
    pub minor: i32,
    /// Of which.
    pub currency: Currency,
}

impl Money {
    /// Reads an amount as people type it: “12”, “12.5”, “12,50”. Nothing, or nought, is none.
    ///
    /// # Errors
    /// What can be entered.
    pub fn parse(typed: &str, currency: Currency) -> Result<Option<Self>, FieldProblem> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let minor = minor(typed, currency).ok_or_else(|| problem(currency))?;
        Ok((minor > 0).then_some(Self { minor, currency }))
    }

    /// Reads the price of a book as people of many countries type it: “12,50”, “€ 12”,
    /// “1.250,00”, “1 250”. What could be two amounts is asked about, and never guessed.
    ///
    /// # Errors
    /// What can be entered.
    pub fn parse_price(typed: &str, currency: Currency) -> Result<Self, FieldProblem> {
        price::read(typed, currency)
    }

    /// About as many cents of euros, by rates that are rounded up and seldom looked at.
    #[must_use]
    pub fn rough_euro_cents(self) -> i64 {
        i64::from(self.minor) * self.currency.euro_thousandths()
            / (i64::from(self.currency.units()) * 10)
    }

    /// Whether a book can cost so much.
    #[must_use]
    pub const fn is_possible_price(self) -> bool {
        self.minor <= self.currency.most_price() * self.currency.units()
    }

    /// “€6.50”, or “USD 6.50” where a sign would stand for several currencies, which no line
    /// breaks apart. Everywhere an amount is read, or goes along with a form, it stands like this.
    #[must_use]
    pub fn said(self) -> String {
        match self.currency.sign() {
            Some(sign) => format!("{sign}{}", self.plain()),
            None => format!("{}\u{a0}{}", self.currency, self.plain()),
        }
    }

    /// The same amount as a form shows it: “12.50”.
    #[must_use]
    pub fn plain(self) -> String {
        let units = self.currency.units();
        let (whole, rest) = (self.minor / units, self.minor % units);
        match self.currency.decimals() {
            0 => whole.to_string(),
            digits => format!("{whole}.{rest:0digits$}"),
        }
    }

    /// Another amount of the same currency.
    #[must_use]
    pub const fn with(self, minor: i32) -> Self {
        Self { minor, ..self }
    }

    /// So many times as much. A party and a price are bounded, so that it fits.
    #[must_use]
    pub const fn times(self, number: i32) -> Self {
        self.with(self.minor.saturating_mul(number))
    }
}

/// As [`Money::said`].
impl std::fmt::Display for Money {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.said())
    }
}

fn minor(typed: &str, currency: Currency) -> Option<i32> {
    let (whole, rest) = typed.split_once(['.', ',']).unwrap_or((typed, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) || rest.len() > currency.decimals() {
        return None;
    }
    if typed.ends_with(['.', ',']) {
        return None;
    }
    let whole: i32 = whole.parse().ok()?;
    let rest: i32 = format!("{rest:0<width$}0", width = currency.decimals())
        .parse()
        .ok()?;
    let minor = whole
        .checked_mul(currency.units())?
        .checked_add(rest / 10)?;
    (minor <= MOST * currency.units()).then_some(minor)
}

fn problem(currency: Currency) -> FieldProblem {
    let like = match currency.decimals() {
        0 => "like 1250",
        3 => "like 12 or 12.500",
        _ => "like 12 or 12.50",
    };
    format!("Enter an amount {like}, at most 10000, without a sign or spaces.").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_type_them_and_never_guessed() {
        let minor = |typed| Money::parse(typed, Currency::Gbp).map(|money| money.map(|m| m.minor));
        for (typed, expected) in [
            ("", None),
            ("  ", None),
            ("0", None),
            ("0.00", None),
            ("12", Some(1200)),
            (" 12.5 ", Some(1250)),
            ("12,50", Some(1250)),
            ("0.01", Some(1)),
            ("10000", Some(1_000_000)),
        ] {
            assert_eq!(minor(typed), Ok(expected), "{typed}");
        }
        for typed in [
            "-1",
            "+1",
            "1.234",
            "1,234.50",
            "1 000",
            "10000.01",
            "99999999999",
            "12.",
            ".5",
            "£5",
            "1e3",
            "٣",
        ] {
            assert!(minor(typed).is_err(), "{typed}");
        }
        assert_eq!(
            Money::parse("1250", Currency::Jpy).map(|money| money.map(|m| m.minor)),
            Ok(Some(1250))
        );
        assert!(Money::parse("12.5", Currency::Jpy).is_err());
    }

    #[test]
    fn amounts_are_said_with_their_currency_and_come_back_as_they_were() {
        let pounds = Money {
            minor: 1205,
            currency: Currency::Gbp,
        };
        assert_eq!(pounds.to_string(), "£12.05");
        assert_eq!(pounds.times(3).to_string(), "£36.15");
        assert_eq!(
            Money::parse(&pounds.plain(), Currency::Gbp),
            Ok(Some(pounds))
        );
        let yen = Money {
            minor: 1205,
            currency: Currency::Jpy,
        };
        assert_eq!(yen.to_string(), "JPY\u{a0}1205");
    }
}
