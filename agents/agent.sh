#!/bin/sh
# Starts an agent: agent.sh NAME. Input comes on stdin, see README.md beside this file.
# Everything here is built into the shell: no process is started before the agent replaces this one.

case ${1-} in
    '' | *[!a-z0-9-]*)
        echo "usage: agent.sh NAME (letters a-z, digits and '-')" >&2
        exit 64
        ;;
esac

case $0 in
    */*) start=${0%/*}/$1/run ;;
    *) start=./$1/run ;;
esac
if [ ! -x "$start" ]; then
    echo "agent.sh: there is no agent '$1'" >&2
    exit 66
fi
exec "$start"
