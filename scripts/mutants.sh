#!/usr/bin/env bash
# Breaks a promise on purpose, one patch of server/tests/mutants at a time, and wants its test to fail: a test that
# can't fail proves nothing. Works in a copy of what is committed, with the build folder of this checkout.
set -euo pipefail
root=$(git rev-parse --show-toplevel)
. "$root/scripts/env.sh"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git clone -q "$root" "$copy/mutant"
cd "$copy/mutant"
# The crates that others made are there already; ours are told apart by their folder.
export CARGO_TARGET_DIR="$root/target"
survivors=()
declare -A sound
for patch in server/tests/mutants/*"${1:-}"*.patch; do
    name=$(basename "$patch" .patch)
    test=$(sed -n 's/^# must fail: //p' "$patch")
    # A test that fails by itself would catch anything.
    if [ -z "${sound[$test]:-}" ]; then
        $test >"$copy/output" 2>&1 || { echo "==> $name: fails without it: $test" >&2; survivors+=("$name"); continue; }
        sound[$test]=yes
    fi
    git apply "$patch" || { echo "==> $name does not apply" >&2; survivors+=("$name"); continue; }
    echo "==> $name: $(sed -n '1s/^# //p' "$patch")" >&2
    # It has to be able to run: a mutant that doesn't compile is no mutant.
    $test --no-run >/dev/null 2>&1 || { echo "    does not compile" >&2; survivors+=("$name"); git checkout -q .; continue; }
    if $test >"$copy/output" 2>&1; then
        echo "    SURVIVED: $test" >&2
        survivors+=("$name")
    else
        echo "    fails, as it has to:" >&2
        # What it says, so that one sees whether it fails for the right reason.
        grep -m1 -A2 ' panicked at ' "$copy/output" | cut -c1-300 | sed 's/^/      /' >&2 || true
    fi
    git checkout -q .
done
[ ${#survivors[@]} = 0 ] || { echo "not caught: ${survivors[*]}" >&2; exit 1; }
