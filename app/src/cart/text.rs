//! What the pages of the cart say of their parcels.

use dogear_server::cart::Parcel;

/// “3 books from Ana”.
pub(super) fn heading(parcel: &Parcel) -> String {
    let books = crate::ui::count(parcel.lines.len(), "book", "books");
    format!("{books} from {}", parcel.name)
}

/// Whether the seller is asked, in a sentence.
pub(super) fn asked(parcel: &Parcel) -> String {
    let name = &parcel.name;
    if parcel.at_once {
        return format!("{name} sells at once: nobody is asked any more.");
    }
    let some = parcel.lines.iter().any(|line| line.price.at_once);
    if some {
        format!(
            "{name} is asked first, for all of them together: not all of these are sold at once."
        )
    } else {
        format!("{name} is asked first. Nothing is reserved before they accept.")
    }
}

/// What a parcel costs by post.
pub(super) fn by_post(parcel: &Parcel) -> String {
    match parcel.postage {
        Some(postage) => format!(
            "{}, of which {} is postage",
            parcel.total(true).said(),
            postage.said()
        ),
        None => parcel.total(true).said(),
    }
}

/// What follows when the parcel is bought, in person or by post.
pub(super) fn then(parcel: &Parcel, by_post: bool) -> String {
    let name = &parcel.name;
    let one = parcel.lines.len() == 1;
    let (it, they_are) = if one {
        ("it", "it is")
    } else {
        ("them", "they are")
    };
    let start = if parcel.at_once {
        format!("You have bought {it} with that, and {they_are} kept for you. ")
    } else {
        format!("When {name} accepts, {they_are} kept for you. ")
    };
    let pay = if by_post {
        format!(
            "You pay {} first: the page of the sale says how. Then one parcel is posted.",
            self::by_post(parcel)
        )
    } else {
        format!(
            "You settle the place and the time in messages, and pay {} when you have {it} in your hands.",
            parcel.total(false).said()
        )
    };
    start + &pay
}
