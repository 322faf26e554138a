//! What a link leads to: the file, piece by piece; or one truthful word about why not.

use std::io;

use rstest::rstest;
use telnyx::client::Trouble;

use crate::carrier::Carrier;

const LIMIT: u64 = 1_000;

async fn fetch(carrier: &Carrier) -> (Result<u64, Trouble>, Vec<u8>) {
    let mut bytes = Vec::new();
    let link = format!("http://{}/sim/media/one.wav?token=secret", carrier.address);
    let take = |piece: &[u8]| {
        bytes.extend_from_slice(piece);
        io::Result::Ok(())
    };
    (carrier.client().download(&link, LIMIT, take).await, bytes)
}

#[tokio::test]
async fn a_file_comes_whole_and_the_storage_is_not_shown_our_key() {
    let carrier = Carrier::fixed(200, &[], "RIFFsound").await;
    let (size, bytes) = fetch(&carrier).await;
    assert_eq!((size.unwrap(), bytes.as_slice()), (9, &b"RIFFsound"[..]));
    let asked = &carrier.asked()[0];
    assert_eq!((asked.authorization.as_str(), asked.method.as_str()), ("", "GET"));
}

#[rstest]
#[case::expired(403, "the link is over, status 403", "refused")]
#[case::unsigned(401, "the link is over, status 401", "refused")]
#[case::gone(404, "nothing is there, status 404", "refused")]
#[case::gone_for_good(410, "nothing is there, status 410", "refused")]
#[case::limited(429, "asked to wait", "rate_limited")]
#[case::broken(503, "the storage failed, status 503", "unknown")]
#[case::half_of_it_asked_for(206, "unexpected status 206", "unknown")]
#[tokio::test]
async fn a_status_says_what_is_wrong(#[case] status: u16, #[case] words: &str, #[case] word: &str) {
    let (fetched, bytes) = fetch(&Carrier::fixed(status, &[], "<html>").await).await;
    let trouble = fetched.unwrap_err();
    assert_eq!((trouble.to_string().as_str(), trouble.word()), (words, word));
    assert!(bytes.is_empty());
}

#[tokio::test]
async fn a_file_that_breaks_off_says_where() {
    let carrier = Carrier::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nRIFF").await;
    let (fetched, _) = fetch(&carrier).await;
    assert!(matches!(fetched, Err(Trouble::BrokenOff(4))), "{fetched:?}");
}

#[rstest]
#[case::by_its_own_word(true)]
#[case::by_what_comes(false)]
#[tokio::test]
async fn a_file_without_end_is_not_taken(#[case] says_so: bool) {
    let length = if says_so { "content-length: 2000\r\n" } else { "connection: close\r\n" };
    let answer = [format!("HTTP/1.1 200 OK\r\n{length}\r\n").as_bytes(), &[0; 2_000]].concat();
    let carrier = Carrier::raw(answer.leak()).await;
    let (fetched, bytes) = fetch(&carrier).await;
    assert!(matches!(fetched, Err(Trouble::TooLarge(LIMIT))), "{fetched:?}");
    assert!(bytes.len() as u64 <= LIMIT);
}

#[rstest]
#[case::not_encrypted("http://storage.example/one.wav")]
#[case::a_file_of_ours("file:///etc/passwd")]
#[case::no_address("one.wav")]
#[tokio::test]
async fn only_the_carriers_own_addresses_are_asked(#[case] link: &str) {
    let carrier = Carrier::fixed(200, &[], "RIFF").await;
    let fetched = carrier.client().download(link, LIMIT, |_| Ok(())).await;
    assert!(matches!(fetched, Err(Trouble::BadLink)), "{fetched:?}");
    assert!(carrier.asked().is_empty());
}

#[tokio::test]
async fn no_trouble_tells_the_link() {
    let carrier = Carrier::fixed(403, &[], "").await;
    let (fetched, _) = fetch(&carrier).await;
    let trouble = fetched.unwrap_err();
    assert!(!format!("{trouble} {trouble:?}").contains("secret"));
}
