#!/usr/bin/env bash
# Two walls: the browser's half must never reach the store, and no text must become HTML unescaped.
set -euo pipefail
cd "$(dirname "$0")/.."

# What `Title` and `inner_html` are given is written into the server's HTML as it is: one component each escapes it.
raw=$(grep -rnE '<Title\b|leptos_meta::.*\bTitle\b|inner_html=|InnerHtml|outer_html' app/src frontend/src --include='*.rs' \
    | grep -vE '^app/src/ui/components/(page_title|textarea_field)\.rs:' || true)
if [ -n "$raw" ]; then
    echo "HTML is written without escaping; use PageTitle, or a component that escapes:" >&2
    echo "$raw" >&2
    exit 1
fi

# The browser's half names none of these in its dependency tree.
tree=$(cargo tree -p frontend --target wasm32-unknown-unknown -e normal --prefix none | cut -d' ' -f1 | sort -u)
broken=$(grep -xE 'sqlx|sqlx-.*|axum|service|store|leptos_axum|tokio' <<<"$tree" || true)
if [ -n "$broken" ]; then
    echo "the browser's half depends on: $broken" >&2
    exit 1
fi
echo "the browser's half depends on $(wc -l <<<"$tree") crates, and on neither sqlx, axum, service nor store"
