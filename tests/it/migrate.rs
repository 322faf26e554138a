//! Migrations as the release step runs them, and what `serve` and `work` make of a schema.

use app::{
    migrate::{self, Mismatch},
    postgres::Embedded,
};
use sqlx::PgPool;

use crate::postgres::Place;

#[tokio::test]
async fn migrating_twice_is_the_same_as_once_and_the_application_may_check_it() {
    let place = Place::new();
    let pg = migrated(&place).await;
    assert_eq!(migrate::run(&pg.owner_url("wib")).await.unwrap(), 0);
    let app = PgPool::connect(&pg.app_url("wib")).await.unwrap();
    migrate::check(&app).await.unwrap();
    app.close().await;
    pg.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_database_of_the_same_server_is_migrated_beside_the_first() {
    let place = Place::new();
    let pg = Embedded::start(place.base()).await.unwrap();
    pg.ensure_database("wib").await.unwrap();
    pg.ensure_database("wib_demo").await.unwrap();
    let (one, other) = (pg.owner_url("wib"), pg.owner_url("wib_demo"));
    let (one, other) = tokio::join!(migrate::run(&one), migrate::run(&other));
    assert_eq!(one.unwrap(), other.unwrap());
    pg.stop().await.unwrap();
}

#[tokio::test]
async fn a_schema_that_was_never_migrated_is_older() {
    let place = Place::new();
    let pg = Embedded::start(place.base()).await.unwrap();
    pg.ensure_database("wib").await.unwrap();
    let pool = PgPool::connect(&pg.owner_url("wib")).await.unwrap();
    let refused = migrate::check(&pool).await.unwrap_err();
    assert!(matches!(refused, Mismatch::Older { .. }), "{refused}");
    assert!(refused.to_string().ends_with("run `wib migrate`"), "{refused}");
    pool.close().await;
    pg.stop().await.unwrap();
}

#[tokio::test]
async fn a_later_releases_schema_is_told_apart_and_migrating_it_changes_nothing() {
    let place = Place::new();
    let pg = migrated(&place).await;
    let pool = PgPool::connect(&pg.owner_url("wib")).await.unwrap();
    sqlx::query("insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (999999999999, 'later', true, '', 0)")
        .execute(&pool)
        .await
        .unwrap();
    let said = migrate::check(&pool).await.unwrap_err();
    assert!(matches!(said, Mismatch::Newer { unknown: 1 }), "{said}");
    assert_eq!(migrate::run(&pg.owner_url("wib")).await.unwrap(), 0);
    pool.close().await;
    pg.stop().await.unwrap();
}

async fn migrated(place: &Place) -> Embedded {
    let pg = Embedded::start(place.base()).await.unwrap();
    pg.ensure_database("wib").await.unwrap();
    assert!(migrate::run(&pg.owner_url("wib")).await.unwrap() > 0);
    pg
}
