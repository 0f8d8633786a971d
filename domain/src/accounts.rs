//! Who may do what with accounts.

use crate::ids::UserId;
use crate::text_enum::text_enum;

text_enum! {
    /// What a member may do besides trading. Ordered: more rights are greater.
    pub enum Role {
        /// Everybody who registered.
        Member => "member",
        /// Handles reports, hides listings, suspends members.
        Moderator => "moderator",
        /// A moderator who may also change roles and settings.
        Admin => "admin",
    }
}

impl Role {
    /// Whether the built-in pages under `/admin` open.
    #[must_use]
    pub fn can_moderate(self) -> bool {
        self >= Self::Moderator
    }

    /// Whether roles and settings may be changed.
    #[must_use]
    pub fn can_administer(self) -> bool {
        self == Self::Admin
    }

    /// The name that people read.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Member => "Member",
            Self::Moderator => "Moderator",
            Self::Admin => "Admin",
        }
    }
}

text_enum! {
    /// Whether an account is in use.
    pub enum AccountStatus {
        /// In ordinary use.
        Active => "active",
        /// May log in, read, finish running trades and export; nothing else.
        Suspended => "suspended",
        /// Deletion was asked for and waits for sent books to arrive.
        Closing => "closing",
        /// Personal data is erased; others see “former member”.
        Deleted => "deleted",
    }
}

impl AccountStatus {
    /// Whether anything new may be begun: listings, proposals, reports.
    #[must_use]
    pub fn can_start_things(self) -> bool {
        self == Self::Active
    }
}

/// A wish to give somebody another role.
#[derive(Clone, Copy, Debug)]
pub struct RoleChange {
    /// Who asks.
    pub actor: UserId,
    /// The role of the one who asks.
    pub actor_role: Role,
    /// Whose role would change.
    pub target: UserId,
    /// The role that the target has now.
    pub from: Role,
    /// The role that the target would get.
    pub to: Role,
    /// Whether nobody but the target could administer the site.
    pub last_admin: bool,
}

/// Why a role stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// The actor is no admin.
    #[error("Only an admin can change roles.")]
    NotAnAdmin,
    /// The actor is the target.
    #[error("Nobody can change their own role. Ask another admin.")]
    OwnRole,
    /// Nobody would be left to administer the site.
    #[error("This is the last admin. Make somebody else an admin first.")]
    LastAdmin,
    /// The target has that role already.
    #[error("This member has that role already.")]
    Unchanged,
}

/// Checks whether a role may be given.
///
/// # Errors
/// Says which rule speaks against it.
pub fn can_grant(change: &RoleChange) -> Result<(), RoleError> {
    if !change.actor_role.can_administer() {
        return Err(RoleError::NotAnAdmin);
    }
    if change.actor == change.target {
        return Err(RoleError::OwnRole);
    }
    if change.from == change.to {
        return Err(RoleError::Unchanged);
    }
    if change.last_admin {
        return Err(RoleError::LastAdmin);
    }
    Ok(())
}

/// Checks whether `actor` may suspend or restore `target`: moderators act on members, admins also
/// on moderators and other admins, nobody on themselves. `last_admin` says that nobody but the
/// target could administer the site.
///
/// # Errors
/// Says which rule speaks against it.
pub fn can_suspend(
    (actor, actor_role): (UserId, Role),
    (target, target_role): (UserId, Role),
    last_admin: bool,
) -> Result<(), SuspendError> {
    if actor == target {
        return Err(SuspendError::Oneself);
    }
    let outranks = actor_role.can_administer() || actor_role > target_role;
    if !actor_role.can_moderate() || !outranks {
        return Err(SuspendError::Rank);
    }
    if last_admin {
        return Err(SuspendError::LastAdmin);
    }
    Ok(())
}

/// Why a member is not suspended or restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuspendError {
    /// The actor is the target.
    #[error("Nobody can suspend or restore themselves.")]
    Oneself,
    /// The target's role is too high for the actor.
    #[error("Only an admin can act on moderators and admins.")]
    Rank,
    /// Nobody would be left to administer the site.
    #[error("This is the last admin. Make somebody else an admin first.")]
    LastAdmin,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADMIN: UserId = UserId(1);
    const OTHER: UserId = UserId(2);

    fn change(actor_role: Role, target: UserId, from: Role, to: Role, last: bool) -> RoleChange {
        RoleChange {
            actor: ADMIN,
            actor_role,
            target,
            from,
            to,
            last_admin: last,
        }
    }

    #[test]
    fn only_admins_change_roles() {
        for &role in Role::ALL {
            for &to in &[Role::Moderator, Role::Admin] {
                let wish = change(role, OTHER, Role::Member, to, false);
                let wanted = if role == Role::Admin {
                    Ok(())
                } else {
                    Err(RoleError::NotAnAdmin)
                };
                assert_eq!(can_grant(&wish), wanted);
            }
        }
    }

    #[test]
    fn nobody_changes_their_own_role_and_the_last_admin_stays() {
        let own = change(Role::Admin, ADMIN, Role::Admin, Role::Member, false);
        assert_eq!(can_grant(&own), Err(RoleError::OwnRole));
        let last = change(Role::Admin, OTHER, Role::Admin, Role::Member, true);
        assert_eq!(can_grant(&last), Err(RoleError::LastAdmin));
        let one_of_two = change(Role::Admin, OTHER, Role::Admin, Role::Member, false);
        assert_eq!(can_grant(&one_of_two), Ok(()));
        let same = change(Role::Admin, OTHER, Role::Member, Role::Member, false);
        assert_eq!(can_grant(&same), Err(RoleError::Unchanged));
    }

    #[test]
    fn suspension_needs_rank() {
        let by = |actor, target, last| can_suspend((ADMIN, actor), (OTHER, target), last);
        assert_eq!(
            by(Role::Member, Role::Member, false),
            Err(SuspendError::Rank)
        );
        assert_eq!(by(Role::Moderator, Role::Member, false), Ok(()));
        assert_eq!(
            by(Role::Moderator, Role::Moderator, false),
            Err(SuspendError::Rank)
        );
        assert_eq!(
            by(Role::Moderator, Role::Admin, false),
            Err(SuspendError::Rank)
        );
        assert_eq!(by(Role::Admin, Role::Admin, false), Ok(()));
        assert_eq!(
            by(Role::Admin, Role::Admin, true),
            Err(SuspendError::LastAdmin)
        );
        let oneself = can_suspend((ADMIN, Role::Admin), (ADMIN, Role::Admin), false);
        assert_eq!(oneself, Err(SuspendError::Oneself));
    }

    #[test]
    fn words_read_back_and_order_holds() {
        for &role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
        }
        assert!(Role::Member < Role::Moderator && Role::Moderator < Role::Admin);
        assert!("root".parse::<Role>().is_err());
        assert!(!AccountStatus::Suspended.can_start_things());
    }
}
