//! The icons: Lucide SVGs vendored by `bin/vendor`, which reads the names from this table.
//!
//! An icon never stands alone: a word follows it, or the control that holds it has an accessible name.

use leptos::prelude::*;

macro_rules! icons {
    ($($variant:ident => $name:literal,)+) => {
        /// One vendored icon.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon {
            $(#[doc = $name] $variant,)+
        }

        impl Icon {
            /// Every icon there is.
            pub const ALL: &[Icon] = &[$(Icon::$variant,)+];

            /// Lucide's name for it.
            pub fn name(self) -> &'static str {
                match self { $(Icon::$variant => $name,)+ }
            }

            fn source(self) -> &'static str {
                match self { $(Icon::$variant => include_str!(concat!("../vendor/lucide/", $name, ".svg")),)+ }
            }
        }
    };
}

icons! {
    Archive => "archive",
    ArrowRight => "arrow-right",
    ArrowUpRight => "arrow-up-right",
    AudioLines => "audio-lines",
    Ban => "ban",
    CalendarClock => "calendar-clock",
    Check => "check",
    CheckCheck => "check-check",
    ChevronDown => "chevron-down",
    ChevronsUpDown => "chevrons-up-down",
    CircleAlert => "circle-alert",
    CircleCheck => "circle-check",
    CircleDashed => "circle-dashed",
    CircleHelp => "circle-question-mark",
    CircleSlash => "circle-slash",
    CircleX => "circle-x",
    Clock => "clock",
    ClockAlert => "clock-alert",
    Coffee => "coffee",
    Contact => "contact",
    Download => "download",
    Ear => "ear",
    FilePen => "file-pen-line",
    FileSpreadsheet => "file-spreadsheet",
    Flag => "flag",
    Flask => "flask-conical",
    Gauge => "gauge",
    HandCoins => "hand-coins",
    Headphones => "headphones",
    Hourglass => "hourglass",
    Info => "info",
    Layers => "layers",
    List => "list",
    ListFilter => "list-filter",
    Loader => "loader",
    Lock => "lock",
    LogOut => "log-out",
    Mail => "mail",
    MailOpen => "mail-open",
    MailX => "mail-x",
    Megaphone => "megaphone",
    MessageSquare => "message-square",
    Mic => "mic",
    Pause => "pause",
    PenLine => "pen-line",
    Phone => "phone",
    PhoneCall => "phone-call",
    PhoneMissed => "phone-missed",
    PhoneOff => "phone-off",
    PhoneOutgoing => "phone-outgoing",
    Play => "play",
    Plus => "plus",
    Pointer => "mouse-pointer-click",
    RadioTower => "radio-tower",
    Repeat => "repeat",
    Reply => "reply",
    RotateCw => "rotate-cw",
    Search => "search",
    Send => "send",
    ShieldBan => "shield-ban",
    ShieldCheck => "shield-check",
    SkipForward => "step-forward",
    Square => "square",
    TriangleAlert => "triangle-alert",
    Upload => "upload",
    UserX => "user-x",
    Voicemail => "voicemail",
    Webhook => "webhook",
    WifiOff => "wifi-off",
    X => "x",
}

impl Icon {
    /// What stands between the vendored file's `<svg …>` and `</svg>`.
    fn shapes(self) -> &'static str {
        let open = self.source().split_once("<svg").map_or("", |(_, rest)| rest);
        let inner = open.split_once('>').map_or("", |(_, rest)| rest);
        inner.split_once("</svg>").map_or("", |(shapes, _)| shapes).trim()
    }

    fn svg(self, class: &'static str) -> AnyView {
        view! {
            <svg class=class viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" inner_html=self.shapes()></svg>
        }
        .into_any()
    }

    /// 16 pixels: beside 13-pixel text.
    pub fn view(self) -> AnyView {
        self.svg("i")
    }

    /// 14 pixels: in labels, small buttons and nodes.
    pub fn small(self) -> AnyView {
        self.svg("i sm")
    }

    /// 20 pixels: on an empty page.
    pub fn large(self) -> AnyView {
        self.svg("i lg")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_has_shapes_and_no_style_of_its_own() {
        for icon in Icon::ALL {
            let shapes = icon.shapes();
            assert!(shapes.starts_with('<'), "{} is empty", icon.name());
            assert!(!shapes.contains("style="), "{} carries a style", icon.name());
        }
    }
}
