# Everything happens in .venv, made from requirements.lock; no root, no system packages.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help install demo test lint bench lock model clean

help:
	@echo "make install  make .venv with all that is needed"
	@echo "make demo     forty calls on a simulated switch, real audio, a report at the end"
	@echo "make test     all tests"
	@echo "make lint     ruff and mypy"
	@echo "make bench    print the figures of docs/performance.md (half an hour on two cores that do nothing else)"
	@echo "make model    make models/demo-zh and demo-en anew (two hours of two cores)"
	@echo "make lock     resolve the dependencies anew into requirements.lock"

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "voicebot needs Python 3.11 or newer; name one: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: install
	$(BIN)/voicebot demo

test: install
	$(BIN)/python -m pytest --numprocesses 2 --no-loadscope-reorder

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install
	$(BIN)/python -m tools.bench

model: install
	$(BIN)/python -m pip install --quiet --editable '.[train]'
	$(BIN)/python -m tools.demo_model build --language zh
	$(BIN)/python -m tools.demo_model build --language en

lock: install
	$(BIN)/uv pip compile pyproject.toml --quiet --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --output-file requirements.lock

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
