#!/usr/bin/env bash
# Draws start-page.png, the page of the replica that has migrated in a fleet of three: docs/images/start-page.sh
# Needs JDK 17, Maven and Chromium. PORT is the port of the first replica.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
port=${PORT:-8081}
scratch=$(mktemp -d)
: >"$scratch/demo.log"
mvn -q -pl sample-app/fleet-demo -am spring-boot:run -Dspring-boot.run.arguments="--fleet.port=$port" \
	>"$scratch/demo.log" 2>&1 &
demo=$!
trap 'kill "$demo"; wait "$demo" || true; rm -rf "$scratch"' EXIT
until grep -q 'Up until Ctrl-C' "$scratch/demo.log"; do
	kill -0 "$demo" || { cat "$scratch/demo.log"; exit 1; }
	sleep 1
done
cat "$scratch/demo.log"
replica=$(sed -n 's/.* replica-\([0-9]*\) .*Migrating to V1 .*/\1/p' "$scratch/demo.log")
chromium --headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update \
	--disable-sync --no-first-run --hide-scrollbars --user-data-dir="$scratch/profile" --window-size=1000,1060 \
	--screenshot="$PWD/docs/images/start-page.png" "http://localhost:$((port + replica - 1))/actuator/startgate"
