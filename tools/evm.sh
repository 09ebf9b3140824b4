#!/bin/sh
# The compiler of the anchor contract and anvil, the EVM node that the anchor tests run
# against, from the npm registry that npm is set up for, as tools/evm/package-lock.json
# says; then compiles the contract. Running a circuit needs none of it.
set -eu
cd "$(dirname "$0")/.."
npm=${NPM:-npm}
command -v "$npm" >/dev/null 2>&1 || tools/system_packages.sh || true
if ! command -v "$npm" >/dev/null 2>&1; then
    cat >&2 <<'MESSAGE'

urdimbre: the anchor tests and the anchor contract need npm, and there is none on the PATH.
  Debian:         sudo apt-get install npm
  other systems:  install Node.js 20 or newer, which brings npm
Then run the same command again. (`make demo` does not need it.)
MESSAGE
    exit 1
fi
stamp=tools/evm/node_modules/.installed
if ! [ "$stamp" -nt tools/evm/package-lock.json ]; then
    echo "urdimbre: installing what tools/evm/package-lock.json names" >&2
    # Nothing that comes along is run: the binaries lie in packages of their own.
    "$npm" ci --prefix tools/evm --ignore-scripts --no-audit --no-fund --loglevel=error
    touch "$stamp"
fi
exec "${PYTHON:-.venv/bin/python}" tools/contract.py
