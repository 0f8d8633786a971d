//! Small bar charts, drawn on the server. The numbers stand in a table beside them.

use leptos::prelude::*;

const HEIGHT: i64 = 60;
const STEP: i64 = 20;

/// Bars for `values`, each with its label; that at `running`, if any, is not over. `said` describes
/// the chart to those who do not see it.
pub fn bars(
    values: &[(String, i64)],
    running: Option<usize>,
    said: String,
) -> impl IntoView + use<> {
    let most = values
        .iter()
        .map(|(_, value)| *value)
        .max()
        .unwrap_or(0)
        .max(1);
    let width = STEP * values.len() as i64;
    let marks: Vec<_> = values
        .iter()
        .enumerate()
        .map(|(position, (label, value))| {
            let height = (value * HEIGHT / most).max(i64::from(*value > 0) * 2);
            let x = STEP * position as i64;
            let class = if running == Some(position) {
                "red"
            } else {
                "ink"
            };
            let title = format!("{label}: {value}");
            view! {
                <rect
                    class=class
                    x=(x + 2).to_string()
                    y=(HEIGHT - height + 12).to_string()
                    width=(STEP - 4).to_string()
                    height=height.to_string()
                >
                    <title>{title}</title>
                </rect>
            }
        })
        .collect();
    let (first_label, last_label) = match (values.first(), values.last()) {
        (Some(first), Some(last)) => (first.0.clone(), last.0.clone()),
        _ => Default::default(),
    };
    let base = (HEIGHT + 12).to_string();
    view! {
        <svg
            class="chart"
            viewBox=format!("0 0 {width} {}", HEIGHT + 28)
            width=width.to_string()
            height=(HEIGHT + 28).to_string()
            role="img"
            aria-label=said
        >
            <text x="0" y="9">
                {most}
            </text>
            <path d=format!("M0 {base}h{width}") stroke="currentColor" stroke-width=".5"></path>
            {marks}
            <text x="0" y=(HEIGHT + 25).to_string()>
                {first_label}
            </text>
            <text x=width.to_string() y=(HEIGHT + 25).to_string() text-anchor="end">
                {last_label}
            </text>
        </svg>
    }
}
