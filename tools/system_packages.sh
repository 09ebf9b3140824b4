#!/bin/sh
# What the tests drive besides Python: Debian's Chromium, a PostgreSQL server of their
# own with a pooler before it, and npm, which brings an EVM node and the compiler of the
# anchors' contract. Running a circuit needs none of them.
set -eu
PATH=$PATH:/usr/sbin
missing() {
    command -v chromium >/dev/null 2>&1 || echo chromium fonts-dejavu-core
    command -v postgres >/dev/null 2>&1 ||
        ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || echo postgresql
    command -v pgbouncer >/dev/null 2>&1 || echo pgbouncer
    command -v npm >/dev/null 2>&1 || echo npm
}
packages=$(missing)
[ -z "$packages" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "urdimbre: installing for the tests:" $packages >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update
    # shellcheck disable=SC2086 - a list of packages
    apt-get -qq install -y --no-install-recommends $packages >/dev/null
    [ -z "$(missing)" ] && exit 0
fi
cat >&2 <<'MESSAGE'

urdimbre: the tests need programs that are not here.
  Debian:         sudo apt-get install chromium postgresql pgbouncer npm
  other systems:  install Chromium (command `chromium`), PostgreSQL 15 or later,
                  pgbouncer and npm so that `postgres`, `pgbouncer` and `npm` are on
                  the PATH
The tests start a server of their own and leave any other alone. Then run the same
command again. (`make demo` needs none of this.)
MESSAGE
exit 1
