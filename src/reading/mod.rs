//! What the words say, before anyone asks where.

pub mod dates;
pub mod numbers;
pub mod sentences;
pub mod tolls;
pub mod words;
