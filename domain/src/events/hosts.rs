//! Who may do what with an event: the member who entered it, and those who help.

use crate::text_enum::text_enum;

text_enum! {
    /// As what somebody acts for an event. Each may do what those below may, too.
    pub enum HostRole {
        /// At the door: the list, who is let in, guests who are added there.
        Door => "door",
        /// Everything but to cancel it and to choose who hosts.
        CoHost => "co_host",
        /// Who entered it: everything.
        Owner => "owner",
    }
}

impl HostRole {
    /// Whether it is enough for what needs `needed`.
    #[must_use]
    pub fn covers(self, needed: Self) -> bool {
        self >= needed
    }

    /// A role that an owner can give away.
    #[must_use]
    pub const fn is_given(self) -> bool {
        !matches!(self, Self::Owner)
    }

    /// What pages call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Door => "At the door",
            Self::CoHost => "Co-host",
            Self::Owner => "Host",
        }
    }

    /// What somebody does who has it, as it stands after “to”.
    #[must_use]
    pub const fn task(self) -> &'static str {
        match self {
            Self::Door => "help at the door of",
            Self::CoHost | Self::Owner => "host",
        }
    }
}

text_enum! {
    /// Where somebody stands who was asked to help.
    pub enum HostState {
        /// They have not answered.
        Invited => "invited",
        /// They help.
        Active => "active",
    }
}

text_enum! {
    /// What somebody did who hosts an event.
    pub enum HostAct {
        /// It is shown to those who may see it.
        Published => "published",
        /// It says something else; the fields are the detail.
        Changed => "changed",
        /// It has more seats or fewer; from how many to how many is the detail.
        Capacity => "capacity",
        /// It does not take place.
        Cancelled => "cancelled",
        /// A moderator has cancelled it.
        TakenDown => "taken_down",
        /// A guest who is no member has seats; how many is the detail.
        GuestAdded => "guest_added",
        /// Has them no more.
        GuestRemoved => "guest_removed",
        /// A message went to guests; to how many is the detail.
        MessageSent => "message_sent",
        /// There is a new link for those who are invited.
        LinkMade => "link_made",
        /// Somebody is asked to help; the role is the detail.
        HostInvited => "host_invited",
        /// They say yes.
        HostJoined => "host_joined",
        /// They say no.
        HostDeclined => "host_declined",
        /// They help no more.
        HostLeft => "host_left",
        /// They were asked no more, or removed.
        HostRemoved => "host_removed",
        /// They have another role, which is the detail.
        RoleChanged => "role_changed",
        /// There is a new code with which seats cost less.
        CodeMade => "code_made",
        /// A code counts no more.
        CodeEnded => "code_ended",
        /// Somebody has noted that a guest has paid.
        PaidNoted => "paid_noted",
        /// A guest has not paid after all.
        PaidTakenBack => "paid_taken_back",
        /// It is made with others.
        Partners => "partners",
        /// There is one more task.
        TaskAdded => "task_added",
        /// A task says something else.
        TaskChanged => "task_changed",
        /// A task is not to be done any more.
        TaskRemoved => "task_removed",
        /// A member is asked to do a task.
        TaskAsked => "task_asked",
        /// A guest has another stall, or none.
        StallChanged => "stall_changed",
        /// Guests without a stall have one by number; how many is the detail.
        StallsNumbered => "stalls_numbered",
        /// Nobody has a stall any more; how many had is the detail.
        StallsCleared => "stalls_cleared",
        /// Its owner has deleted it.
        Deleted => "deleted",
        /// Its owner has it back.
        Restored => "restored",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_those_below_it_may() {
        use HostRole::{CoHost, Door, Owner};
        for (has, may) in [
            (Door, [true, false, false]),
            (CoHost, [true, true, false]),
            (Owner, [true, true, true]),
        ] {
            assert_eq!([Door, CoHost, Owner].map(|needed| has.covers(needed)), may);
        }
    }
}
