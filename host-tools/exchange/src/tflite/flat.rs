//! FlatBuffers, read with every offset checked: tables, lists and texts that lie in the bytes.
//!
//! A table begins with the distance back to its vtable, which has the place of each field in the table (0 if it is left
//! out). Lists and texts have their length before them. All numbers are little-endian.

use super::TfliteError;

/// Bytes of a name, and numbers of a shape or of an operator's inputs.
const LONGEST: usize = 512;

/// A table in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table<'a> {
    bytes: &'a [u8],
    at: usize,
    vtable: &'a [u8],
}

/// A list of parts of `size` bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct List<'a> {
    bytes: &'a [u8],
    /// Where the first part is.
    at: usize,
    len: usize,
}

fn damaged<T>(what: &'static str, found: Option<T>) -> Result<T, TfliteError> {
    found.ok_or(TfliteError::Damaged { what })
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn offset(bytes: &[u8], at: usize) -> Option<usize> {
    let step = u32::from_le_bytes(array(bytes, at)?);
    at.checked_add(usize::try_from(step).ok()?).filter(|&at| at < bytes.len())
}

impl<'a> Table<'a> {
    /// The table that the file begins with.
    pub(super) fn root(bytes: &'a [u8]) -> Result<Self, TfliteError> {
        damaged("its begin", offset(bytes, 0).and_then(|at| Self::at(bytes, at)))
    }

    fn at(bytes: &'a [u8], at: usize) -> Option<Self> {
        let back = i32::from_le_bytes(array(bytes, at)?);
        let vtable = usize::try_from(i64::try_from(at).ok()? - i64::from(back)).ok()?;
        let len = u16::from_le_bytes(array(bytes, vtable)?);
        let vtable = bytes.get(vtable..)?.get(..usize::from(len))?;
        Some(Self { bytes, at, vtable })
    }

    /// Where field `index` is, if it is there.
    fn field(&self, index: usize) -> Option<usize> {
        let place = u16::from_le_bytes(array(self.vtable, 4 + 2 * index)?);
        (place > 0).then(|| self.at.checked_add(place.into()))?
    }

    fn number<const N: usize>(
        &self,
        index: usize,
        what: &'static str,
    ) -> Result<Option<[u8; N]>, TfliteError> {
        self.field(index).map(|at| damaged(what, array(self.bytes, at))).transpose()
    }

    /// A number of one byte; 0 where it is left out.
    pub(super) fn byte(&self, index: usize, what: &'static str) -> Result<u8, TfliteError> {
        Ok(self.number(index, what)?.map_or(0, u8::from_le_bytes))
    }

    pub(super) fn int(&self, index: usize, what: &'static str) -> Result<Option<i32>, TfliteError> {
        Ok(self.number(index, what)?.map(i32::from_le_bytes))
    }

    pub(super) fn long(&self, index: usize, what: &'static str) -> Result<u64, TfliteError> {
        Ok(self.number(index, what)?.map_or(0, u64::from_le_bytes))
    }

    pub(super) fn float(
        &self,
        index: usize,
        what: &'static str,
    ) -> Result<Option<f32>, TfliteError> {
        Ok(self.number(index, what)?.map(f32::from_le_bytes))
    }

    pub(super) fn table(
        &self,
        index: usize,
        what: &'static str,
    ) -> Result<Option<Self>, TfliteError> {
        let table = |at| offset(self.bytes, at).and_then(|at| Self::at(self.bytes, at));
        self.field(index).map(|at| damaged(what, table(at))).transpose()
    }

    /// A list of parts of `size` bytes, all of which are in the file; an empty one where it is left out.
    pub(super) fn list(
        &self,
        index: usize,
        size: usize,
        what: &'static str,
    ) -> Result<List<'a>, TfliteError> {
        let Some(at) = self.field(index) else {
            return Ok(List { bytes: self.bytes, at: 0, len: 0 });
        };
        let list = || {
            let at = offset(self.bytes, at)?;
            let len = usize::try_from(u32::from_le_bytes(array(self.bytes, at)?)).ok()?;
            let first = at + 4;
            self.bytes.get(first..)?.get(..len.checked_mul(size)?)?;
            Some(List { bytes: self.bytes, at: first, len })
        };
        damaged(what, list())
    }

    pub(super) fn bytes(&self, index: usize, what: &'static str) -> Result<&'a [u8], TfliteError> {
        let list = self.list(index, 1, what)?;
        Ok(&self.bytes[list.at..][..list.len])
    }

    /// Many tables can have the same long text, of which each would keep a copy: it is cut.
    pub(super) fn text(&self, index: usize, what: &'static str) -> Result<String, TfliteError> {
        let bytes = self.bytes(index, what)?;
        Ok(String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]).into_owned())
    }

    pub(super) fn ints(&self, index: usize, what: &'static str) -> Result<Vec<i32>, TfliteError> {
        let list = self.list(index, 4, what)?;
        if list.len > LONGEST {
            return Err(TfliteError::TooMany { what, limit: LONGEST });
        }
        let bytes = &self.bytes[list.at..][..4 * list.len];
        Ok(bytes.as_chunks().0.iter().map(|bytes| i32::from_le_bytes(*bytes)).collect())
    }

    pub(super) fn floats(
        &self,
        index: usize,
        what: &'static str,
        limit: usize,
    ) -> Result<Vec<f32>, TfliteError> {
        let list = self.list(index, 4, what)?;
        if list.len > limit {
            return Err(TfliteError::TooMany { what, limit });
        }
        let bytes = &self.bytes[list.at..][..4 * list.len];
        Ok(bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    pub(super) fn longs(
        &self,
        index: usize,
        what: &'static str,
        limit: usize,
    ) -> Result<Vec<i64>, TfliteError> {
        let list = self.list(index, 8, what)?;
        if list.len > limit {
            return Err(TfliteError::TooMany { what, limit });
        }
        let bytes = &self.bytes[list.at..][..8 * list.len];
        Ok(bytes.as_chunks().0.iter().map(|bytes| i64::from_le_bytes(*bytes)).collect())
    }

    /// Tables, of which at most `limit` are read.
    pub(super) fn tables(
        &self,
        index: usize,
        what: &'static str,
        limit: usize,
    ) -> Result<Vec<Self>, TfliteError> {
        let list = self.list(index, 4, what)?;
        if list.len > limit {
            return Err(TfliteError::TooMany { what, limit });
        }
        let places = (0..list.len).map(|part| list.at + 4 * part);
        let table = |at| offset(list.bytes, at).and_then(|at| Self::at(list.bytes, at));
        places.map(|at| damaged(what, table(at))).collect()
    }
}
