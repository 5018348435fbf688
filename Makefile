# The commands of everyday work. "make ci" is what the CI workflow runs.

.DEFAULT_GOAL := help

# How long "make fuzz" runs each fuzz target.
FUZZTIME ?= 10s
# How many operations "make soak" runs at each provider, and with which seeds, one after the other.
SOAK_OPERATIONS ?= 10000
SOAK_SEEDS ?= 1 2 3
# Every folder with a go.mod, the root among them.
MODULES := $(sort $(patsubst %/go.mod,%,$(shell find . -name go.mod -not -path '*/testdata/*' -not -path './.git/*')))

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: test
test: ## Run the tests
	go test ./...

.PHONY: race
race: ## Run the tests of every module but e2e and gallery under the race detector
	@set -e; for module in $(filter-out ./internal/e2e ./internal/gallery,$(MODULES)); do (cd "$$module" && set -x && go test -race ./...); done

.PHONY: e2e
e2e: ## Sign in at a real OAuth2 server, in a real browser (needs Node.js and Chromium)
	.ci/e2e

.PHONY: e2e-all
e2e-all: ## The same, with registration in every set-up of the server
	E2E_MANNERS=all .ci/e2e

.PHONY: gallery
gallery: ## Test against real servers, all or those with SERVER in their names (needs Node.js, Python and Java)
	GALLERY_SERVER="$(SERVER)" .ci/gallery

.PHONY: soak
soak: ## Run SOAK_OPERATIONS (default 10000) through random faults, once for each of SOAK_SEEDS
	SOAK_OPERATIONS="$(SOAK_OPERATIONS)" SOAK_SEEDS="$(SOAK_SEEDS)" go test -race -count=1 -timeout 2h -v -run 'TestSoak$$' ./providers/internal/soak

# How often "make bench" runs every benchmark; the tables have the medians.
BENCH_RUNS ?= 3

.PHONY: bench
bench: ## Measure what the library costs, BENCH_RUNS (default 3) times, and print the tables of docs/performance.md
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; go test -c -o "$$folder/bench" ./internal/bench; \
	for run in $$(seq $(BENCH_RUNS)); do "$$folder/bench" -test.run '^$$' -test.bench . -test.benchmem >> "$$folder/results"; done; \
	go run ./internal/bench/report -o docs < "$$folder/results"

.PHONY: lint
lint: ## Run golangci-lint on every module, in the version of .golangci-version
	@set -e; for module in $(MODULES); do \
		(cd "$$module" && set -x && "$(CURDIR)/.ci/golangci-lint" run --config "$(CURDIR)/.golangci.yml" ./...); done

.PHONY: fmt
fmt: ## Format the code of every module, imports included
	@set -e; for module in $(MODULES); do \
		(cd "$$module" && set -x && "$(CURDIR)/.ci/golangci-lint" fmt --config "$(CURDIR)/.golangci.yml" ./...); done

.PHONY: tidy
tidy: ## Tidy the go.mod of every module
	@set -e; for module in $(MODULES); do (cd "$$module" && set -x && go mod tidy); done

.PHONY: fuzz
fuzz: ## Run every fuzz target for FUZZTIME (default 10s)
	@set -e; grep -rlE --include='*_test.go' '^func Fuzz' . | sort | while read -r file; do \
		for target in $$(sed -nE 's/^func (Fuzz[A-Za-z0-9_]*)\(.*/\1/p' "$$file"); do \
			(cd "$$(dirname "$$file")" && set -x && go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) .); \
		done; done

.PHONY: faults
faults: ## Write docs/faults.md, the matrix of faults and what comes of them
	go test ./providers/internal/faults -update

.PHONY: cover
cover: ## Show the test coverage per package
	@set -e; folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; module=$$(go list -m); \
	go test -coverprofile "$$folder/others" $$(go list ./... | grep -vx -e "$$module" -e "$$module/internal/tests/.*") > /dev/null; \
	go test -coverpkg=. -coverprofile "$$folder/root" . ./internal/tests/... > /dev/null; \
	.ci/coverage 0 "$$folder/others" "$$folder/root"

.PHONY: quickstart
quickstart: ## Run the quickstart example against its fake server
	go run ./examples/quickstart

.PHONY: ci
ci: ## Run everything that a change must pass
	.ci/run
