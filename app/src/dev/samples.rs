//! The components of the style guide, in each state that they have.

use dogear_domain::grade::Grade;
use dogear_server::Error;
use jiff::{SignedDuration, Timestamp};
use leptos::prelude::*;

use crate::action::ServerFn;
use crate::http::{Flash, Form};
use crate::layouts;
use crate::layouts::actions::ChooseTheme;
use crate::ui::book::Condition;
use crate::ui::empty::{Empty, Plate};
use crate::ui::field::{ErrorSummary, Radios, Select, TextArea, TextField, Tick};
use crate::ui::form_state::FormState;
use crate::ui::icons::{Glyph, Icon};
use crate::ui::pager::pager;
use crate::ui::time::Ago;

pub(super) fn buttons() -> impl IntoView {
    view! {
        <p class="row">
            <button class="btn btn-do">"Propose this swap"</button>
            <button class="btn">"Keep as draft"</button>
            <button class="btn btn-heavy">"Delete my account"</button>
            <button class="btn" disabled>
                "Send"
            </button>
            <button class="btn btn-do" aria-busy="true">
                "Sending"
            </button>
            <button class="linkbtn">"Select none"</button>
        </p>
        <p class="row">
            <button class="btn btn-do btn-small">"Take it"</button>
            <button class="btn btn-small">
                <Icon glyph=Glyph::Print />
                "Labels"
            </button>
            <button class="iconbtn" aria-pressed="false">
                <Icon glyph=Glyph::Wish />
                <span class="visually-hidden">"Wish"</span>
            </button>
            <button class="iconbtn" aria-pressed="true">
                <Icon glyph=Glyph::Wish />
                <span class="visually-hidden">"Wished"</span>
            </button>
        </p>
    }
}

fn grades() -> Vec<(String, String)> {
    Grade::ALL
        .iter()
        .map(|grade| (grade.as_str().to_owned(), grade.label().to_owned()))
        .collect()
}

fn ways() -> Vec<(String, String, String)> {
    let way = |value: &str, label: &str, hint: &str| (value.into(), label.into(), hint.into());
    vec![
        way(
            "post",
            "By post",
            "You see each other’s addresses once you agree.",
        ),
        way("meet", "In person", ""),
    ]
}

pub(super) fn fields() -> impl IntoView {
    let state = FormState::with([("title", "The Custom of the Country"), ("extra", "notes")]);
    view! {
        <div class="cols">
            <TextField
                state=state.clone()
                name="title"
                label="Title"
                hint="As it stands on the title page"
            />
            <TextField
                state=state.clone()
                name="secret"
                label="Password"
                kind="password"
                hint="Eight characters or more"
                autocomplete="new-password"
            />
            <Select
                state=state.clone()
                name="grade"
                label="Condition"
                options=grades()
                value=Grade::ALL[2].as_str()
            />
            <TextArea
                state=state.clone()
                name="note"
                label="Note"
                value="Pencil notes in chapter 3."
            />
            <fieldset class="field">
                <legend>"Defects"</legend>
                <Tick state=state.clone() name="extra" value="notes" label="Notes inside" />
                <Tick
                    state=state.clone()
                    name="extra"
                    value="smoke"
                    label="Smells of smoke"
                    hint="Also when it is faint"
                />
                <label class="choice">
                    <input type="checkbox" disabled />
                    <span>"Ex-library, fixed by the edition"</span>
                </label>
            </fieldset>
            <Radios state=state name="method" label="Hand over" options=ways() value="post" />
        </div>
    }
}

/// A form as it comes back.
pub(super) fn wrong_fields() -> impl IntoView {
    let sent: Form = [
        ("wrong_isbn", "978-0-14-04"),
        ("wrong_note", "Two lines,\nboth kept."),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    let field = sent.with_errors(Error::field(
        "wrong_isbn",
        "Enter an ISBN with 10 or 13 digits",
    ));
    let whole = sent.with_errors(Error::Conflict(
        "Ana has changed her offer since you opened this page. Read it again before you answer."
            .into(),
    ));
    let radios =
        Form::default().with_errors(Error::field("wrong_method", "Choose how you hand over"));
    // Errors about fields and conflicts always come back as a form.
    let (Ok(field), Ok(whole), Ok(radios)) = (field, whole, radios) else {
        return ().into_any();
    };
    view! {
        <ErrorSummary state=field.clone() />
        <div class="cols">
            <TextField
                state=field.clone()
                name="wrong_isbn"
                label="ISBN"
                hint="On the back, above the barcode"
                inputmode=Some("numeric")
            />
            <TextArea state=field name="wrong_note" label="Note" />
            <Radios state=radios name="wrong_method" label="Hand over" options=ways() />
        </div>
        <p class="small">"When it is not one field:"</p>
        <div class="summary corner">
            <h3>"There is a problem"</h3>
            <p>{whole.problem().map(str::to_owned)}</p>
        </div>
    }
    .into_any()
}

pub(super) fn table() -> impl IntoView {
    let books = [
        ("bands", "Hunger", "Knut Hamsun", "Trade", 9),
        ("diagonal", "Candide", "Voltaire", "Trade, gift", 3),
        ("grid", "R.U.R.", "Karel Čapek", "Trade", 0),
        ("slip", "I Am a Cat", "Natsume Sōseki", "Trade", 12),
        (
            "spines",
            "The Souls of Black Folk",
            "W. E. B. Du Bois",
            "Gift",
            1,
        ),
        ("label", "Dead Souls", "Nikolai Gogol", "Gift", 0),
    ];
    let rows = books
        .into_iter()
        .zip(Grade::ALL)
        .map(|((family, title, author, terms, waiting), &grade)| {
            view! {
                <tr>
                    <td>
                        <div class="quickbook">
                            <div class="cover cover-s">
                                <img
                                    src=format!("/dev/cover/{family}.svg")
                                    alt=""
                                    width="320"
                                    height="480"
                                    loading="lazy"
                                />
                            </div>
                            <div>
                                <p class="btitle">{title}</p>
                                <p class="by small quiet">{author}</p>
                            </div>
                        </div>
                    </td>
                    <td data-label="Condition">
                        <Condition grade=grade />
                    </td>
                    <td data-label="Terms">{terms}</td>
                    <td class="r" data-label="Waiting">
                        {waiting}
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="tablebox">
            <table class="table folds">
                <caption class="visually-hidden">"Example"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Book"</th>
                        <th scope="col">"Condition"</th>
                        <th scope="col">"Terms"</th>
                        <th scope="col" class="r">
                            "Waiting"
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

pub(super) fn labels() -> impl IntoView {
    view! {
        <p class="row">
            <span class="tag tag-do">"Post by Friday"</span>
            <span class="tag">"On its way"</span>
            <span class="tag tag-wait">"Waiting for Ana"</span>
            <span class="tag tag-done">
                <Icon glyph=Glyph::Check />
                " Completed"
            </span>
            <span class="tag">
                <Icon glyph=Glyph::Lock />
                " In a trade"
            </span>
        </p>
        <p class="row">
            {Grade::ALL.iter().map(|&grade| view! { <Condition grade=grade /> }).collect_view()}
        </p>
        <ul class="chips">
            <li>
                <a class="chip" href="#labels">
                    "Very good or better "
                    <Icon glyph=Glyph::Close />
                    <span class="visually-hidden">", remove"</span>
                </a>
            </li>
        </ul>
    }
}

pub(super) fn trade(now: Timestamp) -> impl IntoView {
    let before = |hours: i64| now - SignedDuration::from_hours(hours);
    view! {
        <p class="verdict">
            "Post your parcel to Ana by "<time datetime="2026-11-27">"Friday 27 November"</time>"."
        </p>
        <ol class="steps" aria-label="Steps of the trade">
            <li class="done">
                <strong>"Proposed"</strong>
                <span>"18 Nov"</span>
            </li>
            <li class="done">
                <strong>"Agreed"</strong>
                <span>"20 Nov"</span>
            </li>
            <li aria-current="step">
                <strong>"Sent"</strong>
                <span>"by 27 Nov"</span>
            </li>
            <li>"Received"</li>
            <li>"Completed"</li>
        </ol>
        <ol class="letters">
            <li>
                <Ago at=before(70) now=now />
                <p class="sys">"Ana proposed a trade."</p>
            </li>
            <li>
                <Ago at=before(69) now=now />
                <div class="said">
                    <b>"Ana"</b>
                    <p>"Your Middlemarch looks loved. Would you take Emma for it?"</p>
                </div>
            </li>
            <li>
                <Ago at=before(26) now=now />
                <div class="said mine">
                    <b>"You"</b>
                    <p>"Gladly. I have left the old train ticket in as your bookmark."</p>
                </div>
            </li>
        </ol>
    }
}

pub(super) fn notices() -> impl IntoView {
    let plain = Flash::new("Saved.");
    let undo = Flash::new("Archived Walden.").undo(ChooseTheme::PATH, "next", "/dev/styleguide");
    view! {
        {layouts::flash(Some(plain))}
        {layouts::flash(Some(undo))}
        <p class="notice">"If Ana accepts, all three books are reserved at once."</p>
        <p class="notice notice-do">
            "Somebody reported this listing. It is hidden until a moderator has looked."
        </p>
    }
}

pub(super) fn empties() -> impl IntoView {
    view! {
        <div class="cols cols-tight">
            <div class="sheet">
                <Empty plate=Plate::FirstUse heading="Your shelf is bare">
                    <p class="serif">"Ten books make the first match likely."</p>
                    <p>
                        <a class="btn btn-do" href="#empties">
                            <Icon glyph=Glyph::Add />
                            "Add a book"
                        </a>
                    </p>
                </Empty>
            </div>
            <div class="sheet">
                <Empty plate=Plate::Cleared heading="All done">
                    <p class="serif">"Nothing needs you. The corner is flat again."</p>
                </Empty>
            </div>
            <div class="sheet">
                <Empty plate=Plate::NotFound heading="No copy of “Hungr”">
                    <p class="serif">
                        "Did you mean "<a href="#empties">"Hunger"</a>"? Or drop "
                        <a href="#empties">"Very good or better"</a>" (6)."
                    </p>
                </Empty>
            </div>
            <div class="sheet">
                <Empty plate=Plate::Failed heading="The shelf did not load">
                    <p class="serif">"Reference 7f3a. Your books are safe."</p>
                    <p>
                        <a class="btn" href="#empties">
                            "Try again"
                        </a>
                    </p>
                </Empty>
            </div>
        </div>
    }
}

pub(super) fn pages() -> impl IntoView {
    view! {
        <nav class="tabs" aria-label="Example tabs">
            <a href="#pages" aria-current="page">
                "Trading "
                <span class="count">"41"</span>
            </a>
            <a href="#pages">"Library "<span class="count">"19"</span></a>
            <a href="#pages">"Archive"</a>
        </nav>
        {pager(2, 9, |page| format!("?page={page}#pages"))}
    }
}

pub(super) fn dialog() -> impl IntoView {
    view! {
        <dialog open class="dialog corner" aria-labelledby="dialog-heading">
            <h3 class="t-h2" id="dialog-heading">
                "Accept the trade?"
            </h3>
            <p class="serif mt4">
                <cite>"Dune"</cite>
                " and "
                <cite>"Emma"</cite>
                " are reserved for Ana at once, and you have until Friday 27 November to post them. One other offer of yours is withdrawn."
            </p>
            <p class="row mt5">
                <button class="btn btn-do">"Accept the trade"</button>
                <button class="btn">"Not yet"</button>
            </p>
        </dialog>
    }
}
