//! The job platform: what runs, what fails, what is killed, and what each leaves behind.

mod control;
mod crashes;
mod crowd;
mod fair;
mod faults;
mod fingerprints;
mod flow;
mod kills;
mod limits;
mod many;
mod schedules;
mod vocabulary;
mod why;
mod world;
