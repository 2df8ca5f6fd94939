// B10: becoming somebody else, by the calls and by files that carry a right.
#include "probe.h"
#include <grp.h>
#include <linux/capability.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/xattr.h>

static int become(const void *how) {
    switch (*(const char *)how) {
        case 'u': return setuid(0) < 0 ? errno : 0;
        case 'g': return setgid(0) < 0 ? errno : 0;
        case 'r': return setresuid(0, 0, 0) < 0 ? errno : 0;
        case 'o': return setuid(1002) < 0 ? errno : 0;
        case 's': return setgroups(1, (gid_t[]){0}) < 0 ? errno : 0;
        case 'f': setfsuid(0); return setfsuid(-1) == 0 ? 0 : EPERM;
        default: return EINVAL;
    }
}

static long raise_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct all[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
    return syscall(SYS_capset, &header, all);
}

void attack_identity(char **args) {
    (void)args;
    report_child("setuid root", become, "u");
    report_child("setgid root", become, "g");
    report_child("setresuid root", become, "r");
    report_child("setuid other", become, "o");
    report_child("setgroups root", become, "s");
    report_child("setfsuid root", become, "f");
    report("capset", raise_capabilities());

    int file = open("/tmp/owned", O_CREAT | O_WRONLY, 0755);
    report("chown root", fchown(file, 0, 0));
    report("chown other", fchown(file, 1002, 1002));
    report("chgrp root", fchown(file, -1, 0));
    // Version 2, all of it permitted and effective.
    const uint32_t rights[] = {0x02000001, ~0u, 0, ~0u, 0};
    report("file capability", fsetxattr(file, "security.capability", rights, sizeof rights, 0));
    report("trusted attribute", fsetxattr(file, "trusted.overlay.opaque", "y", 1, 0));
    close(file);
    unlink("/tmp/owned");
}
