//! For `tests/oracles/addresses.py`: reads addresses, a line each, and says of each whether it is public.

use std::io::{BufRead, stdin};

fn main() {
    for line in stdin().lock().lines() {
        let address = line.expect("a line").parse().expect("an address");
        println!("{}", if outward::address::is_public(address) { "public" } else { "inside" });
    }
}
