//! What an image `infer` prints, read back.

/// The results of one run.
pub struct Report {
    /// The bits of the logits, image by image.
    pub logits: Vec<[u32; 10]>,
    /// Bytes of stack in use at its deepest.
    pub stack: u32,
}

impl Report {
    /// # Errors
    /// The first line that is not as documented in `tests/firmware/src/bin/infer.rs`.
    pub fn parse(output: &str) -> Result<Self, String> {
        let mut logits = Vec::new();
        let mut stack = None;
        for line in output.lines() {
            let wrong = || format!("unexpected line {line:?}");
            let (first, rest) = line.split_once(' ').ok_or_else(wrong)?;
            if first == "stack" {
                stack = Some(rest.parse().map_err(|_| wrong())?);
            } else {
                let index: usize = first.parse().map_err(|_| wrong())?;
                let row: Vec<u32> = rest
                    .split(' ')
                    .map(|bits| u32::from_str_radix(bits, 16).map_err(|_| wrong()))
                    .collect::<Result<_, _>>()?;
                if index != logits.len() {
                    return Err(wrong());
                }
                logits.push(row.try_into().map_err(|_| wrong())?);
            }
        }
        let stack = stack.ok_or("no line with the depth of the stack")?;
        Ok(Self { logits, stack })
    }
}
