//! How a draw is checked, in plain words, and what is needed for it.

use dogear_domain::rounds::{AskState, GIFT_DAYS};
use dogear_server::rounds::{Drawn, RoundPage};
use leptos::prelude::*;

/// The part of the page of a draw that says how it is drawn.
pub(super) fn how_it_is_drawn(round: &RoundPage) -> Option<AnyView> {
    let hash = round.seed_hash.clone()?;
    let id = round.id.to_string();
    let mine = round.ask.map(|ask| ask.number.to_string());
    let own = mine.clone().map(|number| {
        view! {
            <p>
                "Your number in draws is " <strong>{number}</strong>
                ". Nobody but you is told whose it is."
            </p>
        }
    });
    let seed = match round.seed.clone() {
        Some(seed) => view! {
            <dt>"Seed"</dt>
            <dd>
                <code>{seed}</code>
            </dd>
        }
        .into_any(),
        None => ().into_any(),
    };
    let steps = format!(
        "For each reader a code is made: the HMAC-SHA256 of “{id}:” and the reader’s number, with the seed as the key. Readers who have had no gift in {GIFT_DAYS} days come first, then the others; within both the smallest code wins. When you make the codes anew, with any program that can, you get the same order. That the SHA-256 of the seed is the fingerprint shows that it was not chosen after readers had asked."
    );
    let table = table(&round.order, mine);
    Some(
        view! {
            <section class="stack rule-top" aria-labelledby="check">
                <h2 id="check" class="t-h3">
                    "How it is drawn"
                </h2>
                <p>
                    "Before anybody could ask, this site has thrown the dice, so to speak: it has made a long number by chance, the seed. Its fingerprint stands here from the beginning; the seed itself follows when it is drawn. So nobody can know the order before, and nobody can change it afterwards."
                </p>
                {own}
                <dl class="facts">
                    <dt>"Number of this draw"</dt>
                    <dd>{id}</dd>
                    <dt>"Fingerprint of the seed"</dt>
                    <dd>
                        <code>{hash}</code>
                    </dd>
                    {seed}
                </dl>
                <details class="sheet plain">
                    <summary>"Check it yourself"</summary>
                    <p>{steps}</p>
                </details>
                {table}
            </section>
        }
        .into_any(),
    )
}

fn table(order: &[Drawn], mine: Option<String>) -> Option<AnyView> {
    if order.is_empty() {
        return None;
    }
    let rows: Vec<_> = order
        .iter()
        .map(|line| {
            let number = line.number.to_string();
            let own = mine.as_ref() == Some(&number);
            let became = match line.state {
                AskState::Waiting => "",
                AskState::Offered => "is asked",
                AskState::Taken => "has taken it",
                AskState::Passed => "passed",
                AskState::Silent => "did not answer",
                AskState::Skipped => "could not have it",
            };
            view! {
                <tr>
                    <td data-label="Place">{line.place}</td>
                    <td data-label="Reader">
                        {number} {own.then(|| view! { <strong>" (you)"</strong> })}
                    </td>
                    <td data-label="A gift lately">{if line.favoured { "no" } else { "yes" }}</td>
                    <td data-label="Code">
                        <code class="fine">{line.code.clone()}</code>
                    </td>
                    <td data-label="">{became}</td>
                </tr>
            }
        })
        .collect();
    Some(
        view! {
            <div class="tablebox">
                <table class="table folds">
                    <caption class="visually-hidden">"The order that was drawn"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Place"</th>
                            <th scope="col">"Reader"</th>
                            <th scope="col">"A gift lately"</th>
                            <th scope="col">"Code"</th>
                            <th scope="col">
                                <span class="visually-hidden">"What became of it"</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <p class="fine quiet">
                "Readers are named by numbers alone. Only those who have asked, whoever gives the book and moderators see this list; a reader who has left Dogear is missing in it."
            </p>
        }
        .into_any(),
    )
}
