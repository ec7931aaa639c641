//! Files that converters write, and those that nobody should.
