/**
 * A shell script that runs the server as its child and stops it when its standard input ends.
 *
 * The input is a pipe from our process, so the server goes down whenever that process does: an orderly stop, a crash
 * and SIGKILL all close the pipe. `KEEPER_REMOVES`, when set, is a folder that is deleted after the server is gone.
 */
export const SERVER_KEEPER_SCRIPT = `
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
( read -r _ <&3; kill -INT "$server" 2>/dev/null ) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
trap 'kill -INT "$server" 2>/dev/null' TERM INT HUP
wait "$server"; status=$?
# A trapped signal ends a wait early.
while kill -0 "$server" 2>/dev/null; do wait "$server"; status=$?; done
kill "$watcher" 2>/dev/null
wait "$watcher" 2>/dev/null
[ -z "$KEEPER_REMOVES" ] || rm -rf "$KEEPER_REMOVES"
exit "$status"
`;
