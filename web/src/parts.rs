//! Parts that several pages are made of.

pub mod balance;
pub mod bar;
pub mod field;
pub mod levers;
pub mod listen;
pub mod live;
pub mod note;
pub mod spark;
pub mod stat;
pub mod table;
pub mod thread;
