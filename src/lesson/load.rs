//! From a file's text to a lesson, with the place of everything in it.

use super::names::did_you_mean;
use super::outline::{Outline, Place, place_in};
use super::problem::Problem;
use super::schema::{FORMAT, Lesson};
use ron::error::{Error, SpannedError};
use serde::de::DeserializeOwned;

/// The largest lesson file, in bytes.
pub const LARGEST_FILE: usize = 512 << 10;

/// A lesson as it was read.
#[derive(Debug)]
pub struct Loaded {
    /// The file, as problems name it.
    pub file: String,
    pub lesson: Lesson,
    pub outline: Outline,
}

/// Reads a lesson. Whether it means something is for the checker to say.
///
/// # Errors
/// If it is no RON, or not of the schema; with the place.
pub fn load(file: &str, source: &str) -> Result<Loaded, Problem> {
    if source.len() > LARGEST_FILE {
        let what = format!("a lesson has at most {LARGEST_FILE} bytes; make two of it");
        return Err(Problem::error(file, Place { line: 1, column: 1 }, what));
    }
    let outline = Outline::of(source);
    let format = outline.root().field("format");
    if let Some(found) = format.number().filter(|found| *found != FORMAT) {
        let what = if found > FORMAT {
            let own = env!("CARGO_PKG_VERSION");
            format!(
                "this lesson is of format {found}, and Glassbox {own} reads format {FORMAT}; get a newer Glassbox"
            )
        } else {
            format!("there is no format {found}; write format: {FORMAT}")
        };
        return Err(Problem::error(file, format.place(), what));
    }
    let lesson: Lesson = read(file, source)?;
    if lesson.format != FORMAT {
        let what = format!("the format is {FORMAT}");
        return Err(Problem::error(file, format.place(), what));
    }
    Ok(Loaded { file: file.into(), lesson, outline })
}

/// Reads RON with implicit `Some`; what is wrong is said for people.
pub(super) fn read<T: DeserializeOwned>(file: &str, source: &str) -> Result<T, Problem> {
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.from_str(source).map_err(|error| problem(file, source, error))
}

fn problem(file: &str, source: &str, error: SpannedError) -> Problem {
    let SpannedError { code, span } = error;
    let place = match (span.start.line, span.start.col) {
        // Where the text ends too early.
        (0, _) | (_, 0) => place_in(source, source.len()),
        (line, column) => Place { line, column },
    };
    Problem::error(file, place, sentence(&code))
}

fn sentence(code: &Error) -> String {
    match code {
        Error::NoSuchStructField { expected, found, .. } => {
            let near = did_you_mean(found, expected.iter().copied());
            format!("there is no field {found} here{near}")
        }
        Error::NoSuchEnumVariant { expected, found, .. } => {
            let near = did_you_mean(found, expected.iter().copied());
            format!("{found} is not known here{near}")
        }
        Error::MissingStructField { field: field @ ("en" | "zh"), .. } => {
            format!("the translation {field}: is missing in what ends here")
        }
        Error::MissingStructField { field, .. } => {
            format!("the field {field}: is missing in what ends here")
        }
        Error::DuplicateStructField { field, .. } => format!("the field {field} stands here twice"),
        other => other.to_string(),
    }
}
