//! The one set of form controls. Each shows the value that was typed, its error
//! in the same words as the summary, and is tied to its label, hint and error.

use std::borrow::Cow;

use leptos::prelude::*;

use super::grouped;
use super::icons::{Glyph, Icon};
use crate::ui::form_state::{FormState, PageForm};

/// "There is a problem", with a link to each field. Nothing when nothing is wrong.
#[component]
pub fn ErrorSummary(state: FormState) -> impl IntoView {
    if let Some(page) = use_context::<PageForm>() {
        page.say();
    }
    state.failed().then(|| {
        let problem = state.problem().map(str::to_owned);
        let links: Vec<_> = state
            .errors()
            .iter()
            .map(|(name, message)| (format!("#f-{name}"), message.to_owned()))
            .collect();
        view! {
            <div class="summary corner" role="alert" tabindex="-1" id="problem">
                <h2>"There is a problem"</h2>
                {problem.map(|text| view! { <p>{text}</p> })}
                <ul>
                    {links
                        .into_iter()
                        .map(|(href, text)| {
                            view! {
                                <li>
                                    <a href=href>{text}</a>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </div>
        }
    })
}

/// A form that calls a server function: counts once, and comes back with everything typed
/// when it is refused.
#[component]
pub fn PostForm(
    /// `PATH` of the function.
    action: &'static str,
    #[prop(optional)] class: Option<&'static str>,
    #[prop(optional)] id: Option<&'static str>,
    /// Its name, for those who do not see it.
    #[prop(optional)]
    label: Option<&'static str>,
    /// Whether what is wrong is said by us alone, not by the browser before.
    #[prop(optional)]
    novalidate: bool,
    /// The id of what names it.
    #[prop(optional)]
    labelled_by: Option<&'static str>,
    /// Whether it carries files.
    #[prop(optional)]
    files: bool,
    /// The id of the part of the page in which its answer is shown, when it is sent in place.
    #[prop(optional)]
    part: Option<&'static str>,
    /// Whether it stands on a page that visitors share: then it has no key of its own.
    #[prop(optional)]
    shared: bool,
    /// Arguments that nobody types.
    #[prop(optional, into)]
    with: Vec<(&'static str, String)>,
    children: Children,
) -> impl IntoView {
    let page = use_context::<PageForm>();
    debug_assert!(
        page.is_some(),
        "a form outside a page has neither key nor page"
    );
    let hidden = page.map(|page| {
        let key = (!shared).then(|| page.state.key().to_string());
        view! {
            {key.map(|key| view! { <input type="hidden" name=FormState::KEY value=key /> })}
            <input type="hidden" name=FormState::PAGE value=page.here />
        }
    });
    let with = with
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form
            method="post"
            action=action
            class=class
            id=id
            aria-label=label
            aria-labelledby=labelled_by
            enctype=files.then_some("multipart/form-data")
            data-part=part
            novalidate=novalidate
        >
            {hidden}
            {with}
            {children()}
        </form>
    }
}

/// What stands around a control: label, hint, error.
fn framed(
    state: &FormState,
    name: &str,
    label: String,
    hint: String,
    control: impl FnOnce(String, Option<String>, Option<&'static str>) -> AnyView,
) -> AnyView {
    let error = state.error(name).map(str::to_owned);
    let is_wrong = error.is_some();
    let id = format!("f-{name}");
    let hint_id = (!hint.is_empty()).then(|| format!("{id}-hint"));
    let error_id = error.as_ref().map(|_| format!("{id}-error"));
    let described = match (&hint_id, &error_id) {
        (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    };
    let wrong = error.is_some().then_some("true");
    let control = control(id.clone(), described, wrong);
    view! {
        <div class="field" class:is-wrong=is_wrong>
            <label for=id>{label}</label>
            {hint_id
                .map(|id| {
                    view! {
                        <p class="hint" id=id>
                            {hint}
                        </p>
                    }
                })}
            {error.zip(error_id).map(|(text, id)| error_line(id, text))}
            {control}
        </div>
    }
    .into_any()
}

/// What was typed; `value` before anything was.
fn typed_or(state: &FormState, name: &str, value: String) -> String {
    match state.value(name) {
        "" if !state.shows_sent() => value,
        typed => typed.to_owned(),
    }
}

/// What is wrong with a control that is described by `id`.
pub(super) fn error_line(id: String, text: String) -> impl IntoView {
    view! {
        <p class="error" id=id>
            <Icon glyph=Glyph::Warn />
            <span>
                <span class="visually-hidden">"Error: "</span>
                {text}
            </span>
        </p>
    }
}

/// One line of text.
#[component]
pub fn TextField(
    state: FormState,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] hint: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional_no_strip)] inputmode: Option<&'static str>,
    /// The id of a list of values to choose from.
    #[prop(optional)]
    list: Option<&'static str>,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    first: bool,
    /// What to show when nothing was typed yet.
    #[prop(into, optional)]
    value: String,
) -> impl IntoView {
    // A password is never sent back to the browser.
    let shown = match kind {
        "password" => String::new(),
        _ => typed_or(&state, &name, value),
    };
    framed(
        &state,
        &name.clone(),
        label,
        hint,
        move |id, described, wrong| {
            view! {
                <input
                    class="input"
                    type=kind
                    id=id
                    name=name
                    value=shown
                    autofocus=first
                    autocomplete=autocomplete
                    inputmode=inputmode
                    list=list
                    aria-describedby=described
                    aria-invalid=wrong
                />
            }
            .into_any()
        },
    )
}

/// Several lines of text. The content is escaped here by hand: the server
/// renderer writes children of a textarea as they are.
#[component]
pub fn TextArea(
    state: FormState,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] hint: String,
    /// More letters are refused, with a sentence: the browser cuts nothing that is pasted.
    #[prop(default = 4000)]
    maxlength: usize,
    #[prop(into, optional)] value: String,
) -> impl IntoView {
    let shown = typed_or(&state, &name, value);
    let most = grouped(i64::try_from(maxlength).unwrap_or(i64::MAX));
    let hint = format!("{hint} At most {most} characters.");
    let hint = hint.trim_start().to_owned();
    // A newline after the tag is dropped by parsers: it keeps one that was typed.
    let mut escaped = String::from("\n");
    html_escape::encode_double_quoted_attribute_to_string(&shown, &mut escaped);
    framed(
        &state,
        &name.clone(),
        label,
        hint,
        move |id, described, wrong| {
            view! {
                <textarea
                    class="textarea"
                    id=id
                    name=name
                    aria-describedby=described
                    aria-invalid=wrong
                    inner_html=escaped
                ></textarea>
            }
            .into_any()
        },
    )
}

/// Photos to send, in the field `photos`.
#[component]
pub fn PhotosField(
    state: FormState,
    #[prop(into)] label: String,
    #[prop(into)] hint: String,
    /// The address of the script that makes large ones smaller before they are sent.
    smaller: String,
) -> impl IntoView {
    framed(
        &state,
        "photos",
        label,
        hint,
        move |id, described, wrong| {
            view! {
                <input
                    class="input"
                    type="file"
                    id=id
                    name="photos"
                    multiple=true
                    accept="image/jpeg,image/png,image/webp"
                    data-smaller=smaller
                    aria-describedby=described
                    aria-invalid=wrong
                />
            }
            .into_any()
        },
    )
}

/// One of several, in a list that opens. The choices are written here by hand, as time zones are
/// five hundred: a view for each of them costs more than the rest of the page.
#[component]
pub fn Select(
    state: FormState,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] hint: String,
    /// Value and label of each choice.
    #[prop(into)]
    options: Cow<'static, [(String, String)]>,
    #[prop(into, optional)] value: String,
) -> impl IntoView {
    let chosen = typed_or(&state, &name, value);
    let mut written = String::new();
    for (value, label) in options.iter() {
        written.push_str("<option value=\"");
        html_escape::encode_double_quoted_attribute_to_string(value, &mut written);
        written.push_str(if *value == chosen {
            "\" selected>"
        } else {
            "\">"
        });
        html_escape::encode_text_to_string(label, &mut written);
        written.push_str("</option>");
    }
    framed(
        &state,
        &name.clone(),
        label,
        hint,
        move |id, described, wrong| {
            view! {
                <select
                    class="select"
                    id=id
                    name=name
                    aria-describedby=described
                    aria-invalid=wrong
                    inner_html=written
                ></select>
            }
            .into_any()
        },
    )
}

/// A box to tick.
#[component]
pub fn Tick(
    state: FormState,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(default = "on".into(), into)] value: String,
    #[prop(into, optional)] hint: String,
    /// Ticked before anything was sent.
    #[prop(optional)]
    on: bool,
) -> impl IntoView {
    let checked = if state.shows_sent() {
        state.chosen(name, &value)
    } else {
        on || state.chosen(name, &value)
    };
    view! {
        <label class="choice">
            <input type="checkbox" name=name value=value checked=checked />
            <span>
                {label}
                {(!hint.is_empty())
                    .then(|| {
                        view! {
                            <br />
                            <span class="hint">{hint}</span>
                        }
                    })}
            </span>
        </label>
    }
}

/// Any of a few, all visible. `options`: value, label.
#[component]
pub fn Ticks(
    state: FormState,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(into, optional)] hint: String,
    options: Vec<(String, String)>,
    /// Ticked before anything was sent.
    #[prop(optional)]
    on: Vec<String>,
) -> impl IntoView {
    let error = state.error(name).map(str::to_owned);
    let is_wrong = error.is_some();
    let error_id = error.as_ref().map(|_| format!("f-{name}-error"));
    let described = error_id.clone();
    view! {
        <fieldset
            class="field"
            class:is-wrong=is_wrong
            id=format!("f-{name}")
            aria-describedby=described
        >
            <legend>{label}</legend>
            {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
            {error.zip(error_id).map(|(text, id)| error_line(id, text))}
            <div class="ticks">
                {options
                    .into_iter()
                    .map(|(value, label)| {
                        let on = on.contains(&value);
                        view! {
                            <Tick state=state.clone() name=name value=value label=label on=on />
                        }
                    })
                    .collect_view()}
            </div>
        </fieldset>
    }
}

/// One of a few, all visible. `options`: value, label, hint.
#[component]
pub fn Radios(
    state: FormState,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into, optional)] hint: String,
    options: Vec<(String, String, String)>,
    #[prop(into, optional)] value: String,
    /// Whether the keys 1, 2 … of the desk choose them.
    #[prop(optional)]
    keys: bool,
) -> impl IntoView {
    let chosen = typed_or(&state, &name, value);
    let error = state.error(&name).map(str::to_owned);
    let is_wrong = error.is_some();
    let error_id = error.as_ref().map(|_| format!("f-{name}-error"));
    let described = error_id.clone();
    view! {
        <fieldset
            class="field"
            class:is-wrong=is_wrong
            id=format!("f-{name}")
            aria-describedby=described
        >
            <legend>{label}</legend>
            {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
            {error.zip(error_id).map(|(text, id)| error_line(id, text))}
            {options
                .into_iter()
                .enumerate()
                .map(|(place, (value, label, hint))| {
                    let checked = value == chosen;
                    let key = keys.then(|| (place + 1).to_string());
                    let shown = key
                        .clone()
                        .map(|key| {
                            view! {
                                <kbd aria-hidden="true">{key}</kbd>
                                " "
                            }
                        });
                    view! {
                        <label class="choice">
                            <input
                                type="radio"
                                name=name.clone()
                                value=value
                                checked=checked
                                aria-keyshortcuts=key.clone()
                                data-key=key
                            />
                            <span>
                                {shown}{label}
                                {(!hint.is_empty())
                                    .then(|| {
                                        view! {
                                            <br />
                                            <span class="hint">{hint}</span>
                                        }
                                    })}
                            </span>
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
    }
}
