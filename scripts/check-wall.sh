#!/usr/bin/env bash
# The browser's half must never reach the store: its dependency tree names none of these.
set -euo pipefail
tree=$(cargo tree -p frontend --target wasm32-unknown-unknown -e normal --prefix none | cut -d' ' -f1 | sort -u)
broken=$(grep -xE 'sqlx|sqlx-.*|axum|service|store|leptos_axum|tokio' <<<"$tree" || true)
if [ -n "$broken" ]; then
    echo "the browser's half depends on: $broken" >&2
    exit 1
fi
echo "the browser's half depends on $(wc -l <<<"$tree") crates, and on neither sqlx, axum, service nor store"
