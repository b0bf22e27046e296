//! The program without a face: what the window and the command line both drive.

mod chat;
mod data;
mod folder;
mod memory;
mod report;
mod run;
mod saver;
mod shipped;

pub use chat::{Chat, Reply};
pub use data::{As, Data, Reading, read_data};
pub use folder::RunFolder;
pub use memory::enough_for_training;
pub use report::{ModelReport, report_on_model, tokens_when_learned};
pub use run::{Run, RunEvent, RunSettings};
pub use shipped::{default_model, open_model};
