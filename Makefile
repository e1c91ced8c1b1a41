# Copyright (c) 2026 the ucops.lync authors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Another interpreter: make PYTHON=python3.12 test
PYTHON ?= python3
# Another lab: make lab LAB="--deployments 2 --sites 1 --edges 1"
LAB ?= --deployments 1 --sites 3 --edges 2
# Some tests only: make test-unit ARGS="-k name"
ARGS ?=
# Some releases only: make test-versions VERSIONS="2.16 2.21"
VERSIONS ?=
# A short look: make bench BENCH="--hosts 1,20 --ways floor,kept"; everything: make bench BENCH="--parts all"
BENCH ?=
# A part of the fault matrix: make test-faults FAULTS="--cases 'winrm/*/write/*'"; other choices: FAULTS=--help
FAULTS ?= --kills 16
# One group of files only: make mutants MUTANTS=verdict
MUTANTS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-input -q -q
# Ansible finds the checkout as ansible_collections.ucops.lync through this link.
DEV_TREE := .build/dev/ansible_collections/ucops/lync
LAB_INVENTORY := .build/lab/inventory.yml

RUNTIME_REQUIREMENTS := requirements/controller.txt requirements/lab.txt
DEV_REQUIREMENTS := requirements/dev.txt
# Built here, where Kerberos' headers are: optional.
KERBEROS_REQUIREMENTS := requirements/kerberos.txt
# What the benchmark compares with, beside the virtual environment so that nothing else finds it.
BENCH_REQUIREMENTS := requirements/bench.txt
BENCH_PACKAGE := .build/bench/package
WINDOWS_COLLECTION := .build/bench/collections/ansible_collections/ansible/windows
MUTATION_REQUIREMENTS := requirements/mutation.txt
MUTATION_VENV := .build/mutation/venv
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed

.DEFAULT_GOAL := help
.PHONY: help demo demo-window test test-fast test-unit test-integration test-faults test-versions lint format sanity lab bench mutants venv clean

help: ## show the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) $(DEV_TREE) ## three sites on the lab: dry run, real run, second run that changes nothing
	@$(BIN)/python tests/demo/demo.py

demo-window: $(RUNTIME) $(DEV_TREE) ## a change window on the lab: plan, approval, a plan refused, run, second run, way back
	@$(BIN)/python tests/demo/demo_window.py

test: $(DEV) $(DEV_TREE) ## everything that CI checks
	@$(BIN)/python tests/checks/checks.py

test-fast: $(DEV) $(DEV_TREE) ## lint, and the unit tests without a PowerShell engine: about a minute
	@$(BIN)/python tests/checks/checks.py lint unit -- -m "not engine" $(ARGS)

test-unit: $(DEV) $(DEV_TREE) ## the unit tests, and the lab's own
	@$(BIN)/python tests/checks/checks.py unit lab -- $(ARGS)

test-integration: $(DEV) $(DEV_TREE) ## playbooks against the lab, through ansible-playbook
	@$(BIN)/python tests/checks/checks.py integration -- $(ARGS)

test-faults: $(DEV) $(DEV_TREE) ## every fault at every class of request: an hour at a time, the next call goes on from there
	@$(BIN)/python tests/faults $(FAULTS)

test-versions: $(DEV) $(DEV_TREE) ## the built collection with each ansible-core for which there is an interpreter: the demo, sanity, units
	@$(BIN)/python tests/checks/versions.py $(VERSIONS)

lint: $(DEV) $(DEV_TREE) ## format, style, types, YAML, playbooks, changelog, what Galaxy's importer refuses
	@$(BIN)/python tests/checks/checks.py lint

sanity: $(DEV) $(DEV_TREE) ## ansible-test sanity
	@$(BIN)/python tests/checks/checks.py sanity

format: $(DEV) ## rewrite the Python files in the project's format
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lab: $(RUNTIME) ## the lab alone, in the foreground, with an inventory to play with
	@mkdir -p $(dir $(LAB_INVENTORY))
	@PYTHONPATH=tests/lab $(BIN)/python -m lynclab up $(LAB) --inventory $(LAB_INVENTORY)

bench: $(RUNTIME) $(DEV_TREE) $(WINDOWS_COLLECTION)/MANIFEST.json ## what the collection costs beside win_powershell: time, CPU, requests, memory
	@PYTHONPATH=tests/lab:tests/demo $(BIN)/python tests/bench/bench.py $(BENCH)

mutants: $(DEV) $(MUTATION_VENV)/.installed ## change what decides, one operator at a time, and see which change no test notices
	@$(BIN)/python tests/mutation/mutants.py $(MUTANTS)

venv: $(DEV) $(DEV_TREE) ## the virtual environment with all tools

clean: ## remove what the commands above made
	rm -rf $(VENV) .build .ansible .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/output

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] + ": make PYTHON=..." if sys.version_info < (3, 11) else 0)'
	@echo "Creating the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(RUNTIME): $(RUNTIME_REQUIREMENTS) | $(BIN)/python
	@echo "Installing Ansible and the lab's libraries into $(VENV)"
	@$(PIP_INSTALL) $(addprefix -r ,$(RUNTIME_REQUIREMENTS))
	@touch $@

# All files together, so that the tools cannot change the versions that the runtime is tested with.
$(DEV): $(DEV_REQUIREMENTS) $(KERBEROS_REQUIREMENTS) $(RUNTIME)
	@echo "Installing the tools for the checks into $(VENV)"
	@$(PIP_INSTALL) $(addprefix -r ,$(RUNTIME_REQUIREMENTS) $(DEV_REQUIREMENTS))
	@if ! command -v krb5-config >/dev/null; then \
		echo "There are no headers of Kerberos (bindep.txt): it is not proven here"; \
	elif ! $(PIP_INSTALL) -r $(KERBEROS_REQUIREMENTS); then \
		echo "Kerberos' Python packages could not be built: it is not proven here"; \
	fi
	@touch $@

$(DEV_TREE):
	@mkdir -p $(dir $@)
	@ln -sfn ../../../.. $@

# Of the package only this one collection is kept.
$(WINDOWS_COLLECTION)/MANIFEST.json: $(BENCH_REQUIREMENTS) | $(BIN)/python
	@echo "Fetching the collection ansible.windows for the benchmark"
	@rm -rf $(BENCH_PACKAGE) $(WINDOWS_COLLECTION)
	@$(PIP_INSTALL) --no-deps --no-compile --target $(BENCH_PACKAGE) -r $(BENCH_REQUIREMENTS)
	@mkdir -p $(dir $(WINDOWS_COLLECTION))
	@mv $(BENCH_PACKAGE)/ansible_collections/ansible/windows $(WINDOWS_COLLECTION)
	@rm -rf $(BENCH_PACKAGE)
	@touch $@

$(MUTATION_VENV)/.installed: $(MUTATION_REQUIREMENTS)
	@echo "Installing what mutates into $(MUTATION_VENV)"
	@$(PYTHON) -m venv $(MUTATION_VENV)
	@$(MUTATION_VENV)/bin/python -m pip install --disable-pip-version-check --no-input -q -q -r $(MUTATION_REQUIREMENTS)
	@touch $@
