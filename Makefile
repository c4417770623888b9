# `make help` lists what there is. Every recipe brings the tools it needs; a second run costs nothing.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help run dev build check test

BUILT := target/release/something-project
SOURCES := $(shell find app server frontend style migrations Cargo.toml Cargo.lock -type f -not -path '*/node_modules/*' -not -path '*/tests/*' 2>/dev/null)

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | while IFS=$$'\t' read -r name text; do printf '  make %-8s %s\n' "$$name" "$$text"; done

$(BUILT): $(SOURCES)
	@scripts/setup.sh build
	. scripts/env.sh
	echo "==> building the release (about 10 minutes the first time, on two cores)" >&2
	cargo leptos build --release --precompress
	touch $(BUILT)

build: $(BUILT) ## build the release

run: $(BUILT) ## build and start on 127.0.0.1:3000; DEMO=1 starts with a demo network
	@if [ -n "$(DEMO)" ]; then
		export DATABASE_URL=$${DATABASE_URL:-sqlite://data/demo.db}
		if [ ! -e data/demo-accounts.txt ]; then
			mkdir -p data
			(umask 077 && $(BUILT) demo > data/demo-accounts.txt.new)
			mv data/demo-accounts.txt.new data/demo-accounts.txt
		fi
		cat data/demo-accounts.txt
	fi
	exec $(BUILT) serve

dev: ## build without optimisation, start, and do it again at every change
	@scripts/setup.sh build
	. scripts/env.sh
	exec cargo leptos watch

check: ## format, lints (server and browser), documentation, the wall between browser and store
	@scripts/setup.sh build
	. scripts/env.sh
	set -x
	cargo fmt --all --check
	cargo clippy --workspace --exclude frontend --all-targets -- -D warnings
	cargo clippy -p frontend --target wasm32-unknown-unknown -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --exclude frontend --no-deps --document-private-items
	scripts/check-wall.sh

test: ## everything: Rust on SQLite and PostgreSQL, then the browser
	@scripts/setup.sh test
	. scripts/env.sh
	cargo test --workspace --exclude frontend
	$(MAKE) build
	cd end2end && npm test
