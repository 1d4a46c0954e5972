#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the wheel, installs it into a fresh virtual environment, and runs the tests
# against it, away from the source tree's package.
#   PYTHON                which Python; python3 if not given
#   NETSHARE_WHEEL_DIR    where to work; a temporary folder that is removed otherwise
set -eu
root=$(cd "$(dirname "$0")/../../.." && pwd)
python=${PYTHON:-python3}
unset PYTHONPATH NETSHARE_LIBRARY LD_LIBRARY_PATH

work=${NETSHARE_WHEEL_DIR:-}
if [ -z "$work" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi
mkdir -p "$work"

# The build backend comes from PyPI, or else from Debian: python3-mesonpy.
isolation=''
setting=build-dir
more='hypothesis mypy'
if ! "$python" -m pip download -q --no-deps -d "$work/probe" meson-python >/dev/null 2>&1; then
    if ! /usr/bin/python3 -c 'import mesonpy' 2>/dev/null; then
        echo 'run_wheel.sh: skipped: PyPI is out of reach and python3-mesonpy is not installed'
        exit 77
    fi
    echo '== PyPI is out of reach: building with the backend of Debian'"'"'s python3-mesonpy'
    python=/usr/bin/python3
    isolation=--no-build-isolation
    setting=builddir # as meson-python called it until version 0.13
    more='--no-index --no-deps'
fi

echo '== building the wheel'
# shellcheck disable=SC2086 # one option or none
"$python" -m pip wheel -q --no-deps $isolation --config-settings="$setting=$work/build" \
    -w "$work/wheel" "$root"
rm -f "$root/.mesonpy-native-file.ini" # which old versions of the backend leave behind
ls "$work/wheel"

echo '== installing it into a fresh environment'
"$python" -m venv "$work/venv"
# shellcheck disable=SC2086 # a list
"$work/venv/bin/python" -m pip install -q "$work"/wheel/*.whl $more

echo '== testing'
cd "$work"
"$work/venv/bin/python" - "$work/venv" <<'CODE'
import sys
import netshare
print(f"netshare {netshare.__version__}, library {netshare.library_path}")
assert netshare.library_path.startswith(sys.argv[1]), "not the library of the wheel"
CODE
export NETSHARE_SOURCE_ROOT="$root"
exec "$work/venv/bin/python" "$root/bindings/python/tests/run.py"
