#!/bin/sh
# The compiler of the anchor contract and anvil, the EVM node that the anchor tests run
# against, from the npm registry that npm is set up for, as tools/evm/package-lock.json
# says; then compiles the contract. Running a circuit needs none of it.
set -eu
cd "$(dirname "$0")/.."
npm=${NPM:-npm}
command -v "$npm" >/dev/null 2>&1 || tools/system_packages.sh npm
stamp=tools/evm/node_modules/.installed
if ! [ "$stamp" -nt tools/evm/package-lock.json ]; then
    echo "urdimbre: installing what tools/evm/package-lock.json names" >&2
    # Nothing that comes along is run: the binaries lie in packages of their own.
    "$npm" ci --prefix tools/evm --ignore-scripts --no-audit --no-fund --loglevel=error
    touch "$stamp"
fi
exec "${PYTHON:-.venv/bin/python}" tools/contract.py
