#!/bin/sh
# @mcpjam/sdk 1.14.0 and @modelcontextprotocol/client 2.4.0: the package does not load as npm installs
# it, though it was built and published against a version that its own range names.
#
# It asks for ^2.0.0-alpha.2. A caret over a prerelease takes every later 2.x, stable ones too, and in
# those the stdio transport has moved to an entry of its own. One would expect a package at 1.14 that
# is only installed and imported to load. With the client held at 2.0.0-alpha.2 it does.
#
# Seen: client 2.4.0: no export named 'StdioClientTransport'; client 2.0.0-alpha.2: loads
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export DO_NOT_TRACK=1
add() {
  mkdir "$1"
  cd "$1"
  printf '{ "type": "module", "private": true, "overrides": { "@modelcontextprotocol/client": "%s" } }' "$2" >package.json
  npm install --silent --no-audit --no-fund --ignore-scripts @mcpjam/sdk@1.14.0
  cd ..
}
try() {
  cd "$1"
  node --input-type=module --eval '
    const outcome = await import("@mcpjam/sdk").then(
      () => "loads",
      (error) => `no export named ${/export named (\S+)/.exec(error.message)?.[1]}`,
    );
    console.log(outcome);
    process.exit(0);
  '
  cd ..
}
# What the range takes today, held so that a newer release does not change what is seen here.
add stable 2.4.0
add alpha 2.0.0-alpha.2
seen="client 2.4.0: $(try stable); client 2.0.0-alpha.2: $(try alpha)"
echo "$seen"
test "$seen" = "client 2.4.0: no export named 'StdioClientTransport'; client 2.0.0-alpha.2: loads"
