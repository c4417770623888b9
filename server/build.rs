//! Tells the program which commit it was built from: `SOURCE_COMMIT` where that is set, else what git says.

use std::{env, path::Path, process::Command};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=SOURCE_COMMIT");
    let given = env::var("SOURCE_COMMIT").ok().filter(|commit| is_plain(commit));
    let commit = given.or_else(commit_of_git).unwrap_or_else(|| "unknown".to_owned());
    let short = commit.get(..12).unwrap_or(&commit);
    println!("cargo:rustc-env=SOURCE_COMMIT={short}");
}

/// Nothing where this folder is no checkout; a repository further up is another project's.
fn commit_of_git() -> Option<String> {
    if !Path::new("../.git").exists() {
        return None;
    }
    // What changes with the commit. A path that isn't there would make cargo run this at every build.
    let branch = git(&["symbolic-ref", "-q", "HEAD"]);
    for name in ["HEAD", "logs/HEAD", "packed-refs"].into_iter().chain(branch.as_deref()) {
        if let Some(path) = git(&["rev-parse", "--git-path", name]).filter(|path| Path::new(path).exists()) {
            println!("cargo:rerun-if-changed={path}");
        }
    }
    git(&["rev-parse", "--short=7", "HEAD"]).filter(|commit| is_plain(commit))
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}

fn is_plain(commit: &str) -> bool {
    !commit.is_empty() && commit.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte))
}
