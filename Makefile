# Every target makes the virtual environment it needs, once. Nothing outside this folder changes.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo run test lowest windows lint types bench campaign hardware mutants pictures languages tables clean

help: ## list these targets
	@echo "pos_tui: a checkout in a terminal. make demo opens a shop to try it in."
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo ## open the demo shop: a till, with its own servers behind it
	@$(RUN)/pos-tui demo

run: $(VENV)/.demo ## open this machine's own till
	@$(RUN)/pos-tui

# The tests start hundreds of programs: compiled each time, those took longer than what they do.
test lowest: export PYTHONDONTWRITEBYTECODE =
test: $(VENV)/.dev ## run the tests, against real servers, a real Redis and a virtual scanner
	@$(PYTHON) .make/programs.py $(VENV)
	$(RUN)/python -m pytest -n 6 --dist loadfile --no-loadscope-reorder $(TESTS)

lowest: $(VENV)/.dev ## run the tests with the oldest libraries that are allowed (needs uv)
	@$(RUN)/python .make/lowest.py $(VENV)-lowest -n 6 --dist loadfile --no-loadscope-reorder $(TESTS)

windows: $(VENV)/.dev ## try it on Windows Pythons under Wine; WINDOWS=--short is a few minutes
	$(RUN)/python -m tests.windows $(VENV)-windows $(WINDOWS)

lint: $(VENV)/.dev ## check style, walls between rooms, dependencies, languages, the manual
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/lint-imports
	$(RUN)/deptry pos_tui
	$(RUN)/python .make/house.py
	$(RUN)/python .make/platforms.py
	$(RUN)/python .make/languages.py --check
	$(RUN)/python .make/tables.py --check
	$(RUN)/python .make/links.py --paths

types: $(VENV)/.dev ## check types
	$(RUN)/mypy
	$(RUN)/mypy --platform win32 --cache-dir .mypy_cache/win32 --package pos_tui

bench: $(VENV)/.dev ## measure against a bare Textual app and raw Redis, in one run
	$(RUN)/python -m tests.bench $(BENCH)

campaign: $(VENV)/.dev ## long trials: scans, baskets, payments, faults, damaged books, orders, odd inputs (1 h)
	$(RUN)/python -m tests.campaign $(CAMPAIGN)

hardware: $(VENV)/.dev ## print on emulated printers of others (emupos; needs Python 3.13, or root and debootstrap)
	$(RUN)/python .make/hardware.py $(VENV)-hardware $(HARDWARE)

mutants: $(VENV)/.dev ## change the money's side one place at a time; a test must notice each (30 min)
	$(RUN)/python .make/mutants.py $(MUTANTS)

languages: $(VENV)/.dev ## bring the catalogues of the languages up to date, and compile them
	$(RUN)/python .make/languages.py

tables: $(VENV)/.dev ## write the manual's tables from the code
	$(RUN)/python .make/tables.py

pictures: $(VENV)/.dev ## draw the README's pictures anew (needs two of the system's fonts)
	$(RUN)/python -m tests.pictures

clean: ## remove the environment and whatever was built
	rm -rf $(VENV) $(VENV)-lowest $(VENV)-windows $(VENV)-hardware .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An environment for development also serves the demo; it is not made smaller again.
$(VENV)/.demo: pyproject.toml .make/environment.py
	@test -e $(VENV)/.dev || echo "Setting up, once …"
	@if test -e $(VENV)/.dev; then $(PYTHON) .make/environment.py $(VENV) demo --dev; \
	else $(PYTHON) .make/environment.py $(VENV) demo; fi
	@touch $@

$(VENV)/.dev: pyproject.toml .make/environment.py
	@echo "Setting up for development …"
	@$(PYTHON) .make/environment.py $(VENV) demo --dev
	@touch $@ $(VENV)/.demo
