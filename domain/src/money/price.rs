//! A price as people of many countries type it.

use super::{Currency, Money};
use crate::fields::FieldProblem;

/// Signs and codes that people write beside an amount, and which currencies they may mean; none
/// for one that we do not know.
const SIGNS: [(&str, &[Currency]); 8] = [
    ("€", &[Currency::Eur]),
    ("£", &[Currency::Gbp]),
    ("¥", &[Currency::Jpy]),
    ("₹", &[Currency::Inr]),
    ("zł", &[Currency::Pln]),
    ("R$", &[Currency::Brl]),
    (
        "$",
        &[
            Currency::Usd,
            Currency::Aud,
            Currency::Cad,
            Currency::Mxn,
            Currency::Nzd,
            Currency::Sgd,
        ],
    ),
    ("kr", &[Currency::Dkk, Currency::Nok, Currency::Sek]),
];

/// Reads a price that is more than nought.
pub(super) fn read(typed: &str, currency: Currency) -> Result<Money, FieldProblem> {
    let digits = without_sign(typed, currency)?;
    if digits.starts_with(['-', '−']) {
        return Err("A price is more than 0. To give the book away, tick “Give it away”.".into());
    }
    let (whole, rest) = parts(&digits, currency)?;
    let too_much = || -> FieldProblem {
        format!(
            "A book costs at most {} {currency} here. Enter less.",
            currency.most_price()
        )
        .into()
    };
    // More digits than fit are too much, whatever they are.
    let whole: i32 = whole.parse().map_err(|_| too_much())?;
    let width = currency.decimals();
    let rest: i32 = match width {
        0 => 0,
        _ => format!("{rest:0<width$}")
            .parse()
            .map_err(|_| problem(currency))?,
    };
    let minor = whole
        .checked_mul(currency.units())
        .and_then(|minor| minor.checked_add(rest))
        .ok_or_else(too_much)?;
    if minor == 0 {
        return Err("A price is more than 0. To give the book away, tick “Give it away”.".into());
    }
    let money = Money { minor, currency };
    if !money.is_possible_price() {
        return Err(too_much());
    }
    Ok(money)
}

/// The amount alone: no sign, no code, no space. A sign of another currency is not overlooked.
fn without_sign(typed: &str, currency: Currency) -> Result<String, FieldProblem> {
    let text: String = typed
        .chars()
        .filter(|symbol| !symbol.is_whitespace() && !matches!(symbol, '\'' | '’'))
        .collect();
    let codes = Currency::ALL
        .iter()
        .map(|other| (other.as_str(), std::slice::from_ref(other)));
    for (sign, meant) in codes.chain(SIGNS.iter().map(|(sign, meant)| (*sign, *meant))) {
        let upper = text.to_uppercase();
        let sign_upper = sign.to_uppercase();
        let rest = (upper.strip_prefix(&sign_upper)).or_else(|| upper.strip_suffix(&sign_upper));
        let Some(rest) = rest else { continue };
        if !meant.contains(&currency) {
            return Err(format!(
                "The amount says “{sign}”, and the currency chosen is {currency}. Choose the one that you mean."
            )
            .into());
        }
        return Ok(rest.to_owned());
    }
    Ok(text)
}

/// What stands before and behind the mark of the smaller unit.
fn parts(text: &str, currency: Currency) -> Result<(String, String), FieldProblem> {
    let known = |symbol: char| symbol.is_ascii_digit() || matches!(symbol, '.' | ',');
    let ends = text.starts_with(['.', ',']) || text.ends_with(['.', ',']);
    if text.is_empty() || ends || !text.chars().all(known) {
        return Err(problem(currency));
    }
    let marks: Vec<char> = text
        .chars()
        .filter(|symbol| !symbol.is_ascii_digit())
        .collect();
    let Some(&last) = marks.last() else {
        return Ok((text.to_owned(), String::new()));
    };
    let pieces: Vec<&str> = text.split(['.', ',']).collect();
    let alone = marks.len() == 1;
    // “1.250.000”: no number has two marks of its smaller unit.
    let all_grouped = !alone && marks.iter().all(|mark| *mark == last);
    if alone {
        return one_mark(pieces[0], pieces[1], text, currency);
    }
    if all_grouped {
        return if grouped(&pieces) {
            Ok((pieces.concat(), String::new()))
        } else {
            Err(problem(currency))
        };
    }
    let (rest, whole) = pieces.split_last().ok_or_else(|| problem(currency))?;
    let same = marks[..marks.len() - 1].iter().all(|mark| *mark != last);
    let alike = marks[..marks.len() - 1]
        .windows(2)
        .all(|two| two[0] == two[1]);
    if !same || !alike || !grouped(whole) {
        return Err(problem(currency));
    }
    Ok((whole.concat(), smaller(rest, currency)?))
}

/// “12,50”, or “1.250”, which is one thousand in some countries and one and a quarter in others.
fn one_mark(
    whole: &str,
    rest: &str,
    text: &str,
    currency: Currency,
) -> Result<(String, String), FieldProblem> {
    // As forms show it, and as it is written where a currency has thousandths.
    if currency.decimals() == 3 && text.contains('.') {
        return Ok((whole.to_owned(), smaller(rest, currency)?));
    }
    let may_group = rest.len() == 3 && grouped(&[whole, rest]);
    match (may_group, currency.decimals()) {
        (true, 0) => Ok((format!("{whole}{rest}"), String::new())),
        (true, _) => Err(format!(
            "“{text}” can be read as {whole}{rest} or as {whole}.{}. Write it without the mark, or with {}.",
            rest.trim_end_matches('0'),
            match currency.decimals() {
                3 => "fewer or no digits behind it",
                _ => "two digits behind it",
            }
        )
        .into()),
        _ => Ok((whole.to_owned(), smaller(rest, currency)?)),
    }
}

/// The digits behind the mark, as many as the currency has.
fn smaller(rest: &str, currency: Currency) -> Result<String, FieldProblem> {
    if rest.len() > currency.decimals() {
        return Err(match currency.decimals() {
            0 => format!("{currency} has no smaller unit. Enter a whole number, like 1250.").into(),
            digits => FieldProblem::from(format!(
                "Enter at most {digits} digits behind the point or comma."
            )),
        });
    }
    Ok(rest.to_owned())
}

/// Whether these are the groups of a number with marks between its thousands.
fn grouped(pieces: &[&str]) -> bool {
    let Some((first, others)) = pieces.split_first() else {
        return false;
    };
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && others.iter().all(|piece| piece.len() == 3)
}

fn problem(currency: Currency) -> FieldProblem {
    let like = match currency.decimals() {
        0 => "1250",
        _ => "6 or 6.50",
    };
    format!("Enter a price in figures, like {like}.").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(typed: &str, currency: Currency) -> Option<i32> {
        Money::parse_price(typed, currency)
            .ok()
            .map(|money| money.minor)
    }

    #[test]
    fn prices_are_read_as_people_of_many_countries_type_them() {
        for (typed, expected) in [
            ("12,50", 1250),
            ("12.50", 1250),
            ("12.5", 1250),
            ("€ 12", 1200),
            ("12 €", 1200),
            ("EUR 12", 1200),
            ("12,50eur", 1250),
            ("1.250,00", 125_000),
            ("1,250.00", 125_000),
            ("1 250", 125_000),
            ("1’250.00", 125_000),
            ("1\u{202f}250,00", 125_000),
            ("0.01", 1),
            ("0,5", 50),
            ("100000", 10_000_000),
        ] {
            assert_eq!(minor(typed, Currency::Eur), Some(expected), "{typed}");
        }
        assert_eq!(minor("1,250", Currency::Jpy), Some(1250));
        assert_eq!(minor("¥1250", Currency::Jpy), Some(1250));
        assert_eq!(minor("$6", Currency::Usd), Some(600));
        assert_eq!(minor("6 zł", Currency::Pln), Some(600));
        assert_eq!(minor("1.25", Currency::Kwd), Some(1250));
        assert_eq!(minor("0.125", Currency::Kwd), Some(125));
    }

    #[test]
    fn what_is_no_price_is_refused_with_what_to_do() {
        for typed in [
            "",
            " ",
            "0",
            "0,00",
            "-1",
            "−1",
            "+1",
            "1e20",
            "12.505",
            "1.250",
            "1,250",
            "12.",
            ".5",
            "1.2.3",
            "1,25,00",
            "1.250.00",
            "12,50,00.1",
            "free",
            "٣",
            "100000.01",
            "9999999999999",
            "99999999999999999999999999",
            "$5",
            "£5",
            "GBP 5",
            "1.250,001",
        ] {
            assert_eq!(minor(typed, Currency::Eur), None, "{typed}");
        }
        let said = |typed, currency| {
            let problem = Money::parse_price(typed, currency).unwrap_err();
            problem.to_string()
        };
        assert!(said("1.250", Currency::Eur).contains("1250 or as 1.25."));
        assert!(said("12.50", Currency::Jpy).contains("no smaller unit"));
        assert!(said("0", Currency::Eur).contains("Give it away"));
        assert!(said("$5", Currency::Eur).contains("“$”"));
        assert!(said("1e20", Currency::Eur).contains("in figures"));
        assert!(said("200000", Currency::Eur).contains("at most 100000 EUR"));
        assert_eq!(minor("1,250", Currency::Kwd), None);
        // What a form shows is read as what it was.
        assert_eq!(minor("1.250", Currency::Kwd), Some(1250));
    }
}
