# Sourced by every recipe of the Makefile: puts the tools of this project first on PATH.
# Nothing here is needed to run the built program, only to build and test it.

root=${root:-$(git rev-parse --show-toplevel 2>/dev/null || pwd)}
TOOLS="$root/.tools"
PATH="$TOOLS/bin:$TOOLS/npm/node_modules/.bin:$PATH"

# Debian's packaged toolchain, where rustup could not bring the wasm target. The folder of links goes
# before rustup's shims, so that one compiler builds both halves.
if [ -d "$TOOLS/packaged-rust" ]; then
    PATH="$TOOLS/packaged-rust:$PATH"
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$(cat "$TOOLS/packaged-rust/linker")
    export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER
fi
# The browser wall and the test suites build into the same folders as the program, so nothing is compiled twice.
export PATH TOOLS
