//! The public pages: what a buyer reads before there is a log-in. No script, nobody else's files; what they claim is in the
//! repository, and what is not in it yet is called so.

pub mod case_study;
pub mod compare;
mod frame;
pub mod landing;
pub mod pricing;
