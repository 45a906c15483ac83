//! The optional sections, from what is written to what they mean. As [`super::build`], for [`super::later`].

use std::path::Path;

use super::build::{Builder, Built, MB, or};
use super::values::{Line, Period};
use super::{later, raw};

impl Builder<'_> {
    pub(super) fn moneybird(&self, raw: raw::Moneybird) -> Built<later::Moneybird> {
        let id = raw.administration_id.0;
        if !id.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = "must be digits: the number in the address of the administration at moneybird.com";
            return Err(self.document.wrong(&["moneybird", "administration_id"], message));
        }
        Ok(later::Moneybird {
            base_url: raw.base_url.map_or("https://moneybird.com/api/v2".to_owned(), |url| url.0),
            administration_id: id,
            token: self.secret_file("moneybird", "token_file", &raw.token_file),
        })
    }

    pub(super) fn kvk(&self, raw: raw::Kvk) -> later::Kvk {
        later::Kvk {
            base_url: raw.base_url.map_or("https://api.kvk.nl/api".to_owned(), |url| url.0),
            key: self.secret_file("kvk", "key_file", &raw.key_file),
        }
    }

    pub(super) fn files(&self, raw: raw::Files) -> Built<later::Files> {
        for (key, template) in [("web", &raw.web), ("mail", &raw.mail)] {
            if template.as_ref().is_some_and(|template| !template.0.contains("{domain}")) {
                let message = "must hold `{domain}`, or one customer would get the files of all";
                return Err(self.document.wrong(&["files", key], message));
            }
        }
        if raw.layout == later::Layout::Custom && raw.web.is_none() && raw.mail.is_none() {
            let message = "is \"custom\", which needs `web` or `mail` to say where files are";
            return Err(self.document.wrong(&["files", "layout"], message));
        }
        let template = |text: Option<Line>| text.map(|text| self.folder.join(text.0).display().to_string());
        Ok(later::Files {
            layout: raw.layout,
            web: template(raw.web),
            mail: template(raw.mail),
            domains: raw.domains.map(|path| self.path(&path)),
        })
    }

    pub(super) fn evidence(&self, raw: raw::Evidence) -> later::Evidence {
        later::Evidence {
            vault: self.path(raw.vault.as_deref().unwrap_or(Path::new("vault"))),
            vault_size: raw.vault_size.map_or(1000 * MB, |size| size.0),
            size_per_sender: raw.size_per_sender.map_or(100 * MB, |size| size.0),
        }
    }
}

/// Policy §8: two years, and five for the register.
pub(super) fn retention(raw: &raw::Retention) -> later::Retention {
    let two_years = Period::days(730);
    later::Retention {
        fingerprints: or(raw.fingerprints, two_years),
        cases: or(raw.cases, two_years),
        mailbox: or(raw.mailbox, two_years),
        register: or(raw.register, Period::days(1826)),
    }
}
