//! Where kinds stand on the settings page.

/// Kinds that belong together on the settings page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// What others propose, and what comes of one's own proposals.
    Proposals,
    /// From the agreement to the end.
    RunningTrades,
    /// Days that come near or have passed.
    Reminders,
    /// Seats at events.
    Events,
    /// New books for a search that was kept.
    Searches,
    /// What the site and its moderators have to say.
    FromUs,
}

impl Group {
    /// The heading over the group.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Proposals => "Proposals",
            Self::RunningTrades => "Running trades",
            Self::Reminders => "Reminders",
            Self::Events => "Events",
            Self::Searches => "Saved searches",
            Self::FromUs => "From us",
        }
    }
}
