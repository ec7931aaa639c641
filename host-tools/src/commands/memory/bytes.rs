//! Numbers of bytes as people write them.

/// Reads `16384`, `16K`, `16KiB`, `16KB`, `64k` or `1M`; a K is 1024 bytes, an M 1024 K.
pub fn bytes(text: &str) -> Result<usize, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit {
        "" => Some(1),
        "K" | "k" | "KiB" | "KB" | "kB" | "kb" => Some(1 << 10),
        "M" | "m" | "MiB" | "MB" | "mb" => Some(1 << 20),
        _ => None,
    };
    let number = number.parse::<usize>().ok();
    number.zip(factor).and_then(|(number, factor)| number.checked_mul(factor)).ok_or_else(|| {
        "write a number of bytes such as 16384, 16K or 1M (K is 1024 bytes, M is 1024 K)".into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_units_of_1024() {
        for (text, number) in [
            ("0", 0),
            ("16384", 16384),
            ("16K", 16384),
            ("16KiB", 16384),
            ("64k", 65536),
            ("16KB", 16384),
            ("16kb", 16384),
            ("1MB", 1 << 20),
            ("1M", 1 << 20),
            ("2MiB", 2 << 20),
        ] {
            assert_eq!(bytes(text), Ok(number), "{text}");
        }
        let too_large = format!("{}K", usize::MAX);
        for text in ["", "K", "-1", "1.5K", "16 K", "16B", "16G", "K16", "+1", &too_large] {
            assert!(bytes(text).unwrap_err().contains("16384, 16K or 1M"), "{text}");
        }
    }
}
