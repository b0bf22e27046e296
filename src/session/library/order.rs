//! The data that is chosen, for whoever is about to learn from it.

use super::clerk::Ticket;
use super::{Book, Library, Prepared, SetKey, Shelf, Treatment};
use crate::session::Data;
use crate::text::sets::SetEntry;
use crate::{Error, Result};
use std::sync::Arc;

/// The chosen data, cleaned and split as it is set in Data. It can be sent to another thread and
/// fulfilled there: what the library has at hand is used, the rest is done anew.
#[derive(Debug, Clone)]
pub struct Order {
    key: SetKey,
    treatment: Treatment,
    book: Option<Arc<Book>>,
    prepared: Option<Arc<Prepared>>,
    entry: Option<SetEntry>,
    shelf: Option<Shelf>,
}

/// Orders are the same if they are for the same set, treated in the same way.
impl PartialEq for Order {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.treatment == other.treatment
    }
}

impl Library {
    /// An order for the data that is chosen now. This costs nothing; [`Order::fulfil`] does.
    pub fn order(&self) -> Order {
        Order {
            key: self.chosen.clone(),
            treatment: self.treatment.clone(),
            book: self.book.clone(),
            prepared: self.prepared.clone().filter(|_| self.is_current()),
            entry: self.entry(&self.chosen).cloned(),
            shelf: self.shelf.clone(),
        }
    }
}

impl Order {
    /// The set's name.
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// The vocabulary that the set is meant for, if it ships.
    pub fn vocabulary(&self) -> Option<usize> {
        self.entry.as_ref()?.vocabulary
    }

    /// The data to learn from and to judge by. Takes up to a second for the largest shipped set.
    ///
    /// # Errors
    /// If the set cannot be read, or nothing of it is left to learn from.
    pub fn fulfil(&self) -> Result<Data> {
        let data = match &self.prepared {
            Some(prepared) => prepared.data(),
            None => {
                let made = Prepared::make(self.book()?, self.treatment.clone(), &Ticket::free());
                made.ok_or_else(|| Error::failed("the data could not be made ready"))?.data()
            }
        };
        if data.split.training.is_empty() {
            return Err(Error::failed(format!(
                "{}: nothing is left to learn from; write a dialogue in Data, or switch a cleaning rule off",
                self.name()
            )));
        }
        Ok(data)
    }

    fn book(&self) -> Result<Arc<Book>> {
        if let Some(book) = &self.book {
            return Ok(book.clone());
        }
        match (&self.key, &self.entry, &self.shelf) {
            (_, Some(entry), _) => Book::shipped(entry).map(Arc::new),
            (SetKey::Own(name), _, Some(shelf)) => shelf.open(name).map(Arc::new),
            _ => Err(Error::failed(format!("there is no set {}", self.name()))),
        }
    }
}
