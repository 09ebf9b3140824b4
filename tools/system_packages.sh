#!/bin/sh
# What the tests drive besides Python: Debian's Chromium and a PostgreSQL server of their
# own with a pooler before it; called with `npm`, npm, which brings an EVM node and the
# compiler of the anchors' contract. Running a circuit needs none of them.
set -eu
PATH=$PATH:/usr/sbin
missing() {
    if [ "$1" = npm ]; then
        command -v npm >/dev/null 2>&1 || echo npm
        return
    fi
    command -v chromium >/dev/null 2>&1 || echo chromium fonts-dejavu-core
    command -v postgres >/dev/null 2>&1 ||
        ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || echo postgresql
    command -v pgbouncer >/dev/null 2>&1 || echo pgbouncer
}
for_what=${1:-tests}
packages=$(missing "$for_what" | tr '\n' ' ')
[ -z "$packages" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "urdimbre: installing for the tests: $packages" >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    # shellcheck disable=SC2086 - a list of packages
    apt-get -qq install -y --no-install-recommends $packages >/dev/null
    [ -z "$(missing "$for_what")" ] && exit 0
fi
cat >&2 <<MESSAGE

urdimbre: these tests need programs that are not here.
  Debian:         sudo apt-get install $packages
  other systems:  install the same, so that the commands chromium, postgres (15 or
                  later) and pgbouncer, and for the tests of anchors npm (Node.js 20
                  or newer), are on the PATH
The tests start servers of their own and leave any other alone. Then run the same
command again. (\`make demo\` needs none of this, \`make test\` no npm.)
MESSAGE
exit 1
