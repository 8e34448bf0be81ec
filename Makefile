# vannghe: one command for each thing a person does. `make help` lists them.
# Every target does its own set-up; nothing has to be run before.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# What vannghe runs at work, and what its tests need beside that. Debian 12 names.
RUN_PACKAGES  := ffmpeg libvips-tools poppler-utils pandoc tesseract-ocr tesseract-ocr-vie librsvg2-bin weasyprint python3-brotli util-linux
TEST_PACKAGES := chromium caddy curl docker-compose wget oathtool postgresql nginx-light gpodder gcc libc6-dev mpv vlc-bin vlc-plugin-base gstreamer1.0-tools \
	gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav clamav-daemon python3-tuspy python3-aiosmtpd

MINIO_VERSION := v0.0.0-20260212201848-7aac2a2c5b7c
LINT_VERSION  := v2.15.0
CACHE         := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/vannghe
MINIO         := $(CACHE)/bin/minio-$(MINIO_VERSION)
LINT          := $(CACHE)/bin/golangci-lint-$(LINT_VERSION)
DATA          ?= data
export npm_config_update_notifier := false
# Debian's Chromium is used: no package fetches a browser.
export PUPPETEER_SKIP_DOWNLOAD := 1
ADDR          ?= :8080

# Only the race detector needs a C compiler.
export CGO_ENABLED := 0
# Nothing compiled knows the folder it was compiled in, so that a clone in another folder finds all of it in Go's cache.
export GOFLAGS := -trimpath
# SQLite is C turned into Go. Under the race detector it takes three times as long as all of ours together and, like C behind cgo,
# says nothing about our code, so its packages are compiled without.
RACE := -race $(foreach p,sqlite/lib libc memory,-gcflags=modernc.org/$(p)=-race=false)
export VANNGHE_MINIO := $(MINIO)
ifneq ($(wildcard ../shared/data/dev),)
export VANNGHE_TESTDATA ?= $(abspath ../shared/data)
endif

.PHONY: help run build test check unit lint generate assets bench bench-search bench-load clean setup-run setup-test setup-bench

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

run: build ## set up, build, fill an empty archive with demo works, start on :8080
	@./vannghe demo --data '$(DATA)' --no-wait
	@trap '' INT; (trap - INT; exec ./vannghe serve --data '$(DATA)' --addr '$(ADDR)')

build: setup-run assets ## build ./vannghe
	@echo "building ./vannghe"
	@go build -ldflags '-s -w -X main.version=$(shell git describe --always --dirty 2>/dev/null || echo dev)' -o vannghe ./cmd/vannghe

test: setup-test check unit ## everything CI runs

# golangci-lint runs all that `go vet` does (govet in .golangci.yml).
check: assets ## formatting, generated files, lint, types
	@echo "checking form, generated files, types"
	@files=$$(git ls-files -co --exclude-standard '*.go' | xargs gofmt -l); [ -z "$$files" ] || { echo "not formatted (run gofmt -w):"; echo "$$files"; exit 1; }
	@$(MAKE) --no-print-directory generate
	@git diff --exit-code --stat -- '*_templ.go' || { echo "generated files were not up to date: commit them"; exit 1; }
	@$(MAKE) --no-print-directory lint
	@cd web/ui && npm run --silent check

lint: $(LINT) ## golangci-lint with .golangci.yml
	@$(LINT) run --allow-parallel-runners ./...

# Many tests wait for a process, a disk or a deadline: four packages at a time keep two cores busy. The longest come first, so that
# none of them is alone at the end.
LONG := ./internal/derive ./cmd/vannghe ./web/ui ./internal/tool/ffmpeg
# Under the race detector each process, also each vannghe that a test starts, sleeps a second before it ends, in which others may still
# report a race. A tenth is enough for those that are about to.
QUICK := GORACE=atexit_sleep_ms=100
# Nobody reads the symbols of test programs in a debugger, and to write them is a third of the linking of some fifty programs.
LINKED := -ldflags=-w
unit: assets $(MINIO) ## all tests under the race detector
	@echo "testing under the race detector"
	@CGO_ENABLED=1 $(QUICK) go test $(RACE) $(LINKED) -vet=off -timeout 40m -p 4 $(LONG) ./...
	@echo "running every benchmark once, so that none rots"
	@out=$$(go test $(LINKED) -vet=off -run '^$$' -bench . -benchtime 1x $$(git grep -l '^func Benchmark' -- '*_test.go' | xargs -n1 dirname | sort -u | sed 's,^,./,') 2>&1) || { echo "$$out"; exit 1; }

generate: ## regenerate the templ components
	@cd web/ui && go tool templ generate >/dev/null 2>&1 || go tool templ generate

assets: web/ui/dist/manifest.json ## bundle scripts, styles and fonts

web/ui/dist/manifest.json: $(shell find web/ui/style web/ui/script web/ui/build -type f 2>/dev/null) web/ui/package-lock.json web/ui/node_modules/.package-lock.json
	@echo "bundling styles, scripts and fonts"
	@go run ./web/ui/build >/dev/null

web/ui/node_modules/.package-lock.json: web/ui/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer (Debian: apt-get install nodejs npm)"; exit 1; }
	@echo "fetching the front end's packages"
	@cd web/ui && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

bench: setup-test assets $(MINIO) ## measure; figures go to internal/docs/performance.md
	@go test -run '^$$' -bench . -benchtime 1s ./...
	@VANNGHE_BENCH_PLAYBACK=1 go test -v -count=1 -timeout 0 -p 1 -run '^TestBench(Ladder|ThinLine|FirstFrame)$$' ./internal/tool/ffmpeg ./cmd/vannghe

MC := $(CACHE)/bin/mc
MEASURE ?= Ranges|Viewers|Tiles|Pages|Start|Import
bench-load: setup-bench assets $(MINIO) $(MC) ## measure under load beside nginx, MinIO, iipsrv, cp and mc: MEASURE=Ranges|Viewers|Tiles|Pages|Start|Import
	@VANNGHE_BENCH_LOAD=1 VANNGHE_BENCH_OUT='$(CURDIR)/internal/docs' VANNGHE_MC='$(MC)' \
	  go test -v -count=1 -timeout 0 -run '^TestBench($(MEASURE))$$' ./cmd/vannghe

$(MC):
	@mkdir -p $(CACHE)/tmp
	@echo "building mc, MinIO's client, for the measures (once)"
	@cd $(CACHE)/tmp && GOBIN=$(CACHE)/tmp go install github.com/minio/mc@latest
	@mkdir -p $(dir $@) && mv $(CACHE)/tmp/mc $@

$(MINIO):
	@mkdir -p $(CACHE)/tmp
	@echo "building MinIO $(MINIO_VERSION) for the tests (once)"
	@cd $(CACHE)/tmp && GOBIN=$(CACHE)/tmp go install github.com/minio/minio@$(MINIO_VERSION)
	@mkdir -p $(dir $@) && mv $(CACHE)/tmp/minio $@

$(LINT):
	@mkdir -p $(CACHE)/tmp
	@echo "building golangci-lint $(LINT_VERSION) (once)"
	@cd $(CACHE)/tmp && GOBIN=$(CACHE)/tmp go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mkdir -p $(dir $@) && mv $(CACHE)/tmp/golangci-lint $@

bench-search: setup-bench assets ## measure search beside FTS5, PostgreSQL and Xapian; figures and curves go to internal/docs
	@VANNGHE_BENCH_SEARCH=1 VANNGHE_BENCH_DOCS=$(or $(DOCS),2000,20000,200000) VANNGHE_BENCH_OUT='$(CURDIR)/internal/docs' \
	  go test -v -count=1 -timeout 0 -run '^TestBenchSearch$$' ./search/searchtest

setup-bench:
	@$(call need,$(RUN_PACKAGES) $(TEST_PACKAGES) python3-xapian xz-utils iipimage-server)

setup-run:
	@$(call need,$(RUN_PACKAGES))

setup-test:
	@$(call need,$(RUN_PACKAGES) $(TEST_PACKAGES))

clean: ## remove what was built (never the data)
	@rm -rf vannghe web/ui/dist/* web/ui/node_modules

# Installs the Debian packages that are missing; where that may not be done, names them and stops.
define need
missing=; for p in $(1); do [ "$$(dpkg-query -W -f '$${db:Status-Abbrev}' $$p 2>/dev/null | cut -c1-2)" = ii ] || missing="$$missing $$p"; done; \
if [ -n "$$missing" ]; then \
  command -v apt-get >/dev/null || { echo "these programs are missing (Debian's names):$$missing"; exit 1; }; \
  if [ "$$(id -u)" = 0 ]; then sudo=; elif sudo -n true 2>/dev/null; then sudo=sudo; else echo "please install: sudo apt-get install$$missing"; exit 1; fi; \
  echo "installing:$$missing"; $$sudo apt-get update -qq; DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
fi
endef
