//! The decision about one mail: facts in, plan out. Pure: `explain` prints what this returns, `run` commits it.

use super::{policy, staff};
use crate::domain::facts::{Facts, Question, Route};
use crate::domain::plan::{Alert, Plan, Step, Target};
use crate::domain::settings::Settings;
use policy::customer;

/// What happens with one mail: one match over what kind of mail it is.
pub fn decide(facts: &Facts, settings: &Settings) -> Plan {
    let mut plan = by_route(facts, settings);
    if facts.leak {
        plan.steps.retain(|step| !matches!(step, Step::Ignore(_)));
        let alert = Alert::PossibleLeak { from: facts.from.address().cloned(), folder: facts.folder.clone() };
        plan.steps.extend(policy::staff_alert(settings, facts.now, Target::None, alert));
    }
    plan
}

fn by_route(facts: &Facts, settings: &Settings) -> Plan {
    match &facts.route {
        Route::OurOwn => Plan::ignore("our own mail"),
        Route::Bounce { failed, of } => customer::bounce(facts, settings, *failed, of.as_ref()),
        Route::Machine => policy::machine(facts),
        Route::Staff { answers } => staff::reply(facts, settings, answers),
        Route::Answer { question: Question::Confirmation, token, about, case } => {
            customer::confirmation(facts, settings, (*token, about), case)
        }
        Route::Answer { question: Question::OwnerNotice, token, case, .. } => {
            customer::owner_notice(facts, settings, *token, case)
        }
        Route::Joins { case } => customer::joins(facts, settings, case),
        Route::Conversation => policy::fresh(facts, settings, None, true),
        Route::New { linked } => policy::fresh(facts, settings, linked.as_ref(), false),
    }
}
