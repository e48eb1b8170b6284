//! Page numbers in lists.

/// Which slice of a list is shown. `number` starts at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    pub number: u32,
    pub size: u32,
}

impl Page {
    /// Deepest page that is served: further pages cost the database more than they help anybody.
    pub const LAST: u32 = 500;

    /// From a query parameter: anything that is not a page number is page 1.
    pub fn from_query(value: Option<&str>, size: u32) -> Page {
        let number = value.and_then(|v| v.parse::<u32>().ok()).unwrap_or(1).clamp(1, Self::LAST);
        Page { number, size }
    }

    pub const fn offset(self) -> i64 {
        (self.number as i64 - 1) * self.size as i64
    }

    pub const fn limit(self) -> i64 {
        self.size as i64
    }

    /// How many pages `total` items fill, at least 1.
    pub fn count(self, total: i64) -> u32 {
        (total.max(1) as u64).div_ceil(u64::from(self.size)).min(u64::from(Self::LAST)) as u32
    }

    /// First and last item shown, counted from 1; (0, 0) for an empty list.
    pub fn range(self, total: i64) -> (i64, i64) {
        if total == 0 { (0, 0) } else { (self.offset() + 1, (self.offset() + self.limit()).min(total)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_the_first_page() {
        for v in [None, Some(""), Some("abc"), Some("-1"), Some("0")] {
            assert_eq!(Page::from_query(v, 24).number, 1);
        }
        assert_eq!(Page::from_query(Some("99999"), 24).number, Page::LAST);
    }

    #[test]
    fn ranges_and_counts() {
        let p = Page { number: 3, size: 24 };
        assert_eq!(p.range(57), (49, 57));
        assert_eq!(p.count(57), 3);
        assert_eq!(p.count(0), 1);
    }
}
