//! Every page with realistic invented data, written to a folder: `cargo run -p web --example gallery -- /tmp/gallery`. For
//! looking at; serve it with any static file server.

mod every;
mod messages;
mod sample;

use std::{fs, path::Path};

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "gallery".to_owned());
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    for (name, html) in every::pages() {
        fs::write(folder.join(format!("{name}.html")), html)?;
    }
    let version = web::assets::url("");
    for name in web::assets::names() {
        let path = folder.join(version.trim_start_matches('/')).join(name.as_ref());
        fs::create_dir_all(path.parent().expect("below a folder"))?;
        fs::write(path, web::assets::get("", &name).expect("listed").bytes)?;
    }
    println!("{}", folder.display());
    Ok(())
}
