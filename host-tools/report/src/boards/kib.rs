//! Bytes as data sheets write them.

/// `bytes` in units of 1024 or 1024 * 1024, below zero with a sign.
///
/// ```
/// use tinyconv_report::boards::kib;
///
/// let bytes = [0, 1_536, -1_536, 20 << 10, 3 << 19];
/// assert_eq!(bytes.map(kib), ["0K", "1.5K", "-1.5K", "20K", "1.5M"]);
/// ```
#[must_use]
pub fn kib(bytes: i64) -> String {
    let sign = if bytes < 0 { "-" } else { "" };
    let kib = bytes.unsigned_abs() as f64 / 1024.0;
    let (number, unit) = if kib < 1023.5 { (kib, 'K') } else { (kib / 1024.0, 'M') };
    let decimals = if number < 9.95 && number.fract() != 0.0 { 1 } else { 0 };
    format!("{sign}{number:.decimals$}{unit}")
}
