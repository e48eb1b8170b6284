//! Dates as people read them, in the shop's time zone (Europe/Paris).

use chrono::{DateTime, Datelike, Timelike, Utc, Weekday};
use chrono_tz::Europe::Paris;

use crate::Lang;

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS_FR: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const DAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// `4 novembre 2026`, `4 November 2026`; the first of a month is `1er` in French.
pub fn date(lang: Lang, at: DateTime<Utc>) -> String {
    let d = at.with_timezone(&Paris);
    let day = if d.day() == 1 && lang == Lang::Fr { "1er".to_string() } else { d.day().to_string() };
    let month = lang.pick(MONTHS_FR, MONTHS_EN)[d.month0() as usize];
    format!("{day} {month} {}", d.year())
}

/// `mardi 24 novembre`, `Tuesday 24 November`.
pub fn weekday_date(lang: Lang, day: chrono::NaiveDate) -> String {
    let name = lang.pick(DAYS_FR, DAYS_EN)[day.weekday().num_days_from_monday() as usize];
    let n = if day.day() == 1 && lang == Lang::Fr { "1er".to_string() } else { day.day().to_string() };
    format!("{name} {n} {}", lang.pick(MONTHS_FR, MONTHS_EN)[day.month0() as usize])
}

/// `4 novembre 2026 à 14:31`.
pub fn date_time(lang: Lang, at: DateTime<Utc>) -> String {
    format!("{} {} {}", date(lang, at), lang.pick("à", "at"), time(at))
}

/// `14:31` in the shop's time zone.
pub fn time(at: DateTime<Utc>) -> String {
    let d = at.with_timezone(&Paris);
    format!("{:02}:{:02}", d.hour(), d.minute())
}

/// `04/11/2026 14:31`, for tables.
pub fn short(at: DateTime<Utc>) -> String {
    at.with_timezone(&Paris).format("%d/%m/%Y %H:%M").to_string()
}

/// Machine form for `<time datetime>`.
pub fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// The day in the shop's time zone.
pub fn day(at: DateTime<Utc>) -> chrono::NaiveDate {
    at.with_timezone(&Paris).date_naive()
}

/// `days` working days (Monday to Friday) after `from`.
pub fn add_working_days(from: chrono::NaiveDate, days: u32) -> chrono::NaiveDate {
    let mut d = from;
    let mut left = days;
    while left > 0 {
        d = d + chrono::Days::new(1);
        if !matches!(d.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{NaiveDate, TimeZone};

    #[test]
    fn dates_are_shown_in_paris_time() {
        let at = Utc.with_ymd_and_hms(2026, 10, 31, 23, 30, 0).unwrap();
        assert_eq!(date(Lang::Fr, at), "1er novembre 2026");
        assert_eq!(date_time(Lang::En, at), "1 November 2026 at 00:30");
    }

    #[test]
    fn working_days_skip_the_week_end() {
        let friday = NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
        assert_eq!(add_working_days(friday, 2), NaiveDate::from_ymd_opt(2026, 11, 24).unwrap());
    }
}
