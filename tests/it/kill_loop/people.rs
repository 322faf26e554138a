//! Whom a round reaches: each of them once, so that no earlier round is why somebody is left in peace.

/// Area codes of New York, all in one zone.
const AREAS: [&str; 7] = ["212", "646", "917", "332", "718", "929", "347"];
/// What the simulator makes of a call.
const CALLS: [&str; 12] =
    ["0121", "0121", "0121", "0121", "0102", "0102", "0108", "0101", "0103", "0104", "0105", "0106"];
/// The same of a text, and of an e-mail.
const TEXTS: [&str; 6] = ["0100", "0100", "0100", "0101", "0102", "0106"];
const MAILS: [&str; 5] = ["delivered", "opened", "clicked", "bounced", "failed"];
/// How many a round calls, texts and writes to.
const CALLED: usize = 24;
const TEXTED: usize = 30;
const MAILED: usize = 20;

/// Numbers and addresses that nobody has had yet.
#[derive(Default)]
pub(super) struct Telephones(usize);

impl Telephones {
    pub(super) fn calls(&mut self) -> String {
        self.list(CALLS.into_iter().cycle().take(CALLED).map(Some), None)
    }

    pub(super) fn texts(&mut self) -> String {
        self.list(TEXTS.into_iter().cycle().take(TEXTED).map(Some), None)
    }

    pub(super) fn mails(&mut self) -> String {
        self.list(std::iter::repeat_n(None, MAILED), Some(&MAILS))
    }

    fn list(&mut self, fates: impl Iterator<Item = Option<&'static str>>, mails: Option<&[&str]>) -> String {
        let head = "account_number,first_name,last_name,phone,email,balance,creditor,state,zip,sms_consent\n";
        let mut csv = head.to_owned();
        for fate in fates {
            self.0 += 1;
            let n = self.0;
            let phone = fate.map_or(String::new(), |fate| self.phone(fate));
            let mail =
                mails.map_or(String::new(), |mails| format!("{}+{n}@acme-people.example", mails[n % mails.len()]));
            csv += &format!("K-{n},Person,Number{n},{phone},{mail},$100.50,Desert Bank,NY,10001,yes\n");
        }
        csv
    }

    /// No exchange is a service code, such as 611.
    fn phone(&self, fate: &str) -> String {
        let exchange = 520 + (self.0 / AREAS.len()) % 440;
        let exchange = if exchange % 100 == 11 { 990 } else { exchange };
        format!("+1{}{exchange}{fate}", AREAS[self.0 % AREAS.len()])
    }
}
