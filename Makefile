# dealercert. The first target explains the others; `make run` and `make test` need nothing done before them.
GO      ?= go
BIN     := bin/dealercert
LINT_VERSION := v2.15.0
LINT    := bin/golangci-lint-$(LINT_VERSION)

.PHONY: help
help: ## show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: build ## build, fill an empty database with the demonstration network, serve http://127.0.0.1:8080
	$(BIN) serve --demo

.PHONY: build
build: ## build bin/dealercert
	$(GO) build -o $(BIN) ./cmd/dealercert

.PHONY: test
test: format vet lint chromium postgres ## everything that CI runs: format, vet, lint, tests with the race detector, browser, PostgreSQL
	$(GO) run ./cmd/testcluster sh -c '$(GO) test -race -skip "$(LONG)" -timeout 15m ./... && $(ON_POSTGRES)'

# The suites that speak to a database, on PostgreSQL. What is long runs here alone, without the race detector: the browser, and
# both databases compared.
ON_POSTGRES := DEALERCERT_TEST_ENGINE=postgres $(GO) test -count=1 -timeout 15m ./internal/store/... ./internal/app/... ./internal/server ./cmd/dealercert
LONG := TestBrowser|TestBothDatabases

.PHONY: test-postgres
test-postgres: chromium postgres ## the suites that speak to a database, on a throw-away PostgreSQL server
	$(GO) run ./cmd/testcluster sh -c '$(ON_POSTGRES)'

.PHONY: quick
quick: ## the tests without the race detector, the browser and PostgreSQL
	$(GO) test -short ./...

.PHONY: bench
bench: ## benchmarks of the engine and of a loaded network
	$(GO) test -run '^$$' -bench . -benchmem ./internal/...

.PHONY: assets
assets: ## rebuild web/static from web/assets (needs npm)
	cd web/assets && npm ci --ignore-scripts
	$(GO) run ./cmd/assets

.PHONY: format
format:
	@unformatted=$$(gofmt -l cmd internal web/*.go); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi

.PHONY: vet
vet:
	$(GO) vet ./...

.PHONY: lint
lint: $(LINT) ## look for mistakes and for imports against the layers; builds the linter the first time
	$(LINT) run --allow-parallel-runners ./...

# A newer LINT_VERSION is another file, so that it is built anew.
$(LINT):
	GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv bin/golangci-lint $@

.PHONY: chromium
chromium: ## install Chromium with apt where it is missing (tests drive it)
	@command -v chromium >/dev/null 2>&1 || { \
	  echo "installing Chromium for the browser test"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; }

# The server comes without the cluster that Debian would make and start: tests make their own.
.PHONY: postgres
postgres: ## install PostgreSQL with apt where it is missing (tests run on it too)
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || { \
	  echo "installing PostgreSQL for the tests"; \
	  mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	    -o Dpkg::Options::=--force-confold postgresql >/dev/null; }

.PHONY: clean
clean: ## remove what was built; the data stay
	rm -rf bin
