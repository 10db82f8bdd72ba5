#!/bin/sh
# Make sure system programs are there: installs them on Debian as root, else says exactly what to do.
set -eu
for program in "$@"; do
  case "$program" in
    chromium) found=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
              [ -n "$found" ] || [ ! -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ] || found=chrome
              packages="chromium fonts-noto-cjk"; brew="--cask chromium" ;;
    gettext)  found=$(command -v xgettext || true); packages="gettext"; brew="gettext" ;;
    java)     found=$(command -v java || true); packages="openjdk-17-jre-headless"; brew="openjdk@17" ;;
    node)     found=$(command -v npm || true); packages="nodejs npm"; brew="node" ;;
    *) echo "need.sh does not know $program" >&2; exit 2 ;;
  esac
  [ -z "$found" ] || continue
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing $packages"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
  else
    echo "$program is missing. Install it and run the command again:" >&2
    echo "  Debian, Ubuntu:  sudo apt-get install $packages" >&2
    echo "  macOS:           brew install $brew" >&2
    exit 1
  fi
done
