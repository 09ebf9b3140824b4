#!/bin/sh
# Debian's Chromium, which the browser tests drive. Running a circuit does not need it.
set -eu
if command -v chromium >/dev/null 2>&1; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "urdimbre: installing chromium for the browser tests" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    apt-get -qq install -y --no-install-recommends chromium fonts-dejavu-core >/dev/null
    command -v chromium >/dev/null 2>&1 && exit 0
fi
cat >&2 <<'MESSAGE'

urdimbre: the browser tests need chromium, and there is none on the PATH.
  Debian:         sudo apt-get install chromium
  other systems:  install Chromium so that the command `chromium` starts it
Then run the same command again. (`make demo` does not need it.)
MESSAGE
exit 1
