//! The form of a list.

use dogear_domain::fields::{FieldErrors, ListDescription, ListName, slugify};
use dogear_domain::lists::ListVisibility;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// The form of a list, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListForm {
    /// Needed.
    pub name: String,
    /// May stay empty.
    pub description: String,
    /// Who sees it.
    pub visibility: ListVisibility,
    /// Its order means something, and places are shown as numbers.
    pub ranked: bool,
}

/// The form, read.
pub(super) struct ListText {
    pub name: ListName,
    pub description: ListDescription,
    pub visibility: ListVisibility,
    pub ranked: bool,
}

impl ListText {
    /// A new list of this name that nobody else sees.
    pub(super) fn private(name: ListName) -> Self {
        Self {
            name,
            description: ListDescription::default(),
            visibility: ListVisibility::Private,
            ranked: false,
        }
    }

    /// The readable part of its address.
    pub(super) fn slug(&self) -> String {
        slugify(&self.name)
    }

    /// As its form shows it when it is saved.
    pub(super) fn form(&self) -> ListForm {
        ListForm {
            name: self.name.to_string(),
            description: self.description.to_string(),
            visibility: self.visibility,
            ranked: self.ranked,
        }
    }
}

impl ListForm {
    /// What was typed, read.
    ///
    /// # Errors
    /// `Invalid` on `name` and `description`.
    pub(super) fn read(&self) -> Result<ListText> {
        let mut errors = FieldErrors::new();
        let name = errors.take("name", ListName::parse(&self.name));
        let description = errors.take("description", ListDescription::parse(&self.description));
        let read = name.zip(description);
        let (name, description) = errors.finish(read).map_err(Error::Invalid)?;
        Ok(ListText {
            name,
            description,
            visibility: self.visibility,
            ranked: self.ranked,
        })
    }
}
