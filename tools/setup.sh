#!/usr/bin/env bash
# Makes the environment: ./.venv from requirements.lock, node_modules from package-lock.json, and
# the Debian packages named as arguments (installed when root on Debian or Ubuntu, else asked for).
# Usage: tools/setup.sh [COMMAND:PACKAGE ...]     for example chromium:chromium bwrap:bubblewrap
set -euo pipefail
cd "$(dirname "$0")/.."

install() {  # install PACKAGE ...: as root through apt-get, else say in one line what to do
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $*"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    else
        echo "Please install, then run this again: $*   (Debian, Ubuntu: sudo apt-get install $*)" >&2
        exit 1
    fi
}

missing=()
for need in "$@"; do
    case "${need%%:*}" in
        chromium) command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
            || command -v google-chrome >/dev/null || missing+=("${need##*:}") ;;
        *) command -v "${need%%:*}" >/dev/null || missing+=("${need##*:}") ;;
    esac
done
[ ${#missing[@]} = 0 ] || install "${missing[@]}"

python=$(command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3 || true)
[ -n "$python" ] || { install python3; python=$(command -v python3); }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || { echo "Python 3.11 or newer is needed; $python is $("$python" -V)." >&2; exit 1; }
"$python" -c 'import ensurepip, venv' 2>/dev/null \
    || install "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"

[ -x .venv/bin/pip ] || { rm -rf .venv; "$python" -m venv .venv; }
stamp=.venv/lock.sha256
now=$(cat requirements.lock pyproject.toml grading/pyproject.toml | sha256sum)
if [ "$(cat $stamp 2>/dev/null)" != "$now" ]; then
    echo "Installing the Python packages of requirements.lock into .venv (a minute or two)"
    .venv/bin/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
    .venv/bin/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . -e grading
    echo "$now" >$stamp
fi

stamp=node_modules/.lock.sha256
now=$(sha256sum <package-lock.json)
if [ "$(cat $stamp 2>/dev/null)" != "$now" ]; then
    echo "Installing the site's scripts and fonts of package-lock.json into node_modules"
    PATH="$PWD/.venv/bin:$PATH" npm ci --silent --no-audit --no-fund --ignore-scripts
    echo "$now" >$stamp
fi
