//! Numbers and texts as bytes, little-endian; lists and texts behind their length.

/// Puts them together.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn u32(&mut self, number: u32) {
        self.raw(&number.to_le_bytes());
    }

    pub(super) fn u64(&mut self, number: u64) {
        self.raw(&number.to_le_bytes());
    }

    pub(super) fn f64(&mut self, number: f64) {
        self.raw(&number.to_le_bytes());
    }

    pub(super) fn floats(&mut self, numbers: &[f32]) {
        self.u64(numbers.len() as u64);
        numbers.iter().for_each(|number| self.raw(&number.to_le_bytes()));
    }

    pub(super) fn text(&mut self, text: &str) {
        self.u64(text.len() as u64);
        self.raw(text.as_bytes());
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Takes them apart; `None` where there are fewer bytes than there should be.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*bytes)
    }

    fn slice(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    pub(super) fn f64(&mut self) -> Option<f64> {
        self.take().map(f64::from_le_bytes)
    }

    fn length(&mut self) -> Option<usize> {
        self.u64()?.try_into().ok()
    }

    pub(super) fn floats(&mut self) -> Option<Vec<f32>> {
        let length = self.length()?.checked_mul(size_of::<f32>())?;
        Some(self.slice(length)?.as_chunks().0.iter().copied().map(f32::from_le_bytes).collect())
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        String::from_utf8(self.slice(length)?.to_vec()).ok()
    }

    /// As many as the length says; no memory is taken for more than there are.
    pub(super) fn list<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        (0..self.u64()?).map(|_| read(self)).collect()
    }
}
