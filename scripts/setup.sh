#!/usr/bin/env bash
# Brings whatever a bare machine lacks to build (default), to check ("check"), to test ("test") or to measure ("bench")
# this project.
# A second run finds everything in place and costs nothing. Tools go into .tools/, which git ignores;
# only Debian packages are installed outside of it.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
. scripts/env.sh

CARGO_LEPTOS=0.3.10
BINARYEN=132.0.0
# Which country an address belongs to (CC0).
COUNTRIES=2.3.2026061719
CARGO_MACHETE=0.9.2
CARGO_DENY=0.20.2
LEPTOSFMT=0.1.33
want=${1:-build}

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
# At most two minutes, where there is a clock for it (macOS has none).
limited() { if has timeout; then timeout 120 "$@"; else "$@"; fi; }

apt_updated=no
apt_install() { # packages…
    local package missing=()
    if has dpkg-query; then
        for package in "$@"; do
            [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
        done
        [ ${#missing[@]} != 0 ] || return 0
        set -- "${missing[@]}"
    fi
    has apt-get || die "missing: $*. Install it with your system's package manager and run the command again."
    local sudo=""
    [ "$(id -u)" = 0 ] || sudo=sudo
    if [ $apt_updated = no ]; then $sudo apt-get update -qq >&2; apt_updated=yes; fi
    $sudo env DEBIAN_FRONTEND=noninteractive ${RUNLEVEL:+RUNLEVEL=$RUNLEVEL} apt-get install -y -qq --no-install-recommends "$@" >&2
}

wasm_target_present() { [ -n "$(ls "$(rustc --print sysroot 2>/dev/null)"/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib 2>/dev/null)" ]; }

# The packaged toolchain has no wasm standard library of its own: build it once from its source package.
packaged_toolchain() {
    say "installing Debian's Rust toolchain (about 20 seconds)"
    local lld
    apt_install rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web
    lld=$(cd /usr/bin && ls wasm-ld-* 2>/dev/null | sort -t- -k3 -n | tail -n 1)
    if [ -z "$lld" ]; then
        lld=$(apt-cache pkgnames lld- | grep -E '^lld-[0-9]+$' | sort -t- -k2 -n | tail -n 1)
        apt_install "$lld"
        lld="wasm-ld-${lld#lld-}"
    fi
    local sysroot lib
    sysroot=$(/usr/bin/rustc --print sysroot)
    lib="$sysroot/lib/rustlib/wasm32-unknown-unknown/lib"
    if ! ls "$lib"/libstd-*.rlib >/dev/null 2>&1; then
        say "building the standard library for the browser (about a minute)"
        local scratch
        scratch=$(mktemp -d)
        mkdir -p "$scratch/src"
        printf '[package]\nname = "scratch"\nversion = "0.0.0"\nedition = "2021"\n' >"$scratch/Cargo.toml"
        : >"$scratch/src/lib.rs"
        # With bitcode, as rustup's has it: the browser's half is optimised as a whole when it is linked.
        (cd "$scratch" && CARGO_TARGET_DIR="$scratch/target" RUSTFLAGS="-Cembed-bitcode=yes" RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc PATH="/usr/bin:$PATH" /usr/bin/cargo build --quiet \
            -Z build-std=std,panic_abort,panic_unwind,proc_macro,test --target wasm32-unknown-unknown --release >&2)
        local sudo=""
        [ -w "$sysroot/lib/rustlib" ] || sudo=sudo
        $sudo mkdir -p "$lib"
        find "$scratch/target/wasm32-unknown-unknown/release/deps" -name '*.rlib' ! -name 'libscratch-*' -print0 | $sudo xargs -0 cp -t "$lib"
        rm -rf "$scratch"
    fi
    mkdir -p "$TOOLS/packaged-rust"
    local tool
    for tool in cargo rustc rustdoc rustfmt cargo-clippy clippy-driver cargo-fmt; do
        if [ -e "/usr/bin/$tool" ]; then ln -sf "/usr/bin/$tool" "$TOOLS/packaged-rust/$tool"; fi
    done
    echo "$lld" >"$TOOLS/packaged-rust/linker"
    . scripts/env.sh
}

rust() {
    if [ -d "$TOOLS/packaged-rust" ] && wasm_target_present; then return; fi
    # Debian's own compiler needs to be told of a linker for the browser's half, even where its library is there.
    if has apt-get && [ "$(command -v rustc)" = /usr/bin/rustc ]; then
        packaged_toolchain
        return
    fi
    if has cargo && wasm_target_present; then return; fi
    if has rustup; then
        say "asking rustup for the wasm target"
        if limited rustup target add wasm32-unknown-unknown >&2; then return; fi
        say "rustup could not bring it: falling back to the packaged toolchain"
    fi
    packaged_toolchain
}

# Installed without its own heavy release profile: it builds in a quarter of the time and works as fast.
cargo_tool() { # crate version binary [arguments…]
    local crate=$1 version=$2 binary=$3
    shift 3
    if [ -e "$TOOLS/bin/.$crate-$version" ]; then return; fi
    say "building $crate $version (up to 5 minutes, once)"
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=0 \
        CARGO_TARGET_DIR="$TOOLS/build" cargo install --quiet "$crate" --version "$version" --root "$TOOLS" --force "$@" >&2
    [ -x "$TOOLS/bin/$binary" ] || die "$crate was installed without $binary"
    touch "$TOOLS/bin/.$crate-$version"
}

# What is known to be wrong with crates is in a repository that not every machine can reach.
can_have_advisories() {
    limited git -c http.lowSpeedLimit=1 -c http.lowSpeedTime=10 ls-remote -q https://github.com/RustSec/advisory-db HEAD >/dev/null 2>&1
}

# All at once: npm takes away what it isn't told of.
node_packages() { # package@version…
    local mark
    mark="$TOOLS/npm/.$(printf '%s ' "$@" | tr '/ ' '-_')"
    if [ -e "$mark" ]; then return; fi
    has npm || { say "installing Node.js"; apt_install nodejs npm; }
    say "installing $* from npm"
    mkdir -p "$TOOLS/npm"
    npm install --loglevel=error --no-save --no-audit --no-fund --prefix "$TOOLS/npm" "$@" >&2
    touch "$mark"
}

browser() {
    if has chromium || has google-chrome || [ -n "${CHROMIUM:-}" ]; then return; fi
    say "installing Chromium"
    apt_install chromium
}

postgres() {
    if has pg_ctl || ls /usr/lib/postgresql/*/bin/pg_ctl >/dev/null 2>&1 || ls /opt/homebrew/opt/postgresql*/bin/pg_ctl >/dev/null 2>&1; then return; fi
    say "installing PostgreSQL"
    apt_install postgresql
}

# Where system calls can be watched; elsewhere the test of their order is left out.
tracer() {
    if [ "$(uname)" != Linux ] || has strace; then return; fi
    say "installing strace"
    apt_install strace
}

# What runs the guide's examples; those in PHP are left out where there is none.
interpreters() {
    has curl || { say "installing curl"; apt_install curl; }
    has python3 || { say "installing Python"; apt_install python3; }
    has node || { say "installing Node.js"; apt_install nodejs npm; }
    if ! has apt-get || { has php && php -r 'exit(extension_loaded("curl") ? 0 : 1);'; }; then return; fi
    say "installing PHP"
    apt_install php-cli php-curl
}

measuring_tools() {
    has wrk || { say "installing wrk"; apt_install wrk; }
    if has nginx || [ -x /usr/sbin/nginx ]; then return; fi
    say "installing nginx"
    # Debian starts a service that it installs, but not in the runlevel of a single user.
    RUNLEVEL=1 apt_install nginx-light
}

mkdir -p "$TOOLS/bin"
has git || apt_install git
has cc || apt_install gcc libc6-dev
rust
bindgen=$(sed -n '/^name = "wasm-bindgen"$/{n;s/version = "\(.*\)"/\1/p;}' Cargo.lock)
[ -n "$bindgen" ] || die "Cargo.lock names no wasm-bindgen"
cargo_tool cargo-leptos "$CARGO_LEPTOS" cargo-leptos --locked --features no_downloads
# Without --locked: its lock file names a yanked crate.
cargo_tool wasm-bindgen-cli "$bindgen" wasm-bindgen
if [ "$want" = check ]; then
    cargo_tool cargo-machete "$CARGO_MACHETE" cargo-machete --locked
    cargo_tool leptosfmt "$LEPTOSFMT" leptosfmt --locked
    if can_have_advisories; then cargo_tool cargo-deny "$CARGO_DENY" cargo-deny --locked; fi
fi
rm -rf "$TOOLS/build"
node_packages "binaryen@$BINARYEN" "@ip-location-db/geo-whois-asn-country-mmdb@$COUNTRIES"
if [ "$want" = test ]; then
    browser
    postgres
    tracer
    interpreters
    if [ ! -e end2end/node_modules/.package-lock.json ] || [ end2end/package-lock.json -nt end2end/node_modules/.package-lock.json ]; then
        say "installing the browser tests' packages"
        (cd end2end && npm ci --loglevel=error --no-audit --no-fund >&2 && touch node_modules/.package-lock.json)
    fi
fi
if [ "$want" = bench ]; then
    measuring_tools
    postgres
fi
