//! A set of time zones, small enough to copy.

use chrono_tz::Tz;
use serde::{Serialize, Serializer};

use super::table::{ADAK, ANCHORAGE, CHICAGO, DENVER, HONOLULU, LOS_ANGELES, NEW_YORK, PHOENIX, ZONES};

/// Candidate zones, each a different clock: zones that agree at every instant from 2026 on are one (Detroit is
/// New York, Boise is Denver), while Phoenix and Denver stay two even when they show the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zones(Set);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    /// Bit `i` is `ZONES[i]`.
    Bits(u32),
    /// A zone the person named, which may be anywhere.
    One(Tz),
}

impl Zones {
    /// Where somebody in the United States can be. A territory counts only when a clue points to it.
    pub const ALL_US: Self =
        Self::from_set(NEW_YORK | CHICAGO | DENVER | PHOENIX | LOS_ANGELES | ANCHORAGE | ADAK | HONOLULU);

    pub(super) const fn from_set(set: u32) -> Self {
        Self(Set::Bits(set))
    }

    /// One zone, known for sure.
    #[must_use]
    pub const fn of(zone: Tz) -> Self {
        Self(Set::One(zone))
    }

    /// The zones, from east to west for those of the mainland.
    pub fn iter(self) -> impl Iterator<Item = Tz> {
        let (bits, one) = match self.0 {
            Set::Bits(bits) => (bits, None),
            Set::One(zone) => (0, Some(zone)),
        };
        ZONES.iter().enumerate().filter(move |(i, _)| bits >> i & 1 == 1).map(|(_, zone)| *zone).chain(one)
    }
}

impl Serialize for Zones {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Tz::name))
    }
}
