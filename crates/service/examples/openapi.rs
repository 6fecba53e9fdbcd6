//! Prints the description of the API: `cargo run -p service --example openapi > docs/openapi.json`.

fn main() {
    println!("{}", service::web::document());
}
