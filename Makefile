# Every command a person types. Needs Python >= 3.11 and make; tests also need Chromium.
SHELL := /bin/sh
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo run setup setup-dev test check bench faults matrix pictures new-line translations lock

help:
	@echo "make demo      起一个示范区：装好一切，建数据，开网页（ARGS=\"--scale 0.01 --port 8010\"）"
	@echo "make run       启动已有的平台：网页、后台任务、数据库（ARGS=\"--port 8000\"）"
	@echo "make setup     只安装，不启动；之后的命令是 .venv/bin/niangjia"
	@echo "make test      全部测试（ARGS=\"-k 入会\"）"
	@echo "make check     格式、代码检查、类型、依赖方向、迁移、英文、屋规"
	@echo "make bench     性能对照表"
	@echo "make faults    断电测试表"
	@echo "make matrix    谁能看什么、办什么"
	@echo "make pictures  给说明拍图，要先起示范区（ARGS=\"--url http://127.0.0.1:8000\"）"
	@echo "make new-line NAME=rights TITLE=维权服务   新建一条业务线"
	@echo "make translations      把新的话写进英文目录并编译；缺的英文列出来"
	@echo "make lock      重新锁定依赖（需要 uv）"

# -- Setting up: stamps make a second call instant ----------------------------------------------------------------------------
setup: .venv/.runtime .venv/.front-end
setup-dev: setup .venv/.dev

.venv/.runtime: requirements/runtime.txt requirements/build.txt pyproject.toml
	@python="$$(PYTHON='$(PYTHON)' tools/python)" && "$$python" tools/install.py runtime
	@touch $@
.venv/.dev: requirements/dev.txt .venv/.runtime
	@$(BIN)/python tools/install.py dev
	@touch $@
.venv/.front-end: package-lock.json | .venv/.runtime
	@$(BIN)/python tools/install.py front-end
	@touch $@

# -- Running -----------------------------------------------------------------------------------------------------------------
demo: setup
	@$(BIN)/niangjia demo $(ARGS)
run: setup
	@$(BIN)/niangjia serve $(ARGS)

# -- Proving -----------------------------------------------------------------------------------------------------------------
test: setup-dev
	$(BIN)/pytest -n auto --dist loadgroup -q $(ARGS)
check: setup-dev
	$(BIN)/ruff format --check --quiet niangjia tests bench tools conftest.py
	$(BIN)/ruff check --quiet niangjia tests bench tools conftest.py
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/python tools/check_translations.py
	$(BIN)/pytest -q tests/test_house.py
bench: setup-dev
	$(BIN)/python -m bench $(ARGS)
faults: setup-dev
	$(BIN)/pytest -q -s tests/faults $(ARGS)
matrix: setup-dev
	$(BIN)/python -m tests.matrix $(ARGS)
pictures: setup-dev
	$(BIN)/python tools/pictures.py $(ARGS)

# -- Tending -----------------------------------------------------------------------------------------------------------------
new-line:
	@python="$$(PYTHON='$(PYTHON)' tools/python)" && "$$python" tools/new_line.py "$(NAME)" "$(TITLE)"
translations: setup-dev
	$(BIN)/python tools/check_translations.py --update
lock:
	@tools/lock
