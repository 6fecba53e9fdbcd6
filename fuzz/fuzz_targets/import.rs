//! Whatever a template says: it is refused or becomes a design, which is written and read again as the same.

#![no_main]

use cloud::import::{Options, import};
use cloud::Design;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(imported) = import(text, &Options::default()) {
        let shown = imported.design.to_toml();
        let again = Design::parse(&shown).expect("what is shown is a design");
        assert_eq!(imported.design, again, "{shown}");
    }
});
