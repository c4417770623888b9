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

/// A public function of the store, and what its caller has to name: the module that one imports it from, or its type.
#[derive(Debug, PartialEq, Eq)]
struct Function {
    owner: String,
    name: String,
    is_method: bool,
}

/// Those of a source. What is `pub(crate)` has its contract in what calls it.
fn public_functions(module: &str, source: &str) -> Vec<Function> {
    let openings = ["pub async fn ", "pub const fn ", "pub fn "];
    let (mut functions, mut implemented) = (Vec::new(), String::new());
    for line in source.lines().take_while(|line| !line.trim_start().starts_with("#[cfg(test)]")) {
        if line.starts_with("impl") {
            let of = line.trim_end_matches(" {").rsplit(' ').next().unwrap_or_default();
            of.split('<').next().unwrap_or(of).clone_into(&mut implemented);
        }
        let declared = openings.iter().find_map(|opening| line.trim_start().strip_prefix(*opening));
        if let Some(name) = declared.map(|rest| words(rest).next().unwrap_or_default().to_owned()) {
            let is_method = line.starts_with(' ');
            let owner = if is_method { implemented.clone() } else { module.to_owned() };
            functions.push(Function { owner, name, is_method });
        }
    }
    functions
}

/// The innermost public module of a file; what the others make public is in the crate's root.
fn public_module(file: &Path, source_folder: &Path) -> String {
    let mut modules = file.strip_prefix(source_folder).unwrap().with_extension("");
    while let Some(name) = modules.file_name().and_then(|name| name.to_str()).map(ToOwned::to_owned) {
        modules.pop();
        let parent = if modules.as_os_str().is_empty() { Path::new("lib") } else { &modules };
        if code_of(&source_folder.join(parent).with_extension("rs")).contains(&format!("pub mod {name};")) {
            return name;
        }
    }
    "store".to_owned()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// Whether a text calls what is named so, and not something whose name only ends like that.
fn calls(text: &str, path: &str) -> bool {
    text.match_indices(&format!("{path}(")).any(|(at, _)| {
        let before = &text[..at];
        before.ends_with("store::") || !before.ends_with(|c: char| c.is_alphanumeric() || "_:.".contains(c))
    })
}

/// Whether a text brings a name of a module into scope: `module::name` or `module::{…, name, …}`.
fn imports(text: &str, module: &str, name: &str) -> bool {
    let (path, end) = (format!("{module}::"), if module == "store" { ';' } else { '}' });
    text.match_indices(&path).any(|(at, _)| {
        let rest = &text[at + path.len()..];
        let imported = if rest.starts_with('{') { rest.split(end).next() } else { rest.split(';').next() };
        imported.is_some_and(|list| !list.contains('(') && words(list).any(|word| word == name))
    })
}

fn is_called(contract: &str, function: &Function) -> bool {
    let Function { owner, name, is_method } = function;
    let by_itself = if *is_method {
        contract.contains(&format!(".{name}("))
    } else {
        imports(contract, owner, name) && calls(contract, name)
    };
    by_itself || calls(contract, &format!("{owner}::{name}"))
}

/// The text of a file without its comments.
fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

#[test]
fn every_public_function_of_the_store_has_a_contract() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut contracts = rust_files(&package.join("tests/contracts"));
    // What only sets the stage asserts nothing of what it calls.
    contracts
        .retain(|path| !["network.rs", "first_schema.rs", "completeness.rs"].iter().any(|file| path.ends_with(file)));
    let contracts: Vec<String> = contracts.iter().map(|path| code_of(path)).collect();
    let folder = package.join("src");
    let of_file = |path: &PathBuf| public_functions(&public_module(path, &folder), &code_of(path));
    let functions: Vec<_> = rust_files(&folder).iter().flat_map(of_file).collect();
    assert!(functions.len() > 40, "the functions are written in another way now: only found {functions:?}");
    let has_contract = |function: &&Function| contracts.iter().any(|contract| is_called(contract, function));
    let missing: Vec<_> = functions.iter().filter(|function| !has_contract(function)).collect();
    assert!(missing.is_empty(), "no contract calls {missing:?}");
}

#[test]
fn a_function_of_the_same_name_elsewhere_is_no_contract() {
    let source = "pub async fn insert(conn: &mut Conn) {}\nimpl Db {\n    pub fn open(&self) {}\n}\n";
    let functions = public_functions("offers", source);
    let function =
        |owner: &str, name: &str, is_method| Function { owner: owner.to_owned(), name: name.to_owned(), is_method };
    let (insert, open) = (function("offers", "insert", false), function("Db", "open", true));
    assert_eq!(functions, [function("offers", "insert", false), function("Db", "open", true)]);
    for called in
        ["offers::insert(conn)", "store::offers::insert(conn)", "use store::offers::{self, insert};\ninsert(conn)"]
    {
        assert!(is_called(called, &insert), "{called}");
    }
    for another in ["users::insert(conn)", "insert(conn)", "offers::insert_all(conn)", "my_offers::insert(conn)"] {
        assert!(!is_called(another, &insert), "{another}");
    }
    assert!(is_called("Db::open(url)", &open) && is_called("db.open(url)", &open));
    assert!(!is_called("File::open(path)", &open));
}
