//! Tensors in files: the safetensors format, read and written piece by piece.
//!
//! A file is the length of its header (8 bytes), the header (JSON: of each tensor its name, type,
//! shape and place) and the bytes of all tensors. It is never held in memory as a whole.

use std::collections::HashMap;
use std::io::{self, Read, SeekFrom, Write};
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::source::{Bytes, Input, cannot_read};
use crate::{Error, Result};

/// The largest header that is read; GPT-2's has 15 kB. JSON can grow fortyfold in memory.
pub(super) const LARGEST_HEADER: u64 = 4 << 20;

/// Numbers that are converted at a time.
const CHUNK: usize = 1 << 14;

/// How exactly weights are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Precision {
    /// As they are, in 32 bits.
    #[default]
    F32,
    /// In 16 bits: half the size, and three digits.
    F16,
}

impl Precision {
    pub(super) fn torch_name(self) -> &'static str {
        match self {
            Self::F32 => "float32",
            Self::F16 => "float16",
        }
    }

    fn dtype(self) -> Dtype {
        match self {
            Self::F32 => Dtype::F32,
            Self::F16 => Dtype::F16,
        }
    }
}

/// An opened safetensors file whose header agrees with itself and with the file's length.
pub(super) struct TensorFile<'a> {
    bytes: Box<dyn Bytes + 'a>,
    pub path: PathBuf,
    header: Metadata,
    /// Where the tensors' bytes begin.
    start: u64,
}

impl<'a> TensorFile<'a> {
    /// Reads and checks the header.
    pub fn open(input: Input<'a>) -> Result<Self> {
        let Input { mut bytes, length, path } = input;
        let broken = |what: String| Error::file(&path, format!("{what}; copy the file again"));
        let mut size = [0; 8];
        bytes.read_exact(&mut size).map_err(|error| cannot_read(&path, &error))?;
        let size = u64::from_le_bytes(size);
        if size > LARGEST_HEADER || size + 8 > length {
            return Err(broken(format!(
                "not a whole safetensors file (a header of {size} bytes in {length})"
            )));
        }
        let mut header = vec![0; size as usize];
        bytes.read_exact(&mut header).map_err(|error| cannot_read(&path, &error))?;
        // This checks that each tensor's bytes are those of its type and shape, and that the
        // tensors lie one after the other without gap or overlap.
        let header: Metadata = serde_json::from_slice(&header)
            .map_err(|error| broken(format!("its header is broken ({error})")))?;
        let start = size + 8;
        if header.data_len() as u64 != length - start {
            return Err(broken(format!(
                "its tensors need {} bytes but {} are there",
                header.data_len(),
                length - start
            )));
        }
        Ok(Self { bytes, path, header, start })
    }

    /// The names of its tensors, in the order of their places.
    pub fn names(&self) -> Vec<String> {
        self.header.offset_keys()
    }

    /// What the header says of one tensor.
    pub fn info(&self, name: &str) -> Option<&TensorInfo> {
        self.header.info(name)
    }

    /// A text that was stored with the tensors.
    pub fn note(&self, name: &str) -> Option<&str> {
        self.header.metadata().as_ref()?.get(name).map(String::as_str)
    }

    /// Whether [`TensorFile::read`] can read that tensor.
    pub fn check_type(&self, name: &str) -> Result<()> {
        match self.info(name).map(|info| info.dtype) {
            Some(Dtype::F32 | Dtype::F16 | Dtype::BF16) => Ok(()),
            Some(other) => Err(Error::file(
                &self.path,
                format!("{name} holds {other} numbers; save the model in F32, F16 or BF16"),
            )),
            None => Err(self.missing(name)),
        }
    }

    pub fn missing(&self, name: &str) -> Error {
        Error::file(&self.path, format!("the tensor {name} is missing; copy the file again"))
    }

    /// Hands the numbers of a tensor to `each`, some at a time, in order.
    ///
    /// # Errors
    /// If they cannot be read or one of them is no finite number.
    pub fn read(&mut self, name: &str, mut each: impl FnMut(&[f32]) -> Result<()>) -> Result<()> {
        self.check_type(name)?;
        let info = self.info(name).cloned().ok_or_else(|| self.missing(name))?;
        let convert = converter(info.dtype);
        let cannot = |error: io::Error| cannot_read(&self.path, &error);
        let (from, to) = (info.data_offsets.0 as u64, info.data_offsets.1 as u64);
        self.bytes.seek(SeekFrom::Start(self.start + from)).map_err(cannot)?;
        let mut bytes = vec![0; CHUNK * 4];
        let mut numbers = Vec::with_capacity(CHUNK * 2);
        let mut left = (to - from) as usize;
        while left > 0 {
            let piece = &mut bytes[..left.min(CHUNK * 4)];
            self.bytes.read_exact(piece).map_err(cannot)?;
            left -= piece.len();
            numbers.clear();
            convert(piece, &mut numbers);
            check_finite(&numbers).map_err(|number| {
                Error::file(
                    &self.path,
                    format!("{name} holds {number}, which no model can use; copy the file again"),
                )
            })?;
            each(&numbers)?;
        }
        Ok(())
    }

    /// All numbers of a tensor.
    pub fn read_all(&mut self, name: &str) -> Result<Vec<f32>> {
        let count: usize = self.info(name).map_or(0, |info| info.shape.iter().product());
        let mut all = Vec::with_capacity(count);
        self.read(name, |numbers| {
            all.extend_from_slice(numbers);
            Ok(())
        })?;
        Ok(all)
    }
}

/// How bytes become numbers. The type is one that [`TensorFile::check_type`] lets pass.
fn converter(dtype: Dtype) -> fn(&[u8], &mut Vec<f32>) {
    match dtype {
        Dtype::F16 => |bytes, to| {
            to.extend(bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()));
        },
        Dtype::BF16 => |bytes, to| {
            to.extend(bytes.as_chunks().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32()));
        },
        _ => |bytes, to| to.extend(bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b))),
    }
}

/// The first number that is none (NaN) or infinite, if there is one.
pub(super) fn check_finite(numbers: &[f32]) -> std::result::Result<(), f32> {
    // Asked of all numbers at once, without stopping at the first, this takes SIMD.
    if numbers.iter().fold(true, |all, x| all & x.is_finite()) {
        return Ok(());
    }
    numbers.iter().find(|x| !x.is_finite()).map_or(Ok(()), |&x| Err(x))
}

/// One tensor to write.
pub(super) struct Tensor<'a> {
    pub name: String,
    pub shape: Vec<usize>,
    pub values: &'a [f32],
}

/// A header for these tensors, one after the other in the order given.
pub(super) fn header(
    path: &Path,
    tensors: &[Tensor],
    precision: Precision,
    note: (&str, String),
) -> Result<Vec<u8>> {
    let broken = |what: String| Error::file(path, format!("cannot be written: {what}"));
    let mut seen = std::collections::HashSet::new();
    let mut end = 0;
    let mut infos = Vec::with_capacity(tensors.len());
    for Tensor { name, shape, values } in tensors {
        if !seen.insert(name) {
            return Err(broken(format!("two tensors are called {name}")));
        }
        let start = end;
        end += values.len() * precision.dtype().bitsize() / 8;
        let info = TensorInfo {
            dtype: precision.dtype(),
            shape: shape.clone(),
            data_offsets: (start, end),
        };
        infos.push((name.clone(), info));
    }
    let note = HashMap::from([(note.0.to_owned(), note.1)]);
    // This checks that the shapes agree with the numbers of values.
    let header = Metadata::new(Some(note), infos).map_err(|error| broken(error.to_string()))?;
    let mut json = serde_json::to_vec(&header).map_err(|error| broken(error.to_string()))?;
    // Padded, so that the numbers after it are aligned.
    json.resize(json.len().next_multiple_of(8), b' ');
    if json.len() as u64 > LARGEST_HEADER {
        return Err(broken(format!(
            "its header would have {} bytes, of at most {LARGEST_HEADER}",
            json.len()
        )));
    }
    Ok([&(json.len() as u64).to_le_bytes(), json.as_slice()].concat())
}

/// Writes a header made by [`header`] and its tensors.
pub(super) fn write(
    out: &mut dyn Write,
    header: &[u8],
    tensors: &[Tensor],
    precision: Precision,
) -> io::Result<()> {
    out.write_all(header)?;
    let mut bytes = Vec::with_capacity(CHUNK * 4);
    for chunk in tensors.iter().flat_map(|tensor| tensor.values.chunks(CHUNK)) {
        bytes.clear();
        match precision {
            Precision::F32 => bytes.extend(chunk.iter().flat_map(|x| x.to_le_bytes())),
            Precision::F16 => {
                bytes.extend(chunk.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes()));
            }
        }
        out.write_all(&bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_none_are_found() {
        assert_eq!(check_finite(&[]), Ok(()));
        assert_eq!(check_finite(&[1.0, f32::MAX, f32::MAX, -0.0, 1e-45]), Ok(()));
        assert_eq!(check_finite(&[1.0, f32::INFINITY]), Err(f32::INFINITY));
        assert!(check_finite(&[f32::NAN, 0.0]).is_err());
    }

    #[test]
    fn sixteen_bits_are_read_as_they_are_meant() {
        let mut numbers = Vec::new();
        converter(Dtype::F16)(&[0x00, 0x3E], &mut numbers);
        converter(Dtype::BF16)(&[0xC0, 0x3F], &mut numbers);
        converter(Dtype::F32)(&[0x00, 0x00, 0xC0, 0x3F], &mut numbers);
        assert_eq!(numbers, [1.5; 3]);
    }
}
