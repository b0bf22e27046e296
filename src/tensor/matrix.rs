//! Views of matrices in slices: where a number of row r, column c is.

/// A matrix that is read: element (r, c) lies at `r * row_stride + c * column_stride`.
#[derive(Clone, Copy)]
pub struct Matrix<'a, T> {
    pub(super) data: &'a [T],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
    pub(super) column_stride: usize,
}

/// A row-major matrix that is written: element (r, c) lies at `r * row_stride + c`.
pub struct MatrixMut<'a, T> {
    pub(super) data: &'a mut [T],
    pub(super) rows: usize,
    pub(super) columns: usize,
    pub(super) row_stride: usize,
}

impl<'a, T> Matrix<'a, T> {
    /// The row-major matrix `[rows, columns]` that fills `data`.
    pub fn new(data: &'a [T], rows: usize, columns: usize) -> Self {
        Self::strided(data, rows, columns, columns)
    }

    /// `columns` columns of a wider row-major matrix, whose rows begin `row_stride` apart.
    pub fn strided(data: &'a [T], rows: usize, columns: usize, row_stride: usize) -> Self {
        check(data.len(), rows, columns, row_stride);
        Self { data, rows, columns, row_stride, column_stride: 1 }
    }

    /// The same numbers with rows and columns exchanged.
    pub fn t(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }
}

impl<'a, T> MatrixMut<'a, T> {
    /// The row-major matrix `[rows, columns]` that fills `data`.
    pub fn new(data: &'a mut [T], rows: usize, columns: usize) -> Self {
        Self::strided(data, rows, columns, columns)
    }

    /// `columns` columns of a wider row-major matrix, whose rows begin `row_stride` apart.
    pub fn strided(data: &'a mut [T], rows: usize, columns: usize, row_stride: usize) -> Self {
        check(data.len(), rows, columns, row_stride);
        Self { data, rows, columns, row_stride }
    }
}

/// The kernels go through raw pointers: no view may reach beyond its slice.
fn check(len: usize, rows: usize, columns: usize, row_stride: usize) {
    assert!(
        columns <= row_stride || rows <= 1,
        "rows overlap: {columns} columns, stride {row_stride}"
    );
    let end = if rows == 0 || columns == 0 { 0 } else { (rows - 1) * row_stride + columns };
    assert!(
        end <= len,
        "a view of [{rows}, {columns}] with stride {row_stride} needs {end} numbers, not {len}"
    );
}
