//! The HTML around every page.

use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

use crate::{App, ui::components::THEME_SCRIPT};

/// Tells the server the browser's time zone, so that days are the reader's own on the next page already.
const ZONE_SCRIPT: &str = "try{document.cookie='tz='+Intl.DateTimeFormat().resolvedOptions().timeZone\
    +';path=/;max-age=31536000;samesite=lax'}catch{}";

/// The addresses of the built files, found out once: `HydrationScripts` of Leptos reads `hash.txt` for every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltFiles {
    script: String,
    module: String,
    style: String,
    /// What tells this build from any other; empty for one without hashes.
    pub build: String,
}

impl BuiltFiles {
    /// From the name of the build and what its `hash.txt` says, if it has one.
    pub fn new(name: &str, hashes: Option<&str>) -> Self {
        let Some(hashes) = hashes else {
            // As wasm-bindgen names it; cargo-leptos, which sets the variable, names it like the others.
            let module = if option_env!("LEPTOS_OUTPUT_NAME").is_none() { "_bg" } else { "" };
            return Self {
                script: format!("/pkg/{name}.js"),
                module: format!("/pkg/{name}{module}.wasm"),
                style: format!("/pkg/{name}.css"),
                build: String::new(),
            };
        };
        let hash = |kind| hash_of(hashes, kind);
        let dotted = |kind| hash(kind).map(|hash| format!(".{hash}")).unwrap_or_default();
        let known = ["js", "wasm", "css"].into_iter().filter_map(hash);
        Self {
            script: format!("/pkg/{name}{}.js", dotted("js")),
            module: format!("/pkg/{name}{}.wasm", dotted("wasm")),
            style: format!("/pkg/{name}{}.css", dotted("css")),
            build: known.collect::<Vec<_>>().join("."),
        }
    }
}

/// The hash of a kind of file in lines like `js: 4sX…`; nothing that doesn't fit into an address.
fn hash_of<'a>(hashes: &'a str, kind: &str) -> Option<&'a str> {
    let pairs = hashes.lines().filter_map(|line| line.trim().split_once(':'));
    let mut of_kind = pairs.filter(|(name, _)| *name == kind).map(|(_, hash)| hash.trim());
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    of_kind.find(|hash| !hash.is_empty() && hash.bytes().all(fits))
}

/// The whole document.
pub fn shell(files: &BuiltFiles) -> impl IntoView + use<> {
    let BuiltFiles { script, module, style, .. } = files.clone();
    let start = format!(
        "import({script:?}).then(built=>built.default({{module_or_path:{module:?}}}).then(()=>built.hydrate()))"
    );
    // One text: between two there would be a comment.
    let head = format!("{THEME_SCRIPT};{ZONE_SCRIPT}");
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <script nonce=use_nonce()>{head}</script>
                <link rel="stylesheet" href=style />
                <link rel="modulepreload" href=script crossorigin="anonymous" />
                <link rel="preload" href=module r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
                <script type="module" nonce=use_nonce()>
                    {start}
                </script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

#[cfg(test)]
mod tests {
    use super::BuiltFiles;

    #[test]
    fn files_bear_the_hashes_of_their_build() {
        let files = BuiltFiles::new("site", Some("js: a-1\nwasm: b_2\ncss: c3\n"));
        assert_eq!((files.script.as_str(), files.module.as_str()), ("/pkg/site.a-1.js", "/pkg/site.b_2.wasm"));
        assert_eq!((files.style.as_str(), files.build.as_str()), ("/pkg/site.c3.css", "a-1.b_2.c3"));
    }

    #[test]
    fn what_is_no_hash_gets_into_no_address() {
        let files = BuiltFiles::new("site", Some("js: </script>\nnonsense\nwasm:\n"));
        assert_eq!((files.script.as_str(), files.module.as_str()), ("/pkg/site.js", "/pkg/site.wasm"));
        assert_eq!(files.build, "");
    }
}
