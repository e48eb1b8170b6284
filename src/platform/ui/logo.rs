//! The mark: a market stall with a tick.

use maud::{Markup, html};

pub fn logo() -> Markup {
    html! {
        svg viewBox="0 0 40 40" aria-hidden="true" focusable="false" {
            path d="M6 16v15a4 4 0 0 0 4 4h20a4 4 0 0 0 4-4V16" fill="#0b4f3a" {}
            path d="M4.500 7.200A3 3 0 0 1 7.400 5h25.200a3 3 0 0 1 2.900 2.200L38 16a4.500 4.500 0 0 1-9 0 4.500 4.500 0 0 1-9 0 4.500 4.500 0 0 1-9 0 4.500 4.500 0 0 1-9 0z" fill="#ffc845" {}
            path d="M11 16a4.500 4.500 0 0 1-9 0l2.500-8.800A3 3 0 0 1 7.400 5H13zM29 16a4.500 4.500 0 0 1-9 0V5h7z" fill="#f3b01c" {}
            path d="m14 26.500 4.200 4L26.500 23" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" {}
        }
    }
}
