//! The program without a face: what the window and the command line both drive.

mod causes;
mod chat;
mod conversation;
mod data;
mod decoding;
pub mod engine;
mod folder;
mod fresh;
pub mod lesson;
pub mod library;
mod memory;
mod own;
mod report;
pub mod run;
mod saver;
mod search;
pub mod searches;
mod shipped;
mod state;
mod talk;
pub mod training;

pub use chat::{Chat, Reply};
pub use conversation::{Conversation, Drawn, Node, Written, role_tokens};
pub use data::{As, Data, Reading, read_data};
pub use decoding::{Counts, Decoding, LISTED, Measure, Origin, Sheet, Surprise};
pub use folder::RunFolder;
pub use fresh::{FRESH, fresh_name};
pub use library::Library;
pub use memory::{enough_for_training, memory_for_training};
pub use own::Own;
pub use report::{ModelReport, report_on_model, tokens_when_learned};
pub use run::{Run, RunEvent, RunSettings};
pub use search::{MOST_BEAMS, MOST_RUNS, MOST_STEPS, Plan, Search, Strand};
pub use shipped::{default_model, open_model, shipped_models};
pub use state::{Manner, Session};
pub use training::{Recipe, examples};
