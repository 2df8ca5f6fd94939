# shellcheck shell=bash
# Where the parts of this checkout are, for the server and for tests. Sourced in the repository's root by ./run and ./test.

export AGENT_SANDBOX_GUEST=${AGENT_SANDBOX_GUEST:-$PWD/artifacts/guest/sandboxd}
export AGENT_SANDBOX_AGENTS=${AGENT_SANDBOX_AGENTS:-$PWD/agents}
export AGENT_SANDBOX_TEMPLATES=${AGENT_SANDBOX_TEMPLATES:-$PWD/templates}
export AGENT_SANDBOX_WEB=${AGENT_SANDBOX_WEB:-$PWD/web/dist}

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
