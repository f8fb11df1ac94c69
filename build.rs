//! Makes cargo build again when the web page was built, since the page is embedded in the program.

fn main() {
    println!("cargo:rerun-if-changed=web/dist");
}
