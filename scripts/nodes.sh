#!/usr/bin/env bash
# Three servers on one PostgreSQL of their own, until Ctrl-C. What they hold stays in data/nodes.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$PWD/target/release/something-project
# Newest first; on PATH elsewhere.
for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -Vr) $(echo "$PATH" | tr : ' '); do
    [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ] && break
done
as=()
# PostgreSQL refuses to run as root.
[ "$(id -u)" = 0 ] && as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
# A socket's path is short, and the user who runs PostgreSQL must be able to get there.
home=$(readlink -m "${NODES_HOME:-/var/tmp/something-project-nodes-$(id -u)}")
mkdir -p data/nodes "$home"
[ "$(id -u)" = 0 ] && chown postgres "$home"
if [ ! -e "$home/data" ]; then
    echo "==> making a database in $home" >&2
    (cd / && "${as[@]}" "$folder/initdb" -U postgres -A trust -E UTF8 --locale=C -D "$home/data" >/dev/null)
fi
pids=()
end() {
    trap - EXIT
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    kill -INT "$database" 2>/dev/null || true
    wait "$database" 2>/dev/null || true
}
trap end EXIT
trap 'exit 0' INT TERM
# In a session of its own: Ctrl-C is for the servers first.
(cd / && exec setsid "${as[@]}" "$folder/postgres" -D "$home/data" -k "$home" -c listen_addresses= -c shared_buffers=256MB) \
    >"data/nodes/postgres.log" 2>&1 &
database=$!
until "$folder/pg_isready" -q -h "$home"; do
    kill -0 "$database" || { tail data/nodes/postgres.log >&2; exit 1; }
    sleep 0.1
done
"$folder/psql" -qAt -h "$home" -U postgres -c "select 1 from pg_database where datname = 'network'" | grep -q 1 ||
    "$folder/createdb" -h "$home" -U postgres network
export DATABASE_URL="postgres://postgres@${home//\//%2F}/network" SECRET_KEY_FILE=data/nodes/secret.key
export PUBLIC_URL=${PUBLIC_URL:-http://127.0.0.1:3001} DRAIN_SECONDS=${DRAIN_SECONDS:-1}
if [ -n "${DEMO:-}" ] && [ ! -e data/nodes/accounts.txt ]; then
    (umask 077 && "$program" demo >data/nodes/accounts.txt.new)
    mv data/nodes/accounts.txt.new data/nodes/accounts.txt
fi
[ ! -e data/nodes/accounts.txt ] || cat data/nodes/accounts.txt
for port in 3001 3002 3003; do
    LISTEN_ADDR=127.0.0.1:$port METRICS_ADDR=127.0.0.1:1$port "$program" serve &
    pids+=($!)
done
echo "==> http://127.0.0.1:3001, :3002 and :3003 on $DATABASE_URL; Ctrl-C ends them" >&2
wait "${pids[@]}"
