#!/bin/sh
# Prints a Python that really runs, of another minor version than 3.11 or that of .venv;
# prints nothing if there is none. A version manager's shim may stand on the PATH for a
# Python that it will not start: then the version beside the shim is tried.
set -eu
own=$(.venv/bin/python -c 'import sys; print("3.%d" % sys.version_info[1])')
for minor in 3.13 3.12 3.11; do
    [ "$minor" != "$own" ] || continue
    command=$(command -v "python$minor" 2>/dev/null) || continue
    for python in "$command" "$(dirname "$command")"/../versions/"$minor".*/bin/"python$minor"; do
        if "$python" -c 'import ensurepip, sqlite3, ssl, venv' >/dev/null 2>&1; then
            echo "$python"
            exit 0
        fi
    done
done
