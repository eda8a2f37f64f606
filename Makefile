.PHONY: check
PY := .venv/bin

check:
	$(PY)/ruff format --check .
	$(PY)/ruff check .
	$(PY)/lint-imports
	$(PY)/mypy
