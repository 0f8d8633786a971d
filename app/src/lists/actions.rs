//! What readers do with their lists.

use dogear_domain::ids::{CopyId, ListId, WorkId};
use dogear_domain::lists::{ListVisibility, Step};
use dogear_server::lists::{self, EntryForm, ListForm};
use leptos::prelude::*;

use crate::action::{ActionError, Done, FormKey, HtmlForm};
use crate::http::context;
use dogear_urls as urls;

/// Makes a list.
#[server(endpoint = "lists/create", input = HtmlForm)]
pub async fn create_list(
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] visibility: ListVisibility,
    #[server(default)] ranked: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = ListForm {
        name,
        description,
        visibility,
        ranked: !ranked.is_empty(),
    };
    let (id, slug) = lists::create(&req.cx, once.into(), &form, None).await?;
    Ok(Done::go(urls::list(id, &slug)).saying("The list is there. Find the first book for it."))
}

/// Makes a private list with a book in it, and stays with the book.
#[server(endpoint = "lists/create-with", input = HtmlForm)]
pub async fn create_list_with(
    work: WorkId,
    #[server(default)] name: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = ListForm {
        name,
        ..ListForm::default()
    };
    lists::create(&req.cx, once.into(), &form, Some(work)).await?;
    Ok(Done::go(urls::book_by_id(work)).saying(
        "The book is in a new list, which only you see. Among your lists you can change that.",
    ))
}

/// Changes what a list says and who sees it. `version` is of what the form showed.
#[server(endpoint = "lists/save", input = HtmlForm)]
pub async fn save_list(
    list: ListId,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] visibility: ListVisibility,
    #[server(default)] ranked: String,
    #[server(default)] version: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let form = ListForm {
        name,
        description,
        visibility,
        ranked: !ranked.is_empty(),
    };
    let slug = lists::save(&req.cx, list, &form, &version.into()).await?;
    Ok(Done::go(urls::list(list, &slug)).saying("The list is changed."))
}

/// Gives an unlisted list another address.
#[server(endpoint = "lists/renew-address", input = HtmlForm)]
pub async fn renew_list_address(
    list: ListId,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    lists::renew(&req.cx, once.into(), list).await?;
    Ok(Done::go(urls::list_edit(list))
        .saying("The list has a new address. The old one leads nowhere any more."))
}

/// Deletes a list, which can be restored for a while.
#[server(endpoint = "lists/delete", input = HtmlForm)]
pub async fn delete_list(list: ListId) -> Result<Done, ActionError> {
    let req = context()?;
    let name = lists::delete(&req.cx, list).await?;
    Ok(Done::go(urls::LISTS)
        .saying(format!("“{name}” is deleted."))
        .undo(&RestoreList { list }))
}

/// Restores a list that the reader has deleted.
#[server(endpoint = "lists/restore", input = HtmlForm)]
pub async fn restore_list(list: ListId) -> Result<Done, ActionError> {
    let req = context()?;
    let name = lists::restore(&req.cx, list).await?;
    Ok(Done::go(urls::LISTS).saying(format!("“{name}” is there again.")))
}

/// Puts a book at the end of a list. The reader goes on looking for what `find` says, or stays with
/// the book.
#[server(endpoint = "lists/add", input = HtmlForm)]
pub async fn add_to_list(
    list: ListId,
    work: WorkId,
    #[server(default)] find: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let added = lists::add(&req.cx, list, work).await?;
    let path = if find.is_empty() {
        urls::book_by_id(work)
    } else {
        urls::list_part(&urls::list(list, &added.slug), false, &find, 1)
    };
    let said = if added.is_new {
        format!("“{}” is in “{}”.", added.title, added.list)
    } else {
        format!("“{}” is in “{}” already.", added.title, added.list)
    };
    let done = Done::go(path).saying(said);
    Ok(if added.is_new {
        done.undo(&RemoveFromList {
            list,
            work,
            at: String::new(),
        })
    } else {
        done
    })
}

/// Takes a book out of a list; `at` is the page of the list that the reader is on.
#[server(endpoint = "lists/remove", input = HtmlForm)]
pub async fn remove_from_list(
    list: ListId,
    work: WorkId,
    #[server(default)] at: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let gone = lists::remove(&req.cx, list, work).await?;
    let path = urls::list_part(&urls::list(list, &gone.slug), false, "", number(&at));
    Ok(Done::go(path)
        .saying(format!("“{}” is out of the list.", gone.title))
        .undo(&PutBackInList { list, work, at }))
}

/// Puts a book back that was taken out of a list, where it was.
#[server(endpoint = "lists/put-back", input = HtmlForm)]
pub async fn put_back_in_list(
    list: ListId,
    work: WorkId,
    #[server(default)] at: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let back = lists::put_back(&req.cx, list, work).await?;
    let path = urls::list_part(&urls::list(list, &back.slug), false, "", number(&at));
    Ok(Done::go(path).saying(format!("“{}” is in the list again.", back.title)))
}

/// Takes a book one place on in a list; `at` is the page of the list that the reader is on.
#[server(endpoint = "lists/move", input = HtmlForm)]
pub async fn move_in_list(
    list: ListId,
    work: WorkId,
    step: Step,
    #[server(default)] at: String,
    #[server(default)] once: FormKey,
) -> Result<Done, ActionError> {
    let req = context()?;
    let moved = lists::step(&req.cx, once.into(), list, work, step).await?;
    let path = urls::list_part(&urls::list(list, &moved.slug), false, "", number(&at));
    let done = Done::go(format!("{path}#book-{work}"));
    Ok(if moved.is_new {
        done
    } else {
        done.saying(match step {
            Step::Up => format!("“{}” is the first already.", moved.title),
            Step::Down => format!("“{}” is the last already.", moved.title),
        })
    })
}

/// Notes something for a book in a list, takes it to a place, and says which `copy` is meant: the
/// number of one of the reader's, or nothing.
#[server(endpoint = "lists/note", input = HtmlForm)]
pub async fn note_in_list(
    list: ListId,
    work: WorkId,
    #[server(default)] note: String,
    #[server(default)] place: String,
    #[server(default)] copy: String,
) -> Result<Done, ActionError> {
    let req = context()?;
    let copy: Option<CopyId> = match copy.as_str() {
        "" => None,
        number => Some(number.parse().map_err(|_| ActionError::NotFound)?),
    };
    let form = EntryForm { note, place, copy };
    let noted = lists::edit(&req.cx, list, work, &form).await?;
    let page = lists::entry(&req.cx, list, work).await?.page();
    let path = urls::list_part(&urls::list(list, &noted.slug), false, "", page);
    Ok(Done::go(format!("{path}#book-{work}")).saying(format!(
        "What you have entered for “{}” is saved.",
        noted.title
    )))
}

/// The number of a page, as a form or an address has it: 1 when it is none.
pub(super) fn number(text: &str) -> u32 {
    text.parse().unwrap_or(1).clamp(1, 1000)
}
