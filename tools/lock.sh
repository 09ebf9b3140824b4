#!/bin/sh
# Writes both locks anew: exact versions with hashes, for every Python we support, none
# younger than a week. The index comes from the environment and is not written down.
set -eu
uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    .venv/bin/python -m venv .venv-lock
    .venv-lock/bin/python -m pip install --quiet uv
    uv=.venv-lock/bin/uv
fi
lock() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --exclude-newer "7 days" --no-emit-index-url --group build \
        --custom-compile-command "make lock" "$@"
}
lock --upgrade pyproject.toml --output-file requirements.lock
lock --upgrade --extra test --extra evm --extra tsa --extra bench --constraint requirements.lock \
    pyproject.toml --output-file requirements-test.lock
