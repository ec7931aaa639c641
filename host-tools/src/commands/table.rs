//! Tables for people: columns as wide as their widest cell.

use tinyconv_training::text::shortened;

/// Characters of the widest column.
const WIDEST: usize = 100;

/// Rows of cells. The first row is the heading.
pub struct Table {
    rows: Vec<Vec<String>>,
    left: usize,
}

impl Table {
    /// A table whose first `left` columns are texts, aligned to the left; numbers go to the right.
    pub fn new(left: usize, heading: Vec<String>) -> Self {
        let mut table = Self { rows: Vec::new(), left };
        table.row(heading);
        table
    }

    /// Adds a row; missing cells at its end are empty, and long ones are cut.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells.iter().map(|cell| shortened(cell, WIDEST)).collect());
    }

    /// The lines, without a line break at the end.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let line = |row: &Vec<String>| {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
                if column < self.left {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        self.rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_left_and_numbers_right() {
        let mut table = Table::new(1, vec!["name".into(), "n".into()]);
        table.row(vec!["é".into(), "100".into()]);
        table.row(vec!["total".into()]);
        assert_eq!(table.render(), "name     n\né      100\ntotal");
    }
}
