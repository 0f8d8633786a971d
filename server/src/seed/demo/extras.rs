//! What stands around some evenings of the demo community: partners, somebody who is interested,
//! what guests say afterwards, and an organisation without events yet.

use super::readers::{Reader, named};
use crate::events::{
    FeedbackForm, OrganisationForm, be_interested, create_organisation, invite_member,
    save_partners,
};
use crate::version::Version;
use crate::{Cx, Result, Services};
use dogear_domain::ids::EventId;
use std::sync::Arc;

/// With whom which evening is made.
const PARTNERS: [(&str, &str); 1] = [(
    "Winter swap by lamplight",
    "Leith Night Shelter https://shelter.example.org\nThe Spottiswoode Bakery",
)];

/// Who is interested in which evening, with a note for its host.
const INTERESTED: [(&str, &str, &str); 1] = [(
    "Winter swap by lamplight",
    "quirequeen",
    "I may be late from choir. Would two bags of scores be welcome?",
)];

/// Has it happen for the evening of this title.
///
/// # Errors
/// Those of the services.
pub(super) async fn around(
    services: &Arc<Services>,
    readers: &[Reader],
    host: &Cx,
    title: &str,
    event: EventId,
) -> Result<()> {
    for (_, partners) in PARTNERS.iter().filter(|(of, _)| *of == title) {
        save_partners(host, event, partners, &Version::default()).await?;
    }
    for (_, reader, note) in INTERESTED.iter().filter(|(of, ..)| *of == title) {
        be_interested(&named(readers, reader)?.cx(services), event, note).await?;
    }
    Ok(())
}

/// The organisation of Kettle and Quire, which Ines is asked to join.
///
/// # Errors
/// Those of the services.
pub(super) async fn found_bindery(services: &Arc<Services>, readers: &[Reader]) -> Result<()> {
    let admin = named(readers, "kettle_and_quire")?.cx(services);
    let form = OrganisationForm {
        name: "The Bindery Kitchen".into(),
        town: "Edinburgh".into(),
        description: "Notebooks, loose hinges, and soup.".into(),
        link: "https://bindery.example.org".into(),
    };
    let (bindery, _) = create_organisation(&admin, None, &form).await?;
    invite_member(&admin, None, bindery, "ines", "member").await?;
    Ok(())
}

/// What one of them says.
pub(super) struct Said {
    rating: &'static str,
    words: &'static str,
    shows_name: bool,
}

/// In the order in which they came.
pub(super) const SAID: [Said; 2] = [
    Said {
        rating: "5",
        words: "The note in the cookery book made my week. Could we have it twice a year?",
        shows_name: true,
    },
    Said {
        rating: "4",
        words: "Lovely, and a little cold by the window.",
        shows_name: false,
    },
];

impl Said {
    /// As they type it.
    pub(super) fn form(&self) -> FeedbackForm {
        FeedbackForm {
            rating: self.rating.into(),
            would_return: true,
            words: self.words.into(),
            shows_name: self.shows_name,
        }
    }
}
