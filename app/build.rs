//! A new file in `migrations/` changes the binary, but no source file: cargo has to be told.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
