.DEFAULT_GOAL := help
TOOLS := $(CURDIR)/.tools
GOLANGCI_LINT_VERSION := v2.15.0
GOLANGCI_LINT := $(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION)

# What succeeds only the second time is reported as flaky: something is waited for too little. Data races, and more failures
# than a few, are not tried again.
GO_TEST := go run gotest.tools/gotestsum@v1.13.0 --format standard-quiet --hide-summary skipped --rerun-fails=1 --rerun-fails-max-failures 5 \
	--rerun-fails-abort-on-data-race --rerun-fails-run-root-test

SUDO := $(shell test "$$(id -u)" = 0 || echo sudo)
HAS_NODE := command -v npm >/dev/null && node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major * 100 + +minor < 2019 ? 1 : 0)' 2>/dev/null

.PHONY: help
help: ## Show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 18

.PHONY: run
run: ## Serve the demo store on the embedded database
	go run .

.PHONY: test
test: postgres browser web/node_modules ## Run all tests: with the race detector, on both databases, and in a browser
	@$(MAKE) --keep-going --no-print-directory test-go test-exhaustive test-bench test-deploy test-web test-browser

.PHONY: quick
quick: postgres ## Run the tests that show most for their time, without the race detector, in about a minute
	go test -short ./...
	go -C bench test -short ./...

.PHONY: test-go
test-go: postgres
	$(GO_TEST) --packages ./... -- -race -parallel 6 -timeout 60m

# What would take an hour with the race detector is not built with it (//go:build !race). These are its names.
.PHONY: test-exhaustive
test-exhaustive: postgres ## Run the tests that try every fault, or work on the largest stores, without the race detector
	$(GO_TEST) --packages './db ./endpoint ./jobs ./test' -- -run 'Every|ManyProducts|ManyOrders|ManyEvents|RandomDocuments' -parallel 6 -timeout 60m

.PHONY: test-bench
test-bench:
	go -C bench test -race -timeout 60m ./...

.PHONY: test-deploy
test-deploy: promtool ## Hold image, manifests, unit, release, workflows and alerts to the program, without a container engine
	go -C deploy test -count=1 -timeout 60m ./...

.PHONY: test-web
test-web: web/node_modules
	npm --prefix web test

.PHONY: test-browser
test-browser: browser web/node_modules
	npm --prefix web run e2e

.PHONY: conformance
conformance: node ## Check what is sent to the platforms, and what their sandboxes answer, against what they publish of their APIs
	conformance/fetch $(TOOLS)
	rm -rf $(TOOLS)/exchanges && mkdir -p $(TOOLS)/exchanges
	SANDBOX_EXCHANGES=$(TOOLS)/exchanges go test -count=1 ./shopify/... ./tiktok/...
	SANDBOX_EXCHANGES=$(TOOLS)/exchanges go -C conformance test -count=1 ./...

.PHONY: check
check: test conformance cost static ## Everything a change must pass

.PHONY: cost
cost: postgres ## Fail when an operation takes more statements, or a tenth more allocations, than testdata/costs.json says
	go test -count=1 -run TestOperationsCostNoMoreThanBefore .

.PHONY: static
static: generate-check lint web-check ## The checks that run nothing: generated code, vet, lint, format, the built admin

.PHONY: web
web: web/node_modules ## Build the admin: web/src into web/dist
	npm --prefix web run build

.PHONY: web-check
web-check: web/node_modules ## Lint the admin, and fail when web/dist is not what web/src builds
	npm --prefix web run lint
	npm --prefix web run build -- --outDir $(TOOLS)/dist --emptyOutDir
	@diff -r --exclude='*.br' web/dist $(TOOLS)/dist || { echo 'web/dist: run make web and commit what it writes'; exit 1; }

web/node_modules: web/package-lock.json | node
	npm ci --prefix web --silent
	@touch $@

.PHONY: node
node:
	@$(HAS_NODE) || { command -v apt-get >/dev/null && $(SUDO) apt-get update -q && $(SUDO) apt-get install -qy --no-install-recommends nodejs npm && $(HAS_NODE); } || \
		{ echo 'Node 20.19 or later, with npm, is needed to build and test the admin: install it and try again'; exit 1; }

# Chromium without a window is enough, and takes two thirds of the time; where there is no package of it, the whole of it does.
.PHONY: browser
browser:
	@test -x "$${CHROMIUM:-/usr/bin/chromium-headless-shell}" || { test -z "$$CHROMIUM" && test -x /usr/bin/chromium; } || { command -v apt-get >/dev/null && \
		$(SUDO) apt-get update -q && { $(MAKE) --no-print-directory install-chromium-headless-shell || $(MAKE) --no-print-directory install-chromium; }; } || \
		{ echo 'Chromium is needed to test the pages: install it, set CHROMIUM to its file, and try again'; exit 1; }

.PHONY: install-chromium-headless-shell install-chromium
install-chromium-headless-shell install-chromium: install-%:
	$(SUDO) apt-get install -qy --no-install-recommends $* chromium-sandbox fonts-liberation

.PHONY: pictures
pictures: browser web/node_modules ## Take pictures of every page, into .tools/pictures, and two for the README
	npm --prefix web run pictures

.PHONY: graphiql
graphiql: ## Fetch the files of GraphiQL and React anew
	web/graphiql/fetch

.PHONY: bench
bench: postgres ## Time the repository and whole requests on both databases
	go test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-compare
bench-compare: postgres node ## Measure the product beside a handler written by hand, and peers: 15 minutes, with QUICK=1 four
	go -C bench run .

.PHONY: fuzz
fuzz: ## Look for values and tokens that break the rules, a minute each
	go test -run '^$$' -fuzz FuzzSettingValue -fuzztime 1m -fuzzminimizetime 1x ./models
	go test -run '^$$' -fuzz FuzzPreviewToken -fuzztime 1m -fuzzminimizetime 1x ./models
	go test -run '^$$' -fuzz FuzzSessionToken -fuzztime 1m -fuzzminimizetime 1x ./auth

.PHONY: generate
generate: ## Write the generated code anew from graph/*.graphqls
	go tool gqlgen generate

.PHONY: generate-check
generate-check: ## Fail when the generated code is not that of the schema
	@before=$$(cat graph/*.go | cksum) && go tool gqlgen generate && \
		test "$$before" = "$$(cat graph/*.go | cksum)" || { echo 'graph/: run make generate and commit what it writes'; exit 1; }

.PHONY: lint
lint: $(GOLANGCI_LINT) ## Vet, lint and format check
	go mod tidy -diff
	go -C bench mod tidy -diff
	go -C conformance mod tidy -diff
	go -C deploy mod tidy -diff
	go vet ./...
	$(GOLANGCI_LINT) run
	cd bench && $(GOLANGCI_LINT) run -c ../.golangci.yml
	cd conformance && $(GOLANGCI_LINT) run -c ../.golangci.yml
	cd deploy && $(GOLANGCI_LINT) run -c ../.golangci.yml

$(GOLANGCI_LINT):
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv $(TOOLS)/golangci-lint $@

# The tests start private servers of PostgreSQL, PgBouncer and nginx of their own; all they need is the programs.
.PHONY: postgres
postgres: pgbouncer nginx
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
		test -x "$$(pg_config --bindir 2>/dev/null)/initdb" || $(MAKE) --no-print-directory install-postgres

.PHONY: install-postgres
install-postgres:
	@if command -v apt-get >/dev/null; then \
		$(SUDO) apt-get update -q && $(SUDO) apt-get install -qy --no-install-recommends postgresql; \
	elif command -v brew >/dev/null; then brew install postgresql; \
	else echo 'PostgreSQL (initdb, postgres) is needed for the tests: install it and try again'; exit 1; fi

# Prometheus's own checks of the alert rules. Its package would start a server, so that it is unpacked, and not installed.
.PHONY: promtool
promtool:
	@command -v promtool >/dev/null || test -x $(TOOLS)/promtool || $(MAKE) --no-print-directory install-promtool

.PHONY: install-promtool
install-promtool:
	@if command -v apt-get >/dev/null; then \
		rm -rf $(TOOLS)/prometheus && mkdir -p $(TOOLS)/prometheus && cd $(TOOLS)/prometheus && $(SUDO) apt-get update -q && apt-get download -q prometheus && \
		dpkg-deb -x prometheus_*.deb . && mv usr/bin/promtool $(TOOLS)/ && rm -rf $(TOOLS)/prometheus; \
	elif command -v brew >/dev/null; then brew install prometheus; \
	else echo 'promtool, a part of Prometheus, is needed for the tests: install it and try again'; exit 1; fi

.PHONY: pgbouncer
pgbouncer:
	@command -v pgbouncer >/dev/null || test -x /usr/sbin/pgbouncer || $(MAKE) --no-print-directory install-pgbouncer

.PHONY: install-pgbouncer
install-pgbouncer:
	@if command -v apt-get >/dev/null; then \
		$(SUDO) apt-get update -q && $(SUDO) apt-get install -qy --no-install-recommends pgbouncer; \
	elif command -v brew >/dev/null; then brew install pgbouncer; \
	else echo 'PgBouncer is needed for the tests: install it and try again'; exit 1; fi

# It is unpacked and not installed: Debian would serve its own page by it, at port 80.
.PHONY: nginx
nginx:
	@command -v nginx >/dev/null || test -x /usr/sbin/nginx || test -x $(TOOLS)/nginx/usr/sbin/nginx || $(MAKE) --no-print-directory install-nginx

.PHONY: install-nginx
install-nginx:
	@if command -v apt-get >/dev/null; then \
		mkdir -p $(TOOLS)/nginx && cd $(TOOLS)/nginx && rm -f *.deb && \
		{ apt-get download -q nginx || { $(SUDO) apt-get update -q && apt-get download -q nginx; }; } && \
		dpkg-deb --extract nginx_*.deb . && rm -f *.deb && usr/sbin/nginx -e stderr -v; \
	elif command -v brew >/dev/null; then brew install nginx; \
	else echo 'nginx is needed for the tests: install it and try again'; exit 1; fi
