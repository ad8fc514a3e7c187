#!/usr/bin/env bash
# Makes this machine ready to run the hub: checks what must be there, installs, bundles, and says
# what to do next. Running it again is harmless, and how an update is put in place.
set -euo pipefail

# Without the usual small programs: a bare machine must still get a sentence.
here="${BASH_SOURCE[0]%/*}"
[ "$here" != "${BASH_SOURCE[0]}" ] || here=.
here="$(cd "$here" && pwd)"
root="${here%/*}"

stop() {
  echo >&2
  echo "Not ready: $1" >&2
  exit 1
}

case "${1-}" in
  "") ;;
  -h | --help)
    echo "Usage: ./deploy.sh

Makes this machine ready to run the hub: checks Node.js and npm, installs what the hub needs into
the project's own folder and puts the hub into one file. Starts nothing and changes nothing
elsewhere. Run it again after an update; it takes no other options."
    exit 0
    ;;
  *)
    echo "deploy.sh does not know \"$1\", so it did nothing. Run it alone, or with --help." >&2
    exit 2
    ;;
esac

command -v node > /dev/null || stop "Node.js is missing. Install version 20 or newer from
https://nodejs.org (or your system's packages) and run this again."
command -v npm > /dev/null || stop "npm is missing. It comes with Node.js from https://nodejs.org;
on Debian and Ubuntu it is a package of its own: sudo apt install npm."

major="$(node --print 'process.versions.node.split(".")[0]')"
[ "$major" -ge 20 ] || stop "Node.js $(node --version) is too old to install with. Put version 20
or newer in its place and run this again."
[ -f "$root/package-lock.json" ] || stop "$root is not complete: package-lock.json is missing.
Copy the whole project to this machine, not only the folder local-server."
[ -w "$root" ] || stop "This user may not write to $root. Run this as the user who owns it."

echo "1 of 2  Installing what the hub needs (nothing happens when it is already there) …"
npm --prefix "$root" run --silent prebundle || stop "installing failed; the lines above say why."

echo "2 of 2  Putting the hub into one file …"
npm --prefix "$root" run --silent bundle || stop "bundling failed; the lines above say why."

cat << END

Ready. Nothing was started and nothing outside $root was changed.

Start the hub:  npm run production      (in this folder)
It then shows the address to type into the tablets.
Orders will be kept in $root/data, unless you choose another folder with
                npm run production -- --data /path/to/folder
END
