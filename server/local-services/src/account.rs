//! Whom the services run as when Dogear itself runs as root.

#![allow(unsafe_code)] // calls of the C library

use std::{
    fs::{self, Metadata},
    os::unix::fs::MetadataExt,
};

use super::EmbeddedError;

/// An ordinary system user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    /// The user's number.
    pub uid: u32,
    /// The number of the user's first group.
    pub gid: u32,
}

impl Account {
    /// Whether this user may pass through a folder, judged by its owner, group and mode.
    pub(crate) fn may_enter(self, folder: &Metadata) -> bool {
        let bit = if folder.uid() == self.uid {
            0o100
        } else if folder.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        folder.mode() & bit != 0
    }
}

/// The user to run services as: somebody else for root, nobody in particular for everyone else.
pub(crate) fn for_services() -> Result<Option<Account>, EmbeddedError> {
    // SAFETY: geteuid only reads the process's own credentials and cannot fail.
    if unsafe { libc::geteuid() } != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| find(&users, name))
        .map(Some)
        .ok_or(EmbeddedError::NoAccount)
}

fn find(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_whole_name() {
        let users = "root:x:0:0::/root:/bin/sh\npostgres2:x:5:6::/:\npostgres:x:101:104::/:\n";
        assert_eq!(
            find(users, "postgres"),
            Some(Account { uid: 101, gid: 104 })
        );
        assert_eq!(find(users, "nobody"), None);
    }
}
