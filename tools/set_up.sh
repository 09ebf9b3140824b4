#!/bin/sh
# Makes an environment and installs a lock and the program itself into it.
#
#   tools/set_up.sh .venv requirements.lock [python3]
#
# Needs python3 with its venv module, and the package registry that pip is set up for.
set -eu
folder=$1
lock=$2
python=${3:-${PYTHON:-python3}}

fail() {
    printf '\nurdimbre: %s\n' "$@" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    fail "there is no $python here. Install Python 3.11 or newer (Debian, Ubuntu: apt-get install python3 python3-venv)."
found=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>&1) ||
    fail "$python does not run: $found"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$python is Python $found; Urdimbre needs 3.11 or newer. Name another one: make PYTHON=python3.13 ..."

# An environment whose Python is gone, or which was moved here from another folder,
# cannot be mended: it is made anew.
here=$(pwd -P)/$folder
if ! "$folder/bin/python" -c '' 2>/dev/null ||
    ! head -n 2 "$folder/bin/pip" 2>/dev/null | grep -qF "$here/bin/python"; then
    rm -rf "$folder"
fi
if [ ! -d "$folder" ]; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "this $python lacks its venv module. Debian, Ubuntu: apt-get install python3-venv"
    echo "urdimbre: making $folder with Python $found" >&2
    "$python" -m venv "$folder"
fi

echo "urdimbre: installing $lock" >&2
export PIP_DISABLE_PIP_VERSION_CHECK=1
# The lock is complete. Were pip to resolve it once more, a newer release of something
# that is asked for with an extra would stop it: it looks at that one first.
"$folder/bin/python" -m pip install --quiet --no-deps --require-hashes -r "$lock"
# hatchling is in the lock: nothing more is fetched.
"$folder/bin/python" -m pip install --quiet --no-deps --no-build-isolation -e .
