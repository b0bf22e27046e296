//! Formulas: names, types, formats.

use super::Checker;
use crate::lesson::formula::{Bound, Findings, Formula, Function, Scope, Type, all_names};
use crate::lesson::outline::Spot;
use crate::lesson::prose::{Live, Prose};
use crate::lesson::schema::Bindings;

impl Checker<'_> {
    /// A formula that has to be of a type.
    pub(super) fn formula(&mut self, spot: Spot<'_>, formula: &Formula, wanted: Type) {
        let mut findings = Findings::default();
        findings.expect(formula, wanted, self.scope());
        self.take(spot, findings, 0);
    }

    /// Names that a lesson or a step binds.
    pub(super) fn bind(&mut self, spot: Spot<'_>, bind: &Bindings) {
        for (name, place) in spot.repeated_keys() {
            self.error(place, format!("the name {name} is bound twice"));
        }
        let mut bound = Vec::new();
        for (name, formula) in bind {
            let here = spot.entry(name);
            let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && name.starts_with(|c: char| c.is_ascii_alphabetic());
            if !is_name {
                self.error(here.place(), format!("{name:?} is no name; use a-z, 0-9 and _"));
            }
            let of_quantity = |known: String| known.split('.').next() == Some(name.as_str());
            let taken = all_names().any(of_quantity) || Function::of(name).is_some();
            if taken || name == "lang" || name == "contains" {
                self.error(
                    here.place(),
                    format!("{name} means something already; take another name"),
                );
            }
            if self.names.contains_key(name) {
                self.error(here.place(), format!("the lesson binds {name} already"));
            }
            let mut findings = Findings::default();
            let of = findings.look_at(formula, self.scope());
            self.take(here, findings, 0);
            if let Some(of) = of {
                bound.push((name.clone(), Bound::to(formula, of, self.scope())));
            }
        }
        // Names of one list do not know each other.
        self.names.extend(bound);
    }

    /// The live values of a text in one language.
    pub(super) fn lives(&mut self, spot: Spot<'_>, prose: &Prose) {
        for Live { formula, format, at } in prose.lives() {
            // That it is no formula at all is told as the text's own fault.
            if formula.parsed.is_err() {
                continue;
            }
            let mut findings = Findings::default();
            if let Some(of) = findings.look_at(formula, self.scope())
                && !format.fits(of)
            {
                let what = format!("{} cannot be written as |{}", of.shown(), format.word());
                self.error(spot.inside(*at), what);
            }
            self.take(spot, findings, *at);
        }
    }

    fn scope(&self) -> Scope<'_> {
        Scope { names: &self.names, sets: &self.known.sets, rules: &self.known.rules }
    }

    /// Takes over what was found in a formula that begins at byte `behind` of a text.
    fn take(&mut self, spot: Spot<'_>, findings: Findings, behind: usize) {
        for fault in findings.faults {
            self.error(spot.inside(behind + fault.at), fault.what);
        }
        for (at, quantity) in findings.quantities {
            if !self.checked.quantities.iter().any(|(_, known)| *known == quantity) {
                self.checked.quantities.push((spot.inside(behind + at), quantity));
            }
        }
        for (at, en, zh) in findings.tokens {
            self.checked.tokens.push((spot.inside(behind + at), en, zh));
        }
    }
}
