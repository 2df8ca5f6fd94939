// B9: every family with every type and protocol that has a meaning; only those that work are told. B14, B15: who answers.
#include "probe.h"
#include <arpa/inet.h>
#include <stddef.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

static int protocols_of(int family) { return family == AF_NETLINK ? 32 : family == AF_INET || family == AF_INET6 ? 256 : 8; }

void attack_sockets(char **args) {
    (void)args;
    static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP, SOCK_PACKET};
    for (int family = 0; family < 64; family++) {
        for (size_t type = 0; type < sizeof types / sizeof *types; type++) {
            for (int protocol = 0; protocol < protocols_of(family); protocol++) {
                char name[64];
                int fd = socket(family, types[type], protocol);
                snprintf(name, sizeof name, "socket %d %d %d", family, types[type], protocol);
                // Whatever is no plain refusal has got past the filter.
                if (fd >= 0) report(name, 0), close(fd);
                else if (errno != EPERM && errno != EAFNOSUPPORT && errno != EPROTONOSUPPORT && errno != ESOCKTNOSUPPORT && errno != EINVAL) report(name, -1);
                int pair[2];
                snprintf(name, sizeof name, "socketpair %d %d %d", family, types[type], protocol);
                if (socketpair(family, types[type], protocol, pair) == 0) report(name, 0), close(pair[0]), close(pair[1]);
            }
        }
    }
    // The kernel takes only the low half of the family; a filter that looks at all of it must not be fooled either way.
    report("high bits alg", syscall(SYS_socket, 0x100000026, SOCK_SEQPACKET, 0));
    report("high bits packet", syscall(SYS_socket, 0xffffffff00000011, SOCK_RAW, 0x300));
    report("high bits vsock", syscall(SYS_socket, 0x100000028, SOCK_STREAM, 0));
}

static long try_connect(int fd, const struct sockaddr *address, socklen_t length) {
    if (connect(fd, address, length) == 0) return 0;
    if (errno != EINPROGRESS) return -1;
    struct pollfd ready = {fd, POLLOUT, 0};
    if (poll(&ready, 1, 500) == 0) return errno = ETIMEDOUT, -1;
    int error = 0;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &(socklen_t){sizeof error});
    return error == 0 ? 0 : (errno = error, -1);
}

static long try_internet(const char *host, int port, int type) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    int is_v6 = strchr(host, ':') != NULL;
    if (inet_pton(is_v6 ? AF_INET6 : AF_INET, host, is_v6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) != 1) exit(3);
    const struct sockaddr *address = is_v6 ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4;
    socklen_t length = is_v6 ? sizeof v6 : sizeof v4;
    int fd = socket(is_v6 ? AF_INET6 : AF_INET, type | SOCK_NONBLOCK, 0);
    if (fd < 0) return fd;
    // A datagram socket connects to anything that has a route; so send, too: whoever is there would note it.
    long result = type == SOCK_STREAM ? try_connect(fd, address, length) : sendto(fd, "probe", 5, 0, address, length);
    int error = errno;
    close(fd);
    return errno = error, result;
}

static long try_abstract(const char *name, int type) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path + 1, name, sizeof address.sun_path - 2);
    int fd = socket(AF_UNIX, type, 0);
    return connect(fd, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
}

// Arguments: tcp:HOST:PORT, udp:HOST:PORT (IPv6 hosts as they are: the last colon counts), abstract:NAME
void attack_connections(char **args) {
    for (; *args; args++) {
        char text[256];
        snprintf(text, sizeof text, "%s", *args);
        char *rest = strchr(text, ':') + 1;
        if (strncmp(text, "abstract:", 9) == 0) {
            report(*args, try_abstract(rest, SOCK_STREAM));
            continue;
        }
        char *port = strrchr(rest, ':');
        *port = 0;
        report(*args, try_internet(rest, atoi(port + 1), text[0] == 't' ? SOCK_STREAM : SOCK_DGRAM));
    }
}
