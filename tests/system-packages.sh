#!/bin/sh
# Installs, through Debian's package manager, the servers and the browser that the tests talk to, where they are missing.
set -eu
missing=""
need() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing="$missing $2"; }
need dovecot dovecot-imapd
need chromium chromium
need soffice libreoffice-calc
/usr/bin/python3 -c "import uno" 2>/dev/null || missing="$missing python3-uno"
need pdftoppm poppler-utils
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null 2>&1 || missing="$missing postgresql"
if [ -z "$missing" ]; then echo "==> Dovecot, PostgreSQL, Chromium and LibreOffice are here"; exit 0; fi
echo "==> installing for the tests:$missing"
if ! command -v apt-get >/dev/null 2>&1; then echo "No apt-get here: install$missing by hand." >&2; exit 1; fi
SUDO=""; [ "$(id -u)" = 0 ] || SUDO="sudo"
$SUDO apt-get update -qq
DEBIAN_FRONTEND=noninteractive $SUDO apt-get install -y -qq --no-install-recommends $missing fonts-dejavu-core >/dev/null
