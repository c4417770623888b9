//! No public function of the store goes without a contract.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The Rust files of a folder and of the folders in it.
fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The names of a source's public functions. What is `pub(crate)` has its contract in what calls it.
fn public_functions(source: &str) -> Vec<String> {
    let lines = source.lines().map(str::trim_start).take_while(|line| !line.starts_with("#[cfg(test)]"));
    let openings = ["pub async fn ", "pub const fn ", "pub fn "];
    lines
        .filter_map(|line| openings.iter().find_map(|opening| line.strip_prefix(*opening)))
        .filter_map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next())
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_public_function_of_the_store_has_a_contract() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut contracts = rust_files(&package.join("tests/contracts"));
    // What only sets the stage asserts nothing of what it calls.
    contracts.retain(|path| !path.ends_with("network.rs") && !path.ends_with("first_schema.rs"));
    contracts.push(package.join("tests/schema.rs"));
    let contracts: String = contracts.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let sources = rust_files(&package.join("src"));
    let functions: Vec<_> =
        sources.iter().flat_map(|path| public_functions(&fs::read_to_string(path).unwrap())).collect();
    assert!(functions.len() > 40, "the functions are written in another way now: only found {functions:?}");
    let is_called = |name: &str| [".", "::"].iter().any(|before| contracts.contains(&format!("{before}{name}(")));
    let missing: Vec<_> = functions.iter().filter(|name| !is_called(name)).collect();
    assert!(missing.is_empty(), "no contract calls {missing:?}");
}
