#![allow(clippy::unwrap_used, unreachable_pub, dead_code)]
mod jobs {
    #[path = "/work/main/tests/it/jobs/control.rs"]
    mod control;
    #[path = "/work/main/tests/it/jobs/faults.rs"]
    mod faults;
    #[path = "/work/main/tests/it/jobs/kills.rs"]
    mod kills;
    #[path = "/work/main/tests/it/jobs/limits.rs"]
    mod limits;
    #[path = "/work/main/tests/it/jobs/schedules.rs"]
    mod schedules;
    #[path = "/work/main/tests/it/jobs/vocabulary.rs"]
    mod vocabulary;
    #[path = "/work/main/tests/it/jobs/world.rs"]
    mod world;
}
mod support {
    use sqlx::Connection;
    pub struct Database {
        pub url: String,
    }
    pub async fn database() -> Database {
        let name = format!("t_{}", uuid::Uuid::new_v4().simple());
        let mut c = sqlx::PgConnection::connect("postgres://wib@localhost/postgres?host=/tmp/wibpg").await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name} template wib_jobs_tpl")))
            .execute(&mut c)
            .await
            .unwrap();
        Database { url: format!("postgres://wib@localhost/{name}?host=/tmp/wibpg") }
    }
}
