# Everything a newcomer, an operator and CI do. Each recipe is one line; the work is in deploy/.
.DEFAULT_GOAL := help
.PHONY: help run test test-postgres check e2e bench fonts translations migration

help:  ## Show what can be made
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

run:  ## Start the portal (HOST, PORT, PORTAL_INSTANCE, PORTAL_WORKER=0 from the environment)
	@exec deploy/run

test:  ## Run the tests on SQLite; ARGS="tests/domain -k masking" narrows them
	@exec deploy/test $(ARGS)

test-postgres:  ## Run the same tests on a private PostgreSQL that is removed afterwards
	@exec deploy/test-postgres $(ARGS)

check:  ## Judge the source, cheapest first: format, lint, imports, types, templates, house tests
	@exec deploy/check

e2e:  ## Walk through the portal in headless Chromium, without JavaScript, and judge each page with axe
	@exec deploy/e2e $(ARGS)

bench:  ## Measure pages, search, printing and importing; prints a table
	@exec deploy/bench $(ARGS)

fonts:  ## Take FangSong out of Debian's package into the instance's fonts folder
	@exec deploy/fonts

translations:  ## Collect the sentences of the interface and compile the catalogues
	@exec deploy/translations

migration:  ## Write the migration for changed models: make migration m="add the remedy"
	@exec deploy/migration "$(m)"
