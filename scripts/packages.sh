# shellcheck shell=bash
# Finds the Debian packages that are missing and installs them, or says which one command does.
# Sourced by ./run and ./test.

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# need TEST PACKAGE: remembers the package as missing unless the test is true. A test is a command's name or a file's path.
missing=()
need() {
    case $1 in
        /*) [[ -e $1 ]] && return ;;
        *) command -v "$1" > /dev/null && return ;;
    esac
    missing+=("$2")
}

install_missing() {
    ((${#missing[@]})) || return 0

    local install=(apt-get install --yes --no-install-recommends "${missing[@]}")
    if ! command -v apt-get > /dev/null; then
        fail "These Debian packages, or what your system calls them, are missing:" "  ${missing[*]}"
    fi
    if ((EUID != 0)); then
        fail "Some packages are missing. Type this, then try again:" "  sudo apt-get update && sudo ${install[*]}"
    fi

    say "Installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    if ! apt-get update --quiet=2 || ! "${install[@]}" --quiet=2 > /dev/null; then
        fail "The packages could not be installed: ${missing[*]}" "apt-get's message above says why."
    fi
    missing=()
}

# The same, but the services that come along stay off: a machine shall not get one that its owner did not ask for.
install_missing_without_services() {
    local policy=/usr/sbin/policy-rc.d # what Debian's packages ask before they start anything
    if ((${#missing[@]} == 0 || EUID != 0)) || [[ -e $policy ]]; then
        install_missing
        return
    fi
    (
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod 755 "$policy"
        install_missing
    ) || exit 1
    missing=()
}

# Root's own tools are not on every user's path.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# What makes boxes without any daemon, unless an engine makes them.
need_box_packages() {
    ! has_engine || return 0
    command -v runc > /dev/null || need crun crun
    need mmdebstrap mmdebstrap
    need /usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring
    if ((EUID != 0)); then need newuidmap uidmap; fi
}

# As the server chooses: an engine that is set, or one that is there where boxes could not be made without installing something.
has_engine() {
    case ${RUNTIME:-auto} in
        docker) return 0 ;;
        oci) return 1 ;;
    esac
    [[ -z ${DOCKER_SOCKET:-}${DOCKER_HOSTS:-} ]] || return 0
    [[ -w /var/run/docker.sock ]] && { ((EUID != 0)) || ! { command -v mmdebstrap && { command -v crun || command -v runc; }; } > /dev/null; }
}

# What some boxes of the tests are made with. Systems without a package of gVisor skip its tests.
need_engine_packages() {
    need dockerd docker.io
    need busybox busybox-static
    if apt-cache show runsc > /dev/null 2>&1; then need runsc runsc; fi
}

need_guest_packages() {
    need clang clang
    need ld.lld lld
    need "/usr/lib/$(uname -m)-linux-gnu/libc.a" libc6-dev
    need /usr/include/zlib.h zlib1g-dev
}

# The .NET SDK and Node.js come from different places on different systems, so nothing is installed here.
need_dotnet() {
    local directory
    for directory in "${DOTNET_ROOT:-}" ~/.dotnet; do
        [[ -n $directory && -x $directory/dotnet ]] && PATH=$directory:$PATH
    done
    if command -v dotnet > /dev/null && [[ $'\n'$(dotnet --list-sdks) == *$'\n'10.* ]]; then return; fi

    fail "The .NET 10 SDK is missing." \
        "  Ubuntu 24.04 and later: sudo apt-get install dotnet-sdk-10.0" \
        "  Debian and others:      https://learn.microsoft.com/dotnet/core/install/linux"
}

need_node() {
    local version
    version=$(node --version 2> /dev/null) || version=none
    if [[ $version =~ ^v([0-9]+)\.([0-9]+) ]] && ((BASH_REMATCH[1] > 20 || BASH_REMATCH[1] == 20 && BASH_REMATCH[2] >= 19)) &&
        command -v npm > /dev/null; then return; fi

    fail "Node.js 20.19 or later, with npm, is missing (found: $version): the page is built with it." \
        "  https://nodejs.org/en/download has a package for every Linux."
}
