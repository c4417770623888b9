# `make help` lists what there is. Every recipe brings the tools it needs; a second run costs nothing.
ifeq ($(filter oneshell,$(.FEATURES)),)
$(error GNU Make 3.82 or later is needed; on macOS: brew install make, then gmake run)
endif
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help run nodes dev build check format test shots torture bench mutants

COUNTRIES := .tools/npm/node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb
BUILT := target/release/something-project
SOURCES := $(shell find app server frontend style migrations Cargo.toml Cargo.lock -type f -not -path '*/node_modules/*' -not -path '*/tests/*' -not -path 'server/bench/*' 2>/dev/null)

help: ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "  make %-8s %s\n", $$1, $$2 }'

$(BUILT): $(SOURCES)
	@scripts/setup.sh build
	. scripts/env.sh
	echo "==> building the release (about 10 minutes the first time, on two cores)" >&2
	cargo leptos build --release --precompress
	cp target/release/hash.txt target/site/hash.txt
	cp $(COUNTRIES) target/site/countries.mmdb
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

nodes: $(BUILT) ## three servers on 127.0.0.1:3001 to 3003 and a PostgreSQL of their own; DEMO=1 as with run
	@scripts/setup.sh test
	exec scripts/nodes.sh

dev: ## build without optimisation, start, and do it again at every change
	@scripts/setup.sh build
	. scripts/env.sh
	echo "==> building without optimisation (about 6 minutes the first time, then seconds)" >&2
	exec cargo leptos watch

check: ## format, lints (server and browser), documentation, the wall between browser and store, dependencies
	@scripts/setup.sh check
	. scripts/env.sh
	set -x
	cargo fmt --all --check
	leptosfmt --quiet --check -m 120 'app/src/**/*.rs'
	cargo machete
	cargo clippy --workspace --exclude frontend --all-targets -- -D warnings
	cargo clippy -p frontend --target wasm32-unknown-unknown -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --exclude frontend --no-deps --document-private-items
	scripts/check-wall.sh
	if [ -x "$$TOOLS/bin/cargo-deny" ] && cargo deny fetch db; then cargo deny check --disable-fetch; else echo "cargo deny is left out: its database can't be reached"; fi
	for patch in server/tests/mutants/*.patch; do git apply --check "$$patch"; done

format: ## what `make check` wants of the form of sources
	@scripts/setup.sh check
	. scripts/env.sh
	cargo fmt --all
	leptosfmt --quiet -m 120 'app/src/**/*.rs'

test: ## everything: Rust on SQLite and PostgreSQL, then the browser
	@scripts/setup.sh test
	. scripts/env.sh
	cargo test --workspace --exclude frontend
	$(MAKE) build
	cd end2end && npm test

shots: $(BUILT) ## a picture of every page in end2end/shots, and what is wrong with them (5 minutes); ONLY=word
	@scripts/setup.sh test
	cd end2end && node shots.mjs '$(ONLY)'

torture: ## the long form of what `make test` does for a minute: kills, power cuts, full disks (20 minutes); ONLY=word
	@scripts/setup.sh test
	. scripts/env.sh
	TORTURE=1 cargo test -p server --test server -- --nocapture --test-threads=1 $(or $(ONLY),crash::)

mutants: ## break promises on purpose and want their tests to fail (25 minutes); ONLY=word for some of them
	@scripts/setup.sh test
	scripts/mutants.sh '$(ONLY)'

bench: $(BUILT) ## measure it beside nginx and itself (7 minutes); ONLY=word, QUICK=1 for a look, BESIDE=another program
	@scripts/setup.sh bench
	. scripts/env.sh
	echo "==> building the bench (about 3 minutes the first time)" >&2
	cargo build --release -p bench
	exec target/release/bench $(if $(ONLY),--only '$(ONLY)') $(if $(QUICK),--quick) $(if $(BESIDE),--beside '$(BESIDE)') $(if $(PAIRS),--pairs '$(PAIRS)')
