#!/usr/bin/env bash
# Makes this machine ready to run the hub: checks what must be there, installs, tries the hub, and
# says what it did and what to do next. It lies in two folders: the packed one (npm run pack), where
# only a Node may be missing, and local-server of the whole project, which it installs and bundles.
# Running it again is harmless, and how an update is put in place. It never touches orders.
set -euo pipefail

# Without the usual small programs: a bare machine must still get a sentence.
here="${BASH_SOURCE[0]%/*}"
[ "$here" != "${BASH_SOURCE[0]}" ] || here=.
here="$(cd "$here" && pwd)"
if [ -f "$here/hub.js" ]; then root="$here"; else root="${here%/*}"; fi

stop() {
  echo >&2
  echo "Not ready: $1" >&2
  exit 1
}

# is_new_enough NODE: it runs on this machine, and the hub runs on it.
is_new_enough() {
  "$1" --eval '
    const { engines } = require(process.argv[1]);
    const [major, minor] = process.versions.node.split(".").map(Number);
    const [majorMin, minorMin] = engines.node.match(/\d+/g).map(Number);
    process.exit(major > majorMin || (major === majorMin && minor >= minorMin) ? 0 : 1);
  ' "$root/package.json" 2> /dev/null
}

# Installs the Node of package-lock.json, unless this machine has one that will do.
bring_node() {
  local carried="$root/node_modules/.bin/node" from="$root/node_modules/.installed-from.json"
  local carried_runs=no
  put_back
  ! is_new_enough "$carried" || carried_runs=yes

  if [ $carried_runs = yes ] && [ "$(< "$root/package-lock.json")" = "$(cat "$from" 2> /dev/null)" ]; then
    did="Nothing had to be installed: Node $("$carried" --version) is here already."
  elif [ $carried_runs = no ] && is_new_enough node; then
    # npm would put a Node that does not run here, such as another machine's, before this one.
    rm -rf "$root/node_modules"
    did="Nothing had to be installed: this machine's Node $(node --version) is new enough."
  elif install_aside; then
    did="Node $("$carried" --version) was installed in $root/node_modules."
  elif [ $carried_runs = yes ]; then
    did="Installing a newer Node failed, so Node $("$carried" --version) stays, which will do. Run this
again when there is internet."
  else
    stop "installing Node failed; the lines above say why. It is the only step that
needs internet. If this machine has none at the moment, connect it and run this again. If npm has no
Node for this kind of machine ($(node --print 'process.platform + "-" + process.arch')), install Node 24.15 or newer by hand."
  fi
}

# A box that loses its internet or its power half-way still has the Node it had.
install_aside() {
  local aside="$root/.installing" status=0
  fill "$aside" > /dev/null && swap "$aside/node_modules" "$root/node_modules" "$aside/before" || status=1
  put_back || status=1
  return $status
}

# Clears away what was installed aside. Where the power went while it was put in place, the Node from
# before may lie there and nowhere else.
put_back() {
  local aside="$root/.installing"
  if [ ! -e "$root/node_modules" ] && [ -e "$aside/before" ]; then
    mv "$aside/before" "$root/node_modules" || return 1
  fi
  rm -rf "$aside"
}

# fill FOLDER: npm's own installation, complete and tried.
fill() {
  mkdir "$1" &&
    cp "$root/package.json" "$root/package-lock.json" "$1" &&
    npm --prefix "$1" ci --include=optional --ignore-scripts --no-audit --no-fund \
      --no-update-notifier --loglevel=error --no-progress &&
    is_new_enough "$1/node_modules/.bin/node" &&
    cp "$1/package-lock.json" "$1/node_modules/.installed-from.json"
}

# swap NEW PLACE OLD: puts NEW in its PLACE, and what was there where OLD says.
swap() {
  { [ ! -e "$2" ] || mv "$2" "$3"; } && mv "$1" "$2"
}

# hub_runs: a hub works on the data that lies in this folder, and it lives.
hub_runs() {
  local address pid
  { read -r address && read -r pid; } < "$root/data/hub.address" 2> /dev/null &&
    kill -0 "$pid" 2> /dev/null
}

deploy_packed() {
  echo "1 of 2  Looking for a Node that the hub runs on (about 60 MB to fetch when there is none) …"
  bring_node
  echo "2 of 2  Trying whether the hub starts …"
  npm --prefix "$root" run --silent production -- --help > /dev/null ||
    stop "the hub does not start; the lines above say why. If they say nothing
that helps, the copy may be damaged: copy the whole folder once more."
}

deploy_project() {
  echo "1 of 2  Installing what the hub needs (nothing happens when it is already there) …"
  npm --prefix "$root" run --silent prebundle || stop "installing failed; the lines above say why."
  echo "2 of 2  Putting the hub into one file …"
  npm --prefix "$root" run --silent bundle || stop "bundling failed; the lines above say why."
  did="What was missing was installed, and the hub was put into $root/dist/hub.js."
}

check_folder() {
  if [ "$root" = "$here" ]; then
    [ -f "$root/package.json" ] && [ -f "$root/package-lock.json" ] && [ -f "$root/sdk/client.tgz" ] ||
      stop "$root is not complete. Copy the whole folder once more."
    local program
    for program in hub.js pos-sync.js; do
      # The bundler writes this below each program: without it a part is missing.
      tail -c 200 "$root/$program" 2> /dev/null | grep -q "Here the program ends." ||
        stop "$root/$program is not complete. Copy the whole folder once more."
    done
  else
    [ -f "$root/package-lock.json" ] && [ -f "$root/build/ready.mjs" ] ||
      stop "this folder is only a part of the project: where the whole project is, run
\"npm run pack\" and copy the folder dist/local-server from there instead."
  fi
}

case "${1-}" in
  "") ;;
  -h | --help)
    echo "Usage: ./deploy.sh

Makes this machine ready to run the hub: checks Node.js and npm, installs what the hub needs into
$root and tries it. It starts nothing, changes nothing elsewhere but npm's cache, and
never touches orders. Run it again after an update; it takes no other options."
    exit 0
    ;;
  *)
    echo "deploy.sh does not know \"$1\", so it did nothing. Run it alone, or with --help." >&2
    exit 2
    ;;
esac

check_folder
command -v node > /dev/null || stop "Node.js is missing. Install version 20 or newer from
https://nodejs.org (or your system's packages) and run this again."
command -v npm > /dev/null || stop "npm is missing. It comes with Node.js from https://nodejs.org;
on Debian and Ubuntu it is a package of its own: sudo apt install npm."
major="$(node --print 'process.versions.node.split(".")[0]')"
[ "$major" -ge 20 ] || stop "Node.js $(node --version) is too old to install with. Put version 20
or newer in its place and run this again."
[ -w "$root" ] || stop "This user may not write to $root. Run this as the user who owns it."

if [ "$root" = "$here" ]; then deploy_packed; else deploy_project; fi

if hub_runs; then
  next="A hub runs here, with the program it had. To give it the new one:
                npm run -s pos-sync -- restart"
else
  next="Start the hub:  npm run production      (in this folder)
It then shows the address to type into the tablets."
fi

cat << END

Ready. $did
Nothing was started. Outside $root only npm's cache may have changed.

$next
Orders will be kept in $root/data, unless you choose another folder with
                npm run production -- --data /path/to/folder
END
