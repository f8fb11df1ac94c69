#!/usr/bin/env bash
# The sample reports, all of them published, as a folder of files: scripts/site.sh PROGRAM FOLDER
set -euo pipefail
program=$1 folder=$2
top=$(cd "$(dirname "$0")/.." && pwd)
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
"$program" --data "$data" add "$top"/samples/*.txt
# One id a line, from the first column.
ids=$("$program" --data "$data" export --format csv | sed -n 's/^\(inc-[0-9a-f]*\),.*/\1/p')
[ -n "$ids" ]
# shellcheck disable=SC2086
"$program" --data "$data" rule publish $ids --who samples --why "the sample reports, for a look" >/dev/null
"$program" --data "$data" publish "$folder"
