//! What is to be done for one evening of the demo community.

use dogear_domain::ids::EventId;

use crate::events::{TaskForm, add_task, set_task_percent, take_task};
use crate::{Cx, Result};

/// What, how many are wanted, and how far it is.
const TASKS: [(&str, &str, &str, &str); 4] = [
    (
        "Carry the long tables up",
        "They stand in the cellar. Two at each end, and mind the lamp.",
        "4",
        "",
    ),
    ("Make the soup", "For twelve, without meat.", "2", "60"),
    ("Sort by shelf while people swap", "", "2", ""),
    ("Take what is left to the shelter", "", "1", ""),
];

/// The host writes them down; the first guest takes the first, the second guest makes the soup.
pub(super) async fn share(host: &Cx, event: EventId, guests: [&Cx; 2]) -> Result<()> {
    let [first, second] = guests;
    for (number, (title, note, wanted, percent)) in TASKS.iter().enumerate() {
        let form = TaskForm {
            title: (*title).into(),
            note: (*note).into(),
            wanted: (*wanted).into(),
            due: String::new(),
        };
        let task = add_task(host, None, event, &form).await?;
        if number == 0 {
            take_task(first, task).await?;
        }
        if !percent.is_empty() {
            take_task(second, task).await?;
            set_task_percent(second, task, percent).await?;
        }
    }
    Ok(())
}
