//! What can be wrong with data, in words that tell the user which file it is and what to do.

use crate::text::{printable, shown};
use std::{io, path::PathBuf};

use thiserror::Error;

use super::describe_kinds;
#[cfg(feature = "pictures")]
use crate::picture::PictureError;

/// Why data cannot be used.
///
/// ```
/// use std::path::Path;
///
/// use tinyconv_training::data::{DataError, Dataset};
///
/// let error = Dataset::open(Path::new("no/such/place"), 10).unwrap_err();
/// assert!(matches!(error, DataError::MissingDirectory { .. }));
/// assert!(error.to_string().contains("give a directory of IDX files"));
/// ```
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// The directory of a data set is not there.
    #[error("there is no directory {}; give a directory of {}", shown(.path), describe_kinds())]
    MissingDirectory {
        /// The directory asked for.
        path: PathBuf,
    },

    /// A directory lacks one of the data set's files.
    #[error(
        "{} has no file {name} (nor {name}.gz), nor data of another kind; copy it there, or give a \
         directory of {}",
        shown(.directory), describe_kinds()
    )]
    MissingPart {
        /// The directory searched.
        directory: PathBuf,
        /// The usual name of the file.
        name: String,
    },

    /// A file is not there.
    #[error("there is no file {}; check the path", shown(.path))]
    MissingFile {
        /// The file asked for.
        path: PathBuf,
    },

    /// The operating system refused to read a file.
    #[error("cannot read {}; check that it is a file, and that you may read it", shown(.path))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },

    /// A compressed file does not decompress.
    #[error("{} is a damaged gzip file; download it again", shown(.path))]
    CorruptGzip {
        /// The file.
        path: PathBuf,
        /// The decompressor's reason.
        source: io::Error,
    },

    /// A file is in another format, or holds images in place of labels.
    #[error(
        "{} starts with 0x{found:08x}, but IDX {content} start with 0x{expected:08x}; \
         give a file of {content} in MNIST's format",
        shown(.path)
    )]
    WrongMagic {
        /// The file.
        path: PathBuf,
        /// What the file should hold.
        content: &'static str,
        /// The magic number that such a file has.
        expected: u32,
        /// The magic number that it has.
        found: u32,
    },

    /// A header announces nothing at all.
    #[error(
        "the header of {} says {sizes}, which leaves no data; download or write the file again",
        shown(.path)
    )]
    Empty {
        /// The file.
        path: PathBuf,
        /// The announced sizes, such as `10 x 0 x 28`.
        sizes: String,
    },

    /// A file, or what its header announces, is more than any data set in memory can be.
    #[error(
        "{} is said to hold {sizes} bytes, more than the limit of {limit}; it is damaged, or the \
         data set must be split",
        shown(.path)
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The announced sizes, such as `10 x 28 x 28`.
        sizes: String,
        /// The largest number of bytes that is read.
        limit: u64,
    },

    /// A compressed file announces more than is unpacked unasked.
    #[error(
        "{} is said to hold {sizes} bytes, and no more than {limit} are unpacked from a .gz file: it is \
         damaged, or unpack it with gunzip",
        shown(.path)
    )]
    TooLargeGzip {
        /// The file.
        path: PathBuf,
        /// The announced sizes, such as `10 x 28 x 28`.
        sizes: String,
        /// The largest number of bytes that is unpacked.
        limit: u64,
    },

    /// A file ends before its header says that it does.
    #[error(
        "{} is truncated: expected {expected} bytes (uncompressed), found {found}; download it \
         again",
        shown(.path)
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The number of uncompressed bytes that there should be, header included.
        expected: u64,
        /// The number of uncompressed bytes that there are, header included.
        found: u64,
    },

    /// A file goes on after its header says that it ends.
    #[error(
        "{} is longer than the {expected} bytes (uncompressed) that its header says; download or \
         write it again",
        shown(.path)
    )]
    TrailingBytes {
        /// The file.
        path: PathBuf,
        /// The number of uncompressed bytes that there should be, header included.
        expected: u64,
    },

    /// Images and labels are not of the same number.
    #[error(
        "{} holds {images} images but {} holds {labels} labels; give files that belong together",
        shown(.images_path), shown(.labels_path)
    )]
    CountMismatch {
        /// The file of images.
        images_path: PathBuf,
        /// Its number of images.
        images: usize,
        /// The file of labels.
        labels_path: PathBuf,
        /// Its number of labels.
        labels: usize,
    },

    /// A label is not a class of the network.
    #[error(
        "label {index} of {} is {label}, but labels must be below {classes}; correct the file, or \
         train a network with more classes",
        shown(.path)
    )]
    LabelOutOfRange {
        /// The file of labels.
        path: PathBuf,
        /// Which label it is, counted from 0.
        index: usize,
        /// The label.
        label: u16,
        /// The number of classes.
        classes: usize,
    },

    /// Training and test images are of different sizes.
    #[error(
        "in {}, training images are {} x {} pixels and test images {} x {} (rows x columns); \
         give files that belong together",
        shown(.directory), .train.0, .train.1, .test.0, .test.1
    )]
    SizeMismatch {
        /// The directory of the data set.
        directory: PathBuf,
        /// Rows and columns of a training image.
        train: (usize, usize),
        /// Rows and columns of a test image.
        test: (usize, usize),
    },

    /// A file of records that does not hold whole ones.
    #[error(
        "{} has {found} bytes, but needs one or more records of {record} bytes; download it again",
        shown(.path)
    )]
    Records {
        /// The file.
        path: PathBuf,
        /// Bytes of a record.
        record: usize,
        /// Bytes of the file, or as many of them as were read.
        found: usize,
    },

    /// A table of digits has a line that is none.
    #[error(
        "line {line} of {} is not 64 pixels of 0 to 16 and a label of 0 to 9, separated by commas; \
         download the file again, or give one of 8 x 8 digits",
        shown(.path)
    )]
    TableLine {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },

    /// A file is no table.
    #[cfg(feature = "pictures")]
    #[error("cannot read {} as a table; write UTF-8 text with commas between the fields", shown(.path))]
    Table {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: csv::Error,
    },

    /// A line of a table of targets has other fields than it should have.
    #[error(
        "line {line} of {} has {found} field{}, but needs a file and {outputs} number{}, one for each output \
         of the network; correct the line, or use another network (--model)",
        shown(.path), if *.found == 1 { "" } else { "s" }, if *.outputs == 1 { "" } else { "s" }
    )]
    TargetFields {
        /// The table.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Its fields.
        found: usize,
        /// Outputs of the network.
        outputs: usize,
    },

    /// A target that is no number.
    #[error(
        "`{}` is no finite number, in line {line} of {}; correct the line, or begin the first one with \
         `file` if it is a heading",
        .field.escape_debug(), shown(.path)
    )]
    Target {
        /// The table.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What stands there.
        field: String,
    },

    /// A table without a target.
    #[error("{} has no line for a picture; write lines such as file,number", shown(.path))]
    NoTargets {
        /// The table.
        path: PathBuf,
    },

    /// A table of which nothing is left to test with.
    #[error(
        "{} has only one picture, and none is left for testing; give at least two, or train/targets.csv and \
         test/targets.csv",
        shown(.path)
    )]
    OneTarget {
        /// The table.
        path: PathBuf,
    },

    /// A folder cannot be looked into.
    #[error("cannot open the folder {}; check that you may read it", shown(.path))]
    UnreadableFolder {
        /// The folder.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },

    /// None of the folders has a picture.
    #[error(
        "the folders in {} have no .png or .jpg files; sort the pictures into a folder for each \
         class, CLASS/*.png or train/CLASS/*.png and test/CLASS/*.png",
        shown(.directory)
    )]
    NoPictures {
        /// The directory with the folders.
        directory: PathBuf,
    },

    /// There is nothing to tell apart.
    #[error(
        "{} has pictures of only one class, in {}; make a folder for each of at least two classes, \
         CLASS/*.png or train/CLASS/*.png and test/CLASS/*.png",
        shown(.directory), shown(.class)
    )]
    OneClass {
        /// The directory with the folders.
        directory: PathBuf,
        /// The folder.
        class: PathBuf,
    },

    /// Two folders whose names are the same in a model file.
    #[error(
        "the folders {first:?} and {second:?} would both be the class {name:?}, as their names are no UTF-8 \
         text; rename them"
    )]
    SameName {
        /// What both would be called.
        name: String,
        /// The one folder.
        first: PathBuf,
        /// The other one.
        second: PathBuf,
    },

    /// A class without pictures.
    #[error(
        "the folder {} has no .png or .jpg files; put pictures of the class there, or remove it",
        shown(.folder)
    )]
    EmptyClass {
        /// The folder.
        folder: PathBuf,
    },

    /// A class that nothing is left of to test with.
    #[error(
        "the folder {} has no picture left for testing; put at least two pictures of the class \
         there",
        shown(.folder)
    )]
    OnePicture {
        /// The folder.
        folder: PathBuf,
    },

    /// More classes than the network tells apart.
    #[error(
        "{} has {found} folders, but the network has only {classes} classes; use fewer folders, or \
         change `out` of its last layer",
        shown(.directory)
    )]
    MoreClassesThanOutputs {
        /// The directory with the folders.
        directory: PathBuf,
        /// Folders in it.
        found: usize,
        /// Outputs of the network.
        classes: usize,
    },

    /// The bundled digits, for a model of something else.
    #[error(
        "the bundled MNIST has the digits 0 to 9, but the model tells apart {}; give its own data \
         with --data",
        listed(.labels)
    )]
    NotDigits {
        /// Classes of the model.
        labels: Vec<String>,
    },

    /// The bundled digits, for a model of other data.
    #[error(
        "the model was trained with {trained_with}, and not with the bundled MNIST: give that data set \
         with --data"
    )]
    OtherData {
        /// What the model file says.
        trained_with: String,
    },

    /// The bundled digits, for a model of other inputs.
    #[error(
        "the bundled MNIST has images of 1 x 28 x 28, but the network takes {}; give a data set of its \
         own with --data",
        .takes.map(|size| size.to_string()).join(" x ")
    )]
    NotMnist {
        /// Channels, rows and columns that the network takes.
        takes: [usize; 3],
    },

    /// Classes that the model has never heard of.
    #[error(
        "the data have pictures of {}, but the model knows only {}; name the folders after its \
         classes, or train it with these (train --data)",
        listed(.unknown), listed(.known)
    )]
    UnknownClasses {
        /// Classes of the data.
        unknown: Vec<String>,
        /// Classes of the model.
        known: Vec<String>,
    },

    /// What is trained with and what is tested with are not the same classes.
    #[error(
        "in {}, train/ and test/ have different class folders{}{}; give both the same folders",
        shown(.directory), only("train", .only_train), only("test", .only_test)
    )]
    ClassesDiffer {
        /// The directory of the data set.
        directory: PathBuf,
        /// Classes without test pictures.
        only_train: Vec<String>,
        /// Classes without training pictures.
        only_test: Vec<String>,
    },

    /// More pictures than memory is taken for.
    #[error(
        "the pictures in {} take {sizes} bytes, more than the limit of {limit}; use fewer \
         pictures, or a network with a smaller input",
        shown(.directory)
    )]
    TooManyPictures {
        /// The directory with the folders.
        directory: PathBuf,
        /// Their number and the shape of each.
        sizes: String,
        /// The largest number of bytes that is read.
        limit: u64,
    },

    /// A file is no picture.
    #[cfg(feature = "pictures")]
    #[error(transparent)]
    Picture(#[from] PictureError),

    /// A limit of the augmentation makes no sense.
    #[error("the augmentation's {name} is {value}; give {allowed}")]
    AugmentationLimit {
        /// Which limit it is.
        name: &'static str,
        /// Its value.
        value: f32,
        /// The values that it may have, in words.
        allowed: &'static str,
    },
}

/// Classes that are in one of the two only.
fn only(place: &str, classes: &[String]) -> String {
    if classes.is_empty() {
        return String::new();
    }
    format!(", only in {place}/: {}", listed(classes))
}

/// The first few by name.
#[must_use]
pub fn listed(classes: &[String]) -> String {
    const NAMED: usize = 5;
    let names: Vec<String> = classes.iter().take(NAMED).map(|name| printable(name)).collect();
    let more = if classes.len() > NAMED { ", ..." } else { "" };
    format!("{}{more}", names.join(", "))
}
