//! What buyers are told of whoever sells.

use dogear_domain::trades::RETURN_DAYS;

/// Whether whoever sells takes books back, for those who would buy of them.
pub fn takes_back(name: &str, trader: bool, takes_returns: bool) -> String {
    match (trader, takes_returns) {
        (true, _) => format!(
            "{name} sells as a trader, and takes back what you buy within {RETURN_DAYS} days after it came, with what you paid for the post."
        ),
        (false, true) => format!(
            "{name} is a private reader, and takes back what you buy within {RETURN_DAYS} days after it came."
        ),
        (false, false) => format!(
            "{name} is a private reader, who sells books of their own. What you bought of them you cannot simply give back."
        ),
    }
}
