//! What is said once about an address: its pattern, who may open it, how it is answered.

/// Who may open a page or call a function. The services decide again for themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everybody.
    Anyone,
    /// Whoever is signed in, also suspended or leaving.
    Reader,
    /// Whoever is signed in, in good standing.
    Member,
    /// Moderators and admins.
    Moderator,
    /// Admins alone.
    Admin,
}

/// A page of the site.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// As the router takes it, e.g. `/trades/{id}`.
    pub pattern: &'static str,
    /// Who may open it.
    pub access: Access,
    /// Whether visitors may be answered from memory: it is the same for all of them, and
    /// no form on it has a key of its own.
    pub cached: bool,
    /// Whether it is the same for everybody, so that nobody's session is looked at.
    pub sessionless: bool,
    /// Whether visitors are led to it who have no account yet: they are asked to join, not to
    /// log in.
    pub newcomers: bool,
}

impl Page {
    pub(crate) const fn new(pattern: &'static str, access: Access) -> Self {
        Self {
            pattern,
            access,
            cached: false,
            sessionless: false,
            newcomers: false,
        }
    }

    pub(crate) const fn cached(self) -> Self {
        Self {
            cached: true,
            ..self
        }
    }

    pub(crate) const fn sessionless(self) -> Self {
        Self {
            sessionless: true,
            ..self
        }
    }

    pub(crate) const fn newcomers(self) -> Self {
        Self {
            newcomers: true,
            ..self
        }
    }

    /// The address with `part` in the place of the pattern's first variable.
    pub(crate) fn at(&self, part: impl std::fmt::Display) -> String {
        match (self.pattern.split_once('{'), self.pattern.split_once('}')) {
            (Some((start, _)), Some((_, end))) => format!("{start}{part}{end}"),
            _ => self.pattern.to_owned(),
        }
    }

    /// Whether `path` is an address of this page: as many parts, the same words.
    #[must_use]
    pub fn fits(&self, path: &str) -> bool {
        let mut parts = path.split('/');
        self.pattern.split('/').all(|wanted| {
            parts
                .next()
                .is_some_and(|part| wanted == part || wanted.starts_with('{') && !part.is_empty())
        }) && parts.next().is_none()
    }
}

/// Declares pages. `NAME = "/pattern" Access flags;` gives the constant `NAME` (the path) and
/// `pages::NAME`; with a function, `NAME name(id: Type) = "/pattern/{id}" Access;`, the
/// function gives the path; with a pattern whose path is written by hand, `NAME in "…"`,
/// `pages::NAME` alone.
macro_rules! pages {
    // Nothing is left to sort.
    (@sort [$($all:tt)*] [$($item:item)*]) => {
        $($item)*
        pages!(@all $($all)*);
    };
    (@sort [$($all:tt)*] [$($item:item)*]
        $(#[$meta:meta])* $name:ident = $pattern:literal $access:ident $($flag:ident)*; $($rest:tt)*
    ) => {
        pages!(@sort [$($all)* ($(#[$meta])* $name $pattern $access $($flag)*)] [
            $($item)*
            $(#[$meta])*
            pub const $name: &str = $pattern;
        ] $($rest)*);
    };
    (@sort [$($all:tt)*] [$($item:item)*]
        $(#[$meta:meta])* $name:ident in $pattern:literal $access:ident $($flag:ident)*; $($rest:tt)*
    ) => {
        pages!(@sort [$($all)* ($(#[$meta])* $name $pattern $access $($flag)*)] [$($item)*] $($rest)*);
    };
    (@sort [$($all:tt)*] [$($item:item)*]
        $(#[$meta:meta])* $name:ident $path:ident($($part:ident: $type:ty),+) = $pattern:literal $access:ident $($flag:ident)*; $($rest:tt)*
    ) => {
        pages!(@sort [$($all)* ($(#[$meta])* $name $pattern $access $($flag)*)] [
            $($item)*
            $(#[$meta])*
            #[must_use]
            pub fn $path($($part: $type),+) -> String {
                format!($pattern)
            }
        ] $($rest)*);
    };
    (@all $(($(#[$meta:meta])* $name:ident $pattern:literal $access:ident $($flag:ident)*))*) => {
        /// What holds for each page; links take the constants and functions beside this.
        pub mod pages {
            use crate::page::{Access, Page};
            $(
                $(#[$meta])*
                pub const $name: Page = Page::new($pattern, Access::$access)$(.$flag())*;
            )*
            /// Every page.
            pub const ALL: &[Page] = &[$($name),*];
        }
    };
    ($($rest:tt)*) => { pages!(@sort [] [] $($rest)*); };
}
