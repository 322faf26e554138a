//! Files in the database: what went in comes out, and nobody else sees it.

use rstest::rstest;
use sha2::{Digest, Sha256};
use workflows::blob::{self, CHUNK, Writer};

use crate::support::TestApp;

#[rstest]
#[case::nothing(0)]
#[case::one_byte(1)]
#[case::exactly_a_chunk(CHUNK)]
#[case::a_chunk_and_a_byte(CHUNK + 1)]
#[case::several_chunks(3 * CHUNK + 7)]
#[tokio::test]
async fn a_file_comes_out_as_it_went_in(#[case] size: usize) {
    let app = TestApp::start().await;
    let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
    let mut tx = app.app.db.tenant(app.org).await.unwrap();
    let mut writer = Writer::begin(&mut tx, app.org, "list.csv", "text/csv").await.unwrap();
    // As it arrives from a network: in pieces that fit no chunk.
    for piece in bytes.chunks(100_003) {
        writer.write(&mut tx, piece).await.unwrap();
    }
    let id = writer.finish(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = app.app.db.tenant(app.org).await.unwrap();
    let known = blob::find(&mut tx, app.org, id).await.unwrap().unwrap();
    assert_eq!((known.size, known.sha256), (size as i64, Sha256::digest(&bytes).to_vec()));
    assert!(blob::get(&mut tx, app.org, id).await.unwrap() == bytes);
    tx.commit().await.unwrap();
    app.neighbour().await;
    let mut theirs = app.app.db.tenant(app.org_of("neighbour").await).await.unwrap();
    assert_eq!(blob::find(&mut theirs, app.org, id).await.unwrap(), None);
    assert_eq!(blob::chunk(&mut theirs, app.org, id, 0).await.unwrap(), None);
}
