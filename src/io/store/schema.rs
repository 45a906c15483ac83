//! The migrations, one text for both databases. A released migration is never changed again; add a new file.

use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlSafeStr};

/// Version, name, text.
const MIGRATIONS: [(i64, &str, &str); 1] = [(1, "first", include_str!("migrations/0001_first.sql"))];

/// Makes the tables that are missing.
///
/// SQLite has no lock around it: of two programs that start at once on a new database, one fails, and finds the tables
/// of the other when it looks again. (PostgreSQL makes the second one wait.)
pub(super) async fn migrate(pool: &AnyPool, sqlite: bool) -> Result<(), MigrateError> {
    let migrator = migrator(sqlite);
    for _ in MIGRATIONS.iter().filter(|_| sqlite) {
        if migrator.run(pool).await.is_ok() {
            return Ok(());
        }
    }
    migrator.run(pool).await
}

/// The migrations in the words of one database.
fn migrator(sqlite: bool) -> Migrator {
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
