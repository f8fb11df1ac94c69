# The commands of the house. `make` alone lists them.
#
#   PORT=8080            where `make run` serves
#   WEB=no               `make run` leaves the map page plain, even when Node is here
#   SHARED_DIR=../shared test data beside the project; a test that finds none says so and is skipped
#   SECONDS=60 TARGETS=  how long `make fuzz` runs each target, and which ("phrase table"); all without names

SHELL = /bin/bash

PORT = 8080
WEB = yes
SHARED_DIR = ../shared
SECONDS = 60
TARGETS =
TARGET = $${CARGO_TARGET_DIR:-target}

.PHONY: help run site test fuzz bench lint web setup-test data-check wheel deb release packs book figures need-rust

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' Makefile | while IFS=$$'\t' read -r name does; do printf 'make %-12s %s\n' "$$name" "$$does"; done

site: need-rust web ## the sample reports as a published folder: target/site
	cargo build --release --locked
	@scripts/site.sh $(TARGET)/release/placetime $(TARGET)/site

run: need-rust web ## build everything, read the sample reports, serve the map on http://127.0.0.1:8080 (PORT= for another)
	cargo build --release --locked
	$(TARGET)/release/placetime add samples/*.txt
	exec $(TARGET)/release/placetime serve --listen 127.0.0.1:$(PORT)

test: need-rust setup-test ## everything tested: Rust, front end, real browser, real GIS clients
	@SHARED_DIR="$(SHARED_DIR)" WEB="$(WEB)" scripts/test.sh

fuzz: need-rust ## every reader on made-up bytes, SECONDS=60 each, TARGETS="phrase table" or all of them
	@scripts/fuzz.sh run "$(SECONDS)" $(TARGETS)

bench: need-rust ## the benchmarks: a table here, the figures as JSON in target/bench/
	cargo build --release --locked
	cargo build --release --locked -p placetime-gazetteer --example speed
	python3 scripts/bench.py

lint: need-rust ## formatting, clippy, Biome, tsc
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	@scripts/web.sh lint

web: ## the map page into web/dist, when a source is newer
	@WEB="$(WEB)" scripts/web.sh build

setup-test: ## install what the tests need and the machine lacks (Debian, as root)
	@scripts/setup-test.sh

data-check: need-rust ## compare the gazetteer's tables with the data in SHARED_DIR
	@SHARED_DIR="$(SHARED_DIR)" scripts/test.sh tables

wheel: need-rust web ## the Python wheel into target/wheels
	@scripts/wheel.sh build

deb: need-rust web ## the Debian package into target/debian
	cargo build --release --locked
	@scripts/deb.sh build

release: need-rust web ## program, package, wheel, list of contents, notes and checksums into target/dist
	@scripts/release.py

packs: need-rust ## gazetteers of countries and of the world from a folder of downloads: DATA=folder [COUNTRIES="SY IQ"]
	cargo build --release --locked
	@scripts/packs.py "$(DATA)" $(COUNTRIES)

book: ## the book into target/book
	@scripts/book.py

figures: need-rust ## measure the accuracy and write it into README and BENCHMARKS
	cargo build --release --locked
	@SHARED_DIR="$(SHARED_DIR)" scripts/figures.py

need-rust:
	@scripts/need-rust.sh
