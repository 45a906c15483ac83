//! The migrations, one text for both databases. A released migration is never changed again; add a new file.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Version, name, text.
const MIGRATIONS: [(i64, &str, &str); 1] = [(1, "first", include_str!("migrations/0001_first.sql"))];

/// The migrations in the words of one database.
pub(super) fn migrator(sqlite: bool) -> Migrator {
    let migration = |(version, name, sql): (i64, &'static str, &str)| {
        let sql = sqlx::AssertSqlSafe(in_words_of(sql, sqlite)).into_sql_str();
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    };
    Migrator::with_migrations(MIGRATIONS.into_iter().map(migration).collect())
}

/// The three places where SQLite and PostgreSQL differ.
fn in_words_of(sql: &str, sqlite: bool) -> String {
    let (key, int, strict) = if sqlite {
        ("INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT", "INTEGER", "STRICT")
    } else {
        ("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BIGINT", "")
    };
    sql.replace("{key}", key).replace("{int}", int).replace("{strict}", strict)
}
