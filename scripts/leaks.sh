# shellcheck shell=bash
# What boxes can leave behind on a host. Sourced by ./test.

# One line per thing that exists now and that a box, or the server, may have made.
list_box_traces() {
    local process
    for process in /proc/[0-9]*; do
        case $(readlink "$process/exe" 2> /dev/null) in
            # The guest's name, inside a box and on the host.
            */sandboxd | */sandboxd' (deleted)') echo "process ${process#/proc/} sandboxd" ;;
            */runsc) echo "process ${process#/proc/} runsc" ;;
            */dotnet) is_ours "$process" && echo "process ${process#/proc/} dotnet" ;;
            */dockerd | */containerd | */containerd-shim*) is_ours "$process" && echo "process ${process#/proc/} of an engine" ;;
        esac
    done
    find /sys/fs/cgroup -type d -name 'agent-sandbox*' -printf 'cgroup %p\n' 2> /dev/null
    awk '{ print "mount " $5 }' /proc/self/mountinfo
    awk '$8 ~ /agent-sandbox|guest\.sock/ { print "socket " $8 }' /proc/net/unix
    find /run/containerd/s -type s -printf 'socket %p\n' 2> /dev/null # of a container that lives, or was killed with its shim
    find /tmp -maxdepth 1 \( -name 'agent-sandbox*' -o -name '*-tests-*' \) -printf 'directory %p\n'
    find "$TEST_DATA_DIR" -maxdepth 3 \( -path '*/boxes/*/*' -o -name '.tmp-*' \) -printf 'directory %p\n' 2> /dev/null
    return 0 # what vanishes while it is looked at is no failure
}

# Whatever ./test starts inherits its environment. A build server that stays would be one too.
is_ours() { tr '\0' '\n' 2> /dev/null < "$1/environ" | grep --quiet --line-regexp --fixed-strings "TEST_DATA_DIR=$TEST_DATA_DIR"; }

# find_leaks BEFORE: prints what is there now and was not before. What is cleaned up in the background gets some time.
find_leaks() {
    local before=$1 leaks attempt
    for attempt in {1..20}; do
        leaks=$(comm -13 <(sort <<< "$before") <(list_box_traces | sort))
        [[ -n $leaks && $attempt -lt 20 ]] || break
        sleep 0.25
    done
    printf '%s' "$leaks"
}
