//! Organisations: libraries, clubs and shops whose members host events together.

use crate::text_enum::text_enum;

text_enum! {
    /// What somebody may do in an organisation.
    pub enum OrganisationRole {
        /// Hosts its events, changes what it says of itself, chooses who is a member, closes it.
        Admin => "admin",
        /// Hosts its events.
        Member => "member",
    }
}

impl OrganisationRole {
    /// What pages call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Admin => "Admin",
            Self::Member => "Member",
        }
    }
}

/// Why a step is not taken that would leave an organisation without an admin: `others` is how many
/// admins it has beside the one who would go.
///
/// # Errors
/// The sentence for the reader.
pub const fn may_go(role: OrganisationRole, others: i64) -> Result<(), &'static str> {
    match role {
        OrganisationRole::Admin if others < 1 => Err(
            "It would have no admin. Make somebody else an admin first, or close the organisation.",
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_admin_cannot_go() {
        assert!(may_go(OrganisationRole::Admin, 0).is_err());
        assert!(may_go(OrganisationRole::Admin, 1).is_ok());
        assert!(may_go(OrganisationRole::Member, 0).is_ok());
    }
}
