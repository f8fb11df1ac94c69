#!/usr/bin/env bash
# The map page: its packages, its build and its lints, each only when something is newer.
#
#   scripts/web.sh can      exit status 0 when Node is here and new enough; says nothing
#   scripts/web.sh modules  the packages, exactly as in the lockfile
#   scripts/web.sh build    the page, into web/dist; without Node one sentence and an empty folder
#   scripts/web.sh lint     Biome and tsc; without Node one sentence
set -euo pipefail
cd "$(dirname "$0")/../web"

can() {
    command -v npm >/dev/null && command -v node >/dev/null &&
        node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

lacking() {
    if command -v node >/dev/null; then
        echo "Node $(node --version) is too old or npm is missing (needed: Node 20.19 or newer)"
    else
        echo "Node is missing (needed: 20.19 or newer)"
    fi
}

modules() {
    [ node_modules/.package-lock.json -nt package-lock.json ] && return
    npm ci
    touch node_modules/.package-lock.json
}

stale() {
    [ -f dist/index.html ] || return 0
    local newer
    newer=$(find src scripts public index.html package.json package-lock.json tsconfig.json vite.config.* \
        -newer dist/index.html ! -name basemap.pmtiles ! -path public -print -quit)
    [ -n "$newer" ]
}

build() {
    if [ "${WEB:-yes}" = no ] || ! can; then
        # An empty folder, so that cargo sees it unchanged and does not build again each time.
        mkdir -p dist
        if [ -f dist/index.html ]; then
            echo "The map page stays as it was last built."
        elif [ "${WEB:-yes}" = no ]; then
            echo "The map page is left plain, as WEB=no asks."
        else
            echo "The map page is left plain: $(lacking). Everything else works."
        fi
        return
    fi
    stale || return 0
    modules
    npm run build
}

lint() {
    if ! can; then
        echo "The front end's lints are left out: $(lacking)."
        return
    fi
    modules
    npm run lint
}

case "${1:-}" in
    can | modules | build | lint) "$1" ;;
    *)
        echo "usage: scripts/web.sh can|modules|build|lint" >&2
        exit 2
        ;;
esac
