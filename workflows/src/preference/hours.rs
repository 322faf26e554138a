//! Hours of a week: `[from, to)` on some days, over midnight where `to` comes before `from`.

use std::{fmt, str::FromStr};

use chrono::Weekday;

/// A time of day to the minute; 24:00 is the day's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute(u16);

/// Hours of some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// In order; empty means every day. Hours that run over midnight begin on these.
    days: Vec<Weekday>,
    from: Minute,
    to: Minute,
}

/// Why these are no hours: which field, and what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field} {message}")]
pub struct NoTime {
    pub field: &'static str,
    pub message: &'static str,
}

const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;

const DAYS: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

impl Hours {
    /// Reads hours as people write them: days by name, times like 18:30.
    ///
    /// # Errors
    /// Names the field that cannot be: a day that is none, a time that no clock shows, hours without length.
    pub fn parse(days: &[String], from: &str, to: &str) -> Result<Self, NoTime> {
        let mut known = Vec::new();
        for day in days {
            let unknown =
                NoTime { field: "days", message: "has a day that is none: write Mon, Tue, Wed, Thu, Fri, Sat or Sun" };
            known.push(day.trim().parse::<Weekday>().map_err(|_| unknown)?);
        }
        known.sort_unstable_by_key(Weekday::num_days_from_monday);
        known.dedup();
        let time = |field, text: &str| {
            text.parse::<Minute>().map_err(|()| NoTime { field, message: "is no time of day: write it like 18:30" })
        };
        let hours = Self { days: known, from: time("from", from)?, to: time("to", to)? };
        if hours.from.0 == DAY {
            return Err(NoTime { field: "from", message: "is the end of the day: write 00:00 and the next day" });
        }
        if hours.from == hours.to {
            return Err(NoTime { field: "to", message: "is the same as from: for a whole day write 00:00 to 24:00" });
        }
        Ok(hours)
    }

    /// The same out of a row, whose times have seconds.
    pub(super) fn read(days: &[String], from: &str, to: &str) -> Option<Self> {
        Self::parse(days, from.get(..5)?, to.get(..5)?).ok()
    }

    /// In order; empty means every day.
    #[must_use]
    pub fn days(&self) -> &[Weekday] {
        &self.days
    }

    /// The first minute.
    #[must_use]
    pub fn from(&self) -> Minute {
        self.from
    }

    /// The first minute after.
    #[must_use]
    pub fn to(&self) -> Minute {
        self.to
    }

    /// Is there a minute of the week in both?
    #[must_use]
    pub fn overlap(&self, other: &Self) -> bool {
        let theirs: Vec<_> = other.spans().collect();
        self.spans().any(|(begin, end)| theirs.iter().any(|(from, to)| begin < *to && *from < end))
    }

    /// Begin and end in minutes of the week, cut where the week ends.
    fn spans(&self) -> impl Iterator<Item = (u16, u16)> {
        let days = if self.days.is_empty() { DAYS.to_vec() } else { self.days.clone() };
        let length = if self.to > self.from { self.to.0 - self.from.0 } else { self.to.0 + DAY - self.from.0 };
        let from = self.from.0;
        days.into_iter().flat_map(move |day| {
            let begin = u16::try_from(day.num_days_from_monday()).unwrap_or(0) * DAY + from;
            let end = begin + length;
            [(begin, end.min(WEEK)), (0, end.saturating_sub(WEEK))]
        })
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<String> = self.days.iter().map(Weekday::to_string).collect();
        let days = if days.is_empty() { "every day".to_owned() } else { days.join(" ") };
        write!(f, "{days}, {} to {}", self.from, self.to)
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Minute {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (hour, minute) = text.trim().split_once(':').ok_or(())?;
        let two = |text: &str, lengths: &[usize]| {
            let digits = lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<u16>().ok()).flatten().ok_or(())
        };
        let (hour, minute) = (two(hour, &[1, 2])?, two(minute, &[2])?);
        let at = hour * 60 + minute;
        if minute < 60 && at <= DAY { Ok(Self(at)) } else { Err(()) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn hours(days: &str, from: &str, to: &str) -> Result<Hours, NoTime> {
        Hours::parse(&days.split_whitespace().map(str::to_owned).collect::<Vec<_>>(), from, to)
    }

    #[rstest]
    #[case::no_such_day("Funday", "18:00", "19:00", "days")]
    #[case::a_number_for_a_day("8", "18:00", "19:00", "days")]
    #[case::no_such_hour("Mon", "25:00", "26:00", "from")]
    #[case::no_such_minute("Mon", "18:60", "19:00", "from")]
    #[case::past_the_end("Mon", "18:00", "24:01", "to")]
    #[case::from_the_end("Mon", "24:00", "08:00", "from")]
    #[case::half_a_time("Mon", "18", "19:00", "from")]
    #[case::words("Mon", "noon", "19:00", "from")]
    #[case::a_sign("Mon", "+8:00", "19:00", "from")]
    #[case::seconds("Mon", "18:00:30", "19:00", "from")]
    #[case::nothing("", "", "", "from")]
    #[case::no_length("Mon", "18:00", "18:00", "to")]
    fn hours_that_no_clock_shows_are_refused_by_field(
        #[case] days: &str,
        #[case] from: &str,
        #[case] to: &str,
        #[case] field: &str,
    ) {
        assert_eq!(hours(days, from, to).unwrap_err().field, field);
    }

    #[rstest]
    #[case::a_whole_day("Sun", "00:00", "24:00")]
    #[case::over_midnight("Fri", "22:00", "06:00")]
    #[case::every_day("", "08:00", "09:30")]
    #[case::full_names("monday SATURDAY", "8:00", "9:00")]
    fn hours_that_a_clock_shows_are_taken(#[case] days: &str, #[case] from: &str, #[case] to: &str) {
        let read = hours(days, from, to).unwrap();
        let days: Vec<String> = read.days().iter().map(Weekday::to_string).collect();
        assert_eq!(Hours::parse(&days, &read.from().to_string(), &read.to().to_string()), Ok(read));
    }

    #[rstest]
    #[case::beside_each_other("Mon", "08:00", "09:00", "Mon", "09:00", "10:00", false)]
    #[case::within("Mon", "08:00", "12:00", "", "09:00", "10:00", true)]
    #[case::other_days("Mon", "08:00", "12:00", "Tue", "08:00", "12:00", false)]
    #[case::over_midnight_into_the_next("Mon", "22:00", "06:00", "Tue", "05:00", "07:00", true)]
    #[case::over_midnight_and_not_before("Mon", "22:00", "06:00", "Mon", "05:00", "07:00", false)]
    #[case::over_the_end_of_the_week("Sun", "22:00", "06:00", "Mon", "00:00", "01:00", true)]
    fn hours_overlap_where_they_share_a_minute(
        #[case] days: &str,
        #[case] from: &str,
        #[case] to: &str,
        #[case] other_days: &str,
        #[case] other_from: &str,
        #[case] other_to: &str,
        #[case] overlap: bool,
    ) {
        let (one, other) = (hours(days, from, to).unwrap(), hours(other_days, other_from, other_to).unwrap());
        assert_eq!(one.overlap(&other), overlap);
        assert_eq!(other.overlap(&one), overlap);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(day in ".{0,8}", from in ".{0,8}", to in ".{0,8}") {
            let _ = Hours::parse(&[day], &from, &to);
        }
    }
}
