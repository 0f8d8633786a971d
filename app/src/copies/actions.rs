//! What can be done with copies.

use std::collections::BTreeMap;

use dogear_domain::copies::{PHOTO_BYTES, PHOTOS_PER_COPY};
use dogear_domain::grade::Grade;
use dogear_domain::ids::{CopyId, EditionId, PhotoId, ScanId};
use dogear_domain::offers::Offers;
use dogear_domain::pasted::MOST_LINES;
use dogear_server::accounts::{self, TownForm};
use dogear_server::catalogue::EditionInput;
use dogear_server::copies::{
    self, Added, AllOfThem, Book, Change, CopyInput, OffersInput, Pick, Shift, Undo,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::many::field;
use super::scan::next_scan;
use super::text;
use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::{Files, context, files, own_path};
use crate::ui::count;
use dogear_urls as urls;

/// Photos of one copy.
pub const PHOTOS: Files = Files {
    field: "photos",
    most: PHOTOS_PER_COPY,
    largest: PHOTO_BYTES,
};

/// A photo of barcodes.
pub const BARCODES: Files = Files {
    field: "photo",
    most: 1,
    largest: PHOTO_BYTES,
};

/// Where copies are put.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    List,
    Unlist,
    Archive,
    Delete,
    Restore,
}

impl From<Step> for Change {
    fn from(step: Step) -> Self {
        match step {
            Step::List => Self::List,
            Step::Unlist => Self::Unlist,
            Step::Archive => Self::Archive,
            Step::Delete => Self::Delete,
            Step::Restore => Self::Restore,
        }
    }
}

/// Puts a copy of a known edition on the reader's shelf. `then`: `photos` goes on to its
/// photos.
#[server(endpoint = "copies/add", input = HtmlForm)]
pub async fn add_copy(
    edition: EditionId,
    #[server(default)] grade: String,
    #[server(default)] defects: Vec<String>,
    #[server(default)] note: String,
    #[server(default)] place: String,
    #[server(default)] offer: Vec<String>,
    #[server(default)] price: String,
    #[server(default)] currency: String,
    #[server(default)] postage: String,
    #[server(default)] days: String,
    #[server(default)] second: String,
    #[server(default)] then: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let input = CopyInput {
        defects,
        note,
        place,
        second: !second.is_empty(),
        ..offered(grade, offers(offer, price, currency, postage, days))
    };
    let added = copies::create(&req.cx, once.into(), &Book::Known(edition), &input).await?;
    Ok(added_to(&then, urls::SHELF_ADD, &added))
}

/// Enters a book that nobody has entered yet, with a copy of it on the reader's shelf. `then`
/// as in [`add_copy`]; `from`: `scan` goes back to the list of scanned books.
#[server(endpoint = "copies/add-new", input = HtmlForm)]
pub async fn add_book(
    #[server(flatten)] book: EditionInput,
    #[server(default)] grade: String,
    #[server(default)] defects: Vec<String>,
    #[server(default)] note: String,
    #[server(default)] place: String,
    #[server(default)] offer: Vec<String>,
    #[server(default)] price: String,
    #[server(default)] currency: String,
    #[server(default)] postage: String,
    #[server(default)] days: String,
    #[server(default)] second: String,
    #[server(default)] then: String,
    #[server(default)] from: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let input = CopyInput {
        defects,
        note,
        place,
        second: !second.is_empty(),
        ..offered(grade, offers(offer, price, currency, postage, days))
    };
    let book = Book::New(Box::new(book));
    let added = copies::create(&req.cx, once.into(), &book, &input).await?;
    let next = match from.as_str() {
        "scan" => urls::SHELF_ADD_SCAN,
        _ => urls::SHELF_ADD,
    };
    Ok(added_to(&then, next, &added))
}

/// To the next book, or to the photos of this one.
fn added_to(then: &str, next: &str, added: &Added) -> Done {
    let go = match then {
        "photos" => urls::copy_photos(added.copy),
        _ => next.to_owned(),
    };
    let undo = ChangeCopy {
        copy: added.copy,
        change: Step::Delete,
        once: FormKey::default(),
    };
    Done::go(go).saying(text::added(added)).undo(&undo)
}

/// Adds what was picked for the lines of a pasted list. The fields `pick-1`, `pick-2` … are
/// as many as the list has lines, so `picks` takes all that have no name of their own; others
/// are passed over.
#[server(endpoint = "copies/add-many", input = HtmlForm)]
pub async fn add_many(
    #[server(flatten)] picks: BTreeMap<String, String>,
    #[server(default)] grade: String,
    #[server(default)] offer: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let picked = |line: usize| picks.get(&field(line))?.parse::<Pick>().ok();
    let left_out = text::left_out(picks.get("lines").map_or("", String::as_str), |line| {
        picked(line).is_none()
    });
    let picks: Vec<Pick> = (1..=MOST_LINES).filter_map(picked).collect();
    let input = condition(grade, &offer);
    let added = copies::create_many(&req.cx, once.into(), &picks, &input).await?;
    Ok(Done::go(urls::SHELF)
        .saying(text::added_many(&added) + &left_out)
        .undo(&undo_of(&added.undo)))
}

/// Says what a copy is like. `version`: what the page of the form showed.
#[server(endpoint = "copies/edit", input = HtmlForm)]
pub async fn edit_copy(
    copy: CopyId,
    #[server(default)] grade: String,
    #[server(default)] defects: Vec<String>,
    #[server(default)] note: String,
    #[server(default)] place: String,
    #[server(default)] offer: Vec<String>,
    #[server(default)] price: String,
    #[server(default)] currency: String,
    #[server(default)] postage: String,
    #[server(default)] days: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let input = CopyInput {
        defects,
        note,
        place,
        version: version.into(),
        ..offered(grade, offers(offer, price, currency, postage, days))
    };
    copies::edit(&req.cx, copy, &input).await?;
    Ok(Done::go(urls::copy(copy)).saying("Saved."))
}

/// Lists, unlists, archives, deletes or restores one copy.
#[server(endpoint = "copies/change", input = HtmlForm)]
pub async fn change_copy(
    copy: CopyId,
    change: Step,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let back = match change {
        Step::List | Step::Unlist | Step::Restore => urls::copy_edit(copy),
        Step::Archive | Step::Delete => urls::SHELF.to_owned(),
    };
    let change = change.into();
    let changed = copies::change(&req.cx, once.into(), &[copy], change).await?;
    Ok(text::changed(back, change, &changed))
}

/// As [`change_copy`], for the ticked copies. The reader stays on `page`, which is a part of
/// the shelf.
#[server(endpoint = "copies/change-many", input = HtmlForm)]
pub async fn change_copies(
    #[server(default)] copy: Vec<CopyId>,
    change: Step,
    #[server(default)] page: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let change = change.into();
    let changed = copies::change(&req.cx, once.into(), &copy, change).await?;
    Ok(text::changed(page_or_shelf(&page), change, &changed))
}

/// Gives the ticked copies one grade. `page` as in [`change_copies`].
#[server(endpoint = "copies/set-grade", input = HtmlForm)]
pub async fn set_grade(
    #[server(default)] copy: Vec<CopyId>,
    grade: Grade,
    #[server(default)] page: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let change = Change::Grade(grade);
    let changed = copies::change(&req.cx, once.into(), &copy, change).await?;
    Ok(text::changed(page_or_shelf(&page), change, &changed))
}

pub(super) fn page_or_shelf(page: &str) -> String {
    match page {
        "" => urls::SHELF.to_owned(),
        page => own_path(page).to_owned(),
    }
}

/// Takes a change back: `copies` says how they were before.
#[server(endpoint = "copies/undo-change", input = HtmlForm)]
pub async fn undo_change(#[server(default)] copies: String) -> Result<Done, ActionError> {
    let req = context()?;
    let before: Undo = copies.parse().map_err(|_| ActionError::NotFound)?;
    let undone = copies::undo(&req.cx, &before).await?;
    Ok(Done::go(urls::SHELF).saying(text::undone(undone)))
}

/// The call that takes a change back.
pub(super) fn undo_of(before: &Undo) -> UndoChange {
    UndoChange {
        copies: before.to_string(),
    }
}

/// Adds the photos that come with the form.
#[server(endpoint = "copies/add-photos", input = HtmlForm)]
pub async fn add_photos(
    copy: CopyId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let added = copies::add_photos(&req.cx, once.into(), copy, files()).await?;
    let mut said = format!("{} added.", count(added.added, "photo", "photos"));
    if !added.refused.is_empty() {
        said = format!("{said} Not taken: {}", added.refused.join(" "));
    }
    Ok(Done::go(urls::copy_photos(copy)).saying(said))
}

/// Takes a photo off a copy.
#[server(endpoint = "copies/remove-photo", input = HtmlForm)]
pub async fn remove_photo(
    copy: CopyId,
    photo: PhotoId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let photo = copies::remove_photo(&req.cx, once.into(), copy, photo).await?;
    Ok(Done::go(urls::copy_photos(copy))
        .saying("The photo is removed.")
        .undo(&PutBackPhoto { photo }))
}

/// Shows a photo one place earlier.
#[server(endpoint = "copies/move-photo-earlier", input = HtmlForm)]
pub async fn move_photo_earlier(
    copy: CopyId,
    photo: PhotoId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    copies::move_photo(&req.cx, once.into(), copy, photo, Shift::Earlier).await?;
    Ok(Done::go(urls::copy_photos(copy)))
}

/// Shows a photo one place later.
#[server(endpoint = "copies/move-photo-later", input = HtmlForm)]
pub async fn move_photo_later(
    copy: CopyId,
    photo: PhotoId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    copies::move_photo(&req.cx, once.into(), copy, photo, Shift::Later).await?;
    Ok(Done::go(urls::copy_photos(copy)))
}

/// Puts a removed photo back; `photo` is the signed word of [`remove_photo`].
#[server(endpoint = "copies/put-back-photo", input = HtmlForm)]
pub async fn put_back_photo(#[server(default)] photo: String) -> Result<Done, ActionError> {
    let req = context()?;
    let copy = copies::put_back_photo(&req.cx, &photo).await?;
    Ok(Done::go(urls::copy_photos(copy)).saying("The photo is back."))
}

/// Adds the book with this number, or puts it on the list of scanned books with what is
/// missing. The reader goes on with the same choices.
#[server(endpoint = "copies/scan", input = HtmlForm)]
pub async fn scan_book(
    #[server(default)] isbn: String,
    #[server(default)] grade: String,
    #[server(default)] offer: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let next = next_scan(&grade, &offer);
    copies::scan(&req.cx, once.into(), &isbn, &condition(grade, &offer)).await?;
    Ok(Done::go(next))
}

/// As [`scan_book`], for each barcode in the photo that comes with the form and is not kept.
#[server(endpoint = "copies/scan-photo", input = HtmlForm)]
pub async fn scan_photo(
    #[server(default)] grade: String,
    #[server(default)] offer: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let photo = files().pop().map(|(_, file)| file).unwrap_or_default();
    let next = next_scan(&grade, &offer);
    copies::scan_photo(&req.cx, once.into(), photo, &condition(grade, &offer)).await?;
    Ok(Done::go(next))
}

/// Takes a scanned book off the shelf again.
#[server(endpoint = "copies/undo-scan", input = HtmlForm)]
pub async fn undo_scan(
    copy: CopyId,
    #[server(default)] grade: String,
    #[server(default)] offer: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    copies::change(&req.cx, once.into(), &[copy], Change::Delete).await?;
    Ok(Done::go(next_scan(&grade, &offer)))
}

/// Says yes to a line of the list: adds its book, also as a second copy.
#[server(endpoint = "copies/add-scanned", input = HtmlForm)]
pub async fn add_scanned(
    scan: ScanId,
    #[server(default)] grade: String,
    #[server(default)] offer: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let next = next_scan(&grade, &offer);
    copies::scan_again(&req.cx, once.into(), scan, &condition(grade, &offer)).await?;
    Ok(Done::go(next))
}

/// Takes a line off the list.
#[server(endpoint = "copies/dismiss-scan", input = HtmlForm)]
pub async fn dismiss_scan(
    scan: ScanId,
    #[server(default)] grade: String,
    #[server(default)] offer: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    copies::dismiss_scan(&req.cx, scan).await?;
    Ok(Done::go(next_scan(&grade, &offer)))
}

/// Ends the list of scanned books; gives all of them one grade or offer, if the reader likes.
#[server(endpoint = "copies/finish-scans", input = HtmlForm)]
pub async fn finish_scans(
    #[server(default)] all_grade: String,
    #[server(default)] all_offer: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let all = AllOfThem {
        grade: all_grade.parse().ok(),
        offer: match all_offer.as_str() {
            "trade" => Some(Some(Offers::default())),
            "give" => Some(Some(Offers::GIFT)),
            "lend" => Some(Some(Offers::LENT)),
            "keep" => Some(None),
            _ => None,
        },
    };
    let finished = copies::finish_scans(&req.cx, once.into(), all).await?;
    let done = Done::go(urls::SHELF).saying(match finished.copies {
        0 => "The list is empty again.".to_owned(),
        copies => format!(
            "{} on your shelf.",
            count(copies, "scanned book is", "scanned books are")
        ),
    });
    Ok(match finished.changed {
        0 => done,
        _ => done.undo(&undo_of(&finished.undo)),
    })
}

/// Says in which town the reader lives, or, with `later`, that they do not want to say it. `from`:
/// `add` comes back to the page on which the next book is added.
#[server(endpoint = "copies/say-town", input = HtmlForm)]
pub async fn say_town(
    #[server(default)] city: String,
    #[server(default)] country: String,
    #[server(default)] posts_abroad: String,
    #[server(default)] later: String,
    #[server(default)] from: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let next = match from.as_str() {
        "add" => urls::SHELF_ADD,
        _ => urls::SHELF,
    };
    if !later.is_empty() {
        accounts::put_town_off(&req.cx).await?;
        return Ok(
            Done::go(next).saying("Your profile has a place for your town, whenever you like.")
        );
    }
    let form = TownForm {
        city,
        country,
        posts_abroad: !posts_abroad.is_empty(),
    };
    Ok(Done::go(next).saying(match accounts::say_town(&req.cx, &form).await? {
        None => "Your town is saved. Readers near you find your books now.".to_owned(),
        Some(town) => format!(
            "Your town is saved. We do not know where “{town}” lies, so your books are near nobody: check its spelling and the country in your profile, or name the next larger town."
        ),
    }))
}

/// Condition and offer, as typed.
fn condition(grade: String, offer: &str) -> CopyInput {
    let ways = vec![offer.to_owned()];
    offered(
        grade,
        OffersInput {
            ways,
            ..OffersInput::default()
        },
    )
}

fn offered(grade: String, offers: OffersInput) -> CopyInput {
    CopyInput {
        grade,
        listed: offers.is_any(),
        offers: Some(offers),
        ..CopyInput::default()
    }
}

pub(super) fn offers(
    ways: Vec<String>,
    price: String,
    currency: String,
    postage: String,
    days: String,
) -> OffersInput {
    OffersInput {
        ways,
        price,
        currency,
        postage,
        days,
    }
}
