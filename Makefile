# Two commands: `make run` shows the whole pipeline on the sample, `make test` checks it. Everything lands in .venv and
# work-demo below this folder. PYTHON=… chooses an interpreter (3.11 or newer), VENV=… another environment.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test test-thorough test-all check tools bench evaluate names-model reports-model docs sample clean

VENV ?= .venv
DEMO ?= work-demo
WORKERS ?= 2
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest -q -p no:cacheprovider -n $(WORKERS) --dist loadfile --no-loadscope-reorder
PROGRAMS := gpg openssl
# Byte code is kept beside the packages as they are first used: without it every command compiles all of them anew.
unexport PYTHONDONTWRITEBYTECODE

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

run: $(VENV)/.for-run  ## install, run the whole pipeline on the sample, say where each output lies
	@$(BIN)/python -m pipeline.demo --workspace $(DEMO)

test: $(VENV)/.for-test tools  ## install what tests need and run them (at most 8 minutes)
	@$(PYTEST) -m "not slow and not thorough"

test-thorough: $(VENV)/.for-test tools  ## what make test leaves out to stay quick; CI runs both
	@$(PYTEST) -m "thorough and not slow"

test-all: $(VENV)/.for-test tools  ## every test, the slow ones too
	@$(PYTEST)

check: $(VENV)/.for-test  ## style, types, import direction
	@$(BIN)/ruff check --no-cache .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config setup.cfg --no-cache --no-logo

tools:  ## the system programs some tests use; elsewhere those tests skip and say so
	@missing=; for program in $(PROGRAMS); do command -v $$program >/dev/null || missing="$$missing $$program"; done; \
	[ -z "$$missing" ] && exit 0; \
	packages=$${missing/gpg/gnupg}; as=; [ "$$(id -u)" = 0 ] || as="sudo -n"; \
	if command -v apt-get >/dev/null && { [ -z "$$as" ] || $$as true 2>/dev/null; }; then \
	  echo "Installing:$$packages"; \
	  { $$as apt-get install -y -qq $$packages || { $$as apt-get update -qq && $$as apt-get install -y -qq $$packages; }; } >/dev/null \
	    || echo "Could not install:$$packages"; \
	else echo "Not here:$$missing; their tests skip. Install:$$packages"; fi

bench: $(VENV)/.for-test  ## measure speed and memory (docs/performance.md)
	@$(BIN)/python -m benchmarks

evaluate: $(VENV)/.for-run  ## measure understanding and redaction (docs/evaluation.md)
	@$(BIN)/hotline evaluate --shared ../shared --out docs/evaluation.md

names-model: $(VENV)/.for-test  ## train the name model anew (twenty minutes to an hour, needs ../shared/text)
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pipeline.training.names \
	  --shared ../shared/text --out data/models/names --seed 2026

reports-model: $(VENV)/.for-test  ## train the report model anew (some minutes)
	@$(BIN)/python -m pipeline.training.reports --seed 2026 --out data/models/reports

docs: $(VENV)/.for-run  ## write docs/cli.md anew from the commands' own help
	@$(BIN)/python -m pipeline.cli.reference docs/cli.md

sample: $(VENV)/.for-run  ## make data/sample anew from its seed
	@$(BIN)/python -m pipeline.sample --seed 2026 --out data/sample/drop --truth data/sample/truth.tsv

clean:  ## remove the environment and the demo
	@rm -rf $(VENV) $(DEMO) build *.egg-info

# A stamp per purpose: nothing is installed twice unless the list of packages changed.
$(VENV)/.for-run: extra = all
$(VENV)/.for-test: extra = test
$(VENV)/.for-run $(VENV)/.for-test: setup.cfg pyproject.toml | $(BIN)/python
	@printf 'Installing (a few minutes the first time) '
	@$(BIN)/python -m pip install --disable-pip-version-check --no-input --no-compile -e '.[$(extra)]' \
	  | while read -r word _; do [ "$$word" != Collecting ] || printf .; done
	@echo ' done'
	@touch $@
	@[ $(extra) != test ] || touch $(VENV)/.for-run

$(BIN)/python:
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or newer is needed: install it, or call make with PYTHON=…" >&2; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "This Python cannot make environments: install python3-venv (Debian, Ubuntu) or another Python" >&2; exit 1; }
