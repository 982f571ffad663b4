PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# Of the tests; 0 runs them in one.
PROCESSES ?= 2

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test lint check-rules check-dataset bench docs eval coverage dataset build all clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

setup: $(VENV)/.installed ## Make .venv with the package

setup-dev: $(VENV)/.installed-dev ## Add all extras and what the tests need

run: setup ## Extract the facts of seeds/ into out/ and show the first rows
	$(BIN)/extract run seeds/ --out out/
	$(BIN)/extract show out/ --limit 10

test: setup-dev ## Lint, check the types and the rules, run the tests
	$(MAKE) lint check-rules
	$(BIN)/python -m pytest -q -n $(PROCESSES) --dist loadfile

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

coverage: setup-dev ## Run the tests and say which lines and branches of extract/ they reach
	$(BIN)/python -m pytest -q -n $(PROCESSES) --dist loadfile --cov --cov-report=term:skip-covered

check-rules: setup ## Check every rule against its own examples
	$(BIN)/extract rules check

bench: setup ## Measure the pipeline against underthesea, the parsers on hard input, binding against nearest words
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/bench_parse.py
	$(BIN)/python benchmarks/compare_binding.py

check-dataset: setup ## Compare out/ with what seeds/ yields now
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	$(BIN)/extract run seeds/ --out "$$fresh" --quiet && \
	{ $(BIN)/extract compare out/ "$$fresh" || { echo 'out/ is not what the seeds yield; make dataset makes it anew' >&2; exit 1; }; }

docs: setup-dev ## Make the pages and tables of docs/ that are made of code and annotated texts
	$(BIN)/python scripts/write_docs.py

eval: setup ## Measure out/ against the gold of the seeds
	$(BIN)/extract eval tests/gold/seeds.jsonl out/

dataset: setup ## Regenerate out/ from seeds/
	$(BIN)/extract run seeds/ --out out/

build: setup-dev ## Make sdist and wheel in dist/ and try the wheel in an empty environment
	$(BIN)/python scripts/check_build.py --out dist

all: test run eval build ## Everything

clean: ## Remove what setup and the tools left
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
