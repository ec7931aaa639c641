//! What can be wrong with values that come from outside: data, bytes and settings.
