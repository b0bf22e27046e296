//! The program as a person or a script starts it: what it prints, what it says of bad input, what a kill costs.

mod bad_input;
mod contract;
mod lessons;
mod place;
mod run_killed;
mod runs;
