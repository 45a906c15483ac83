//! Looking without touching: a copy of the database in memory, for `explain`. What is written to the copy is gone with it.

use std::path::{Path, PathBuf};

use sqlx::any::AnyRow;
use sqlx::{AnyPool, AssertSqlSafe};

use super::{Store, StoreError, connect, number, schema, text};
use crate::io::key::Key;

/// A database of its own, gone with the program.
const MEMORY: &str = "sqlite::memory:";

impl Store {
    /// An empty database in memory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn in_memory(key: Key) -> Result<Self, StoreError> {
        Self::open(MEMORY, key).await
    }

    /// The database as it is now, to look at: makes and changes no file. Of SQLite it is a copy in memory; an older one
    /// is brought up to date there. PostgreSQL is opened as it is: drop every transaction. Where there is no database
    /// yet, it is an empty one in memory.
    ///
    /// # Errors
    /// [`StoreError`]: the database is there but cannot be read.
    pub async fn open_copy(url: &str, key: Key) -> Result<Self, StoreError> {
        let Some(file) = sqlite_file(url) else {
            let (pool, sqlite) = connect(url).await?;
            let store = Self { pool, key, sqlite };
            return if store.has_tables().await? { Ok(store) } else { Self::in_memory(store.key).await };
        };
        if !file.exists() {
            return Self::in_memory(key).await;
        }
        let (pool, sqlite) = connect(MEMORY).await?;
        copy(&pool, &file).await?;
        schema::migrate(&pool, sqlite).await?;
        Ok(Self { pool, key, sqlite })
    }

    async fn has_tables(&self) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) AS n FROM information_schema.tables WHERE table_name = 'requests'";
        Ok(number(&sqlx::query(sql).fetch_one(&self.pool).await?, "n")? != 0)
    }
}

/// The file of an SQLite database, from its URL; `None` for another database.
#[must_use]
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    Some(PathBuf::from(decoded(rest.split_once('?').map_or(rest, |(path, _)| path))))
}

/// Copies all tables in one reading transaction. The pool has one connection, so that every statement sees the file.
async fn copy(pool: &AnyPool, file: &Path) -> Result<(), StoreError> {
    sqlx::query("ATTACH DATABASE $1 AS original").bind(read_only(file)).execute(pool).await?;
    sqlx::query("PRAGMA foreign_keys = OFF").execute(pool).await?;
    let mut tx = pool.begin().await?;
    for (kind, with_rows) in [("table", true), ("index", false)] {
        let things = sqlx::query(
            "SELECT name, sql FROM original.sqlite_master WHERE type = $1 AND sql IS NOT NULL \
             AND name NOT LIKE 'sqlite%' ORDER BY rowid",
        )
        .bind(kind)
        .fetch_all(&mut *tx)
        .await?;
        let things: Result<Vec<(String, String)>, StoreError> =
            things.iter().map(|row: &AnyRow| Ok((text(row, "name")?, text(row, "sql")?))).collect();
        for (name, sql) in things? {
            sqlx::query(AssertSqlSafe(sql)).execute(&mut *tx).await?;
            if with_rows {
                let name = name.replace('"', "\"\"");
                let rows = format!("INSERT INTO main.\"{name}\" SELECT * FROM original.\"{name}\"");
                sqlx::query(AssertSqlSafe(rows)).execute(&mut *tx).await?;
            }
        }
    }
    tx.commit().await?;
    sqlx::query("DETACH DATABASE original").execute(pool).await?;
    sqlx::query("PRAGMA foreign_keys = ON").execute(pool).await?;
    Ok(())
}

/// The file as an SQLite URI (<https://www.sqlite.org/uri.html>). While somebody has the database open there is a `-wal` file
/// that holds the newest rows; without one, `immutable` keeps SQLite from making one.
fn read_only(file: &Path) -> String {
    let name = file.display().to_string();
    let in_use = PathBuf::from(format!("{name}-wal")).exists();
    let name = name.replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    // `mode` also says that it is not in memory like the database it is attached to.
    format!("file:{name}?mode=ro&cache=private{}", if in_use { "" } else { "&immutable=1" })
}

/// `%20` and the like; what is no such sign stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = (*first == b'%').then(|| after.get(..2)).flatten().and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    fn key() -> Key {
        Key::of_bytes([1; 32])
    }

    /// Every file of a folder with its content.
    fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| (path.clone(), std::fs::read(path).unwrap()))
            .collect();
        all.sort();
        all
    }

    async fn write(store: &Store, what: &str) {
        let mut tx = store.begin().await.unwrap();
        tx.log(Timestamp::UNIX_EPOCH, "", what, "program").await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn rows(store: &Store) -> usize {
        store.begin().await.unwrap().events("").await.unwrap().len()
    }

    #[tokio::test]
    async fn a_copy_has_what_is_there_and_writing_to_it_leaves_the_files_alone() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/a%20%23b.db", folder.path().display());
        let store = Store::open(&url, key()).await.unwrap();
        write(&store, "one").await;

        // While it is open, with the row in the -wal file only.
        let copy = Store::open_copy(&url, key()).await.unwrap();
        assert_eq!(rows(&copy).await, 1);
        write(&copy, "two").await;
        assert_eq!((rows(&copy).await, rows(&store).await), (2, 1));
        copy.close().await;
        store.close().await;

        // While it is closed.
        let before = files(folder.path());
        assert!(before[0].0.ends_with("a #b.db") && before.len() == 1);
        let copy = Store::open_copy(&url, key()).await.unwrap();
        write(&copy, "three").await;
        assert_eq!(rows(&copy).await, 2);
        assert!(matches!(
            copy.begin().await.unwrap().verify_log().await.unwrap(),
            super::super::log::Chain::Whole { .. }
        ));
        copy.close().await;
        assert_eq!(files(folder.path()), before);
    }

    #[tokio::test]
    async fn where_nothing_is_nothing_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/x.db", folder.path().display());
        let store = Store::open_copy(&url, key()).await.unwrap();
        write(&store, "one").await;
        assert_eq!(rows(&store).await, 1);
        assert!(files(folder.path()).is_empty());
    }

    #[tokio::test]
    async fn a_file_that_is_no_database_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("x.db"), "no database at all, but long enough to be looked at").unwrap();
        let url = format!("sqlite://{}/x.db", folder.path().display());
        assert!(Store::open_copy(&url, key()).await.is_err());
    }

    #[test]
    fn the_file_is_read_from_the_url_as_the_driver_does() {
        let path = |url| sqlite_file(url).map(|path| path.display().to_string());
        assert_eq!(path("sqlite:///a/50%25%20b%3F%23.db?mode=rwc").as_deref(), Some("/a/50% b?#.db"));
        assert_eq!(path("sqlite:x%.db").as_deref(), Some("x%.db"));
        assert_eq!(path("postgres://a/b"), None);
    }
}
