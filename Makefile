# Every target makes its own environment first; see README.md.
SHELL := /bin/bash
export PATH := $(CURDIR)/.venv/bin:$(PATH)
.PHONY: help environment book test lab release bench lock clean

help:
	@echo "make book      build the site into _build/html and print its address"
	@echo "make test      run every test"
	@echo "make lab       open JupyterLab on the exercises"
	@echo "make release   write exercises/ from solutions/ (SEED=... COURSE=...: a private variant)"
	@echo "make bench     measure: builds and tests, grading, each module (ONLY=name: one of them)"
	@echo "make clean     remove what the other targets made"

environment:
	@tools/setup.sh

book: environment
	@python tools/book.py

# Workers share the cores: a matrix product that takes them all for itself waits for the others. There is one worker
# more than there are cores, since some wait: for a limit, a browser, an installation.
test: workers = $(shell expr $$(nproc) + 1)
test: export OPENBLAS_NUM_THREADS = 1
test: export OMP_NUM_THREADS = 1
test:
	@tools/setup.sh chromium:chromium bwrap:bubblewrap
	@# Apart: a browser keeps an event loop running in its process, which nbgrader's own won't share.
	@pytest -n $(workers) --dist loadfile tests/lib tests/grading
	@pytest -n $(workers) --dist loadfile tests/site
	@# Not side by side: a kernel's ports are chosen first and bound later, and two may get the same one.
	@pytest --nbval solutions

lab: environment
	@python tools/lab.py

release: environment
	@python tools/release.py $(if $(SEED),--seed "$(SEED)" --to "$(or $(COURSE),private)")

# The peers stay out of the book's environment: they have one of their own.
bench:
	@tools/setup.sh chromium:chromium bwrap:bubblewrap
	@[ .venv-bench/made -nt benchmarks/requirements.txt ] || { python -m venv .venv-bench \
	    && .venv-bench/bin/pip install -q -r benchmarks/requirements.txt -e . && touch .venv-bench/made; }
	@for name in $(or $(ONLY),authoring grading mean_field variational_em sgvb vae site); do \
	    case $$name in authoring|grading|site) python=.venv/bin/python ;; *) python=.venv-bench/bin/python ;; esac; \
	    $$python benchmarks/$$name.py || exit 1; done

lock: environment
	@uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf _build .pytest_cache .hypothesis
