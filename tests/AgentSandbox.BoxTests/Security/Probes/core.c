// B6: the one limit that keeps the host's core handler from running must stay as it is; then a crash.
#include "probe.h"
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

void attack_core(char **args) {
    (void)args;
    const struct rlimit none = {0, 0}, half = {0, 1}, much = {RLIM_INFINITY, RLIM_INFINITY};
    report("setrlimit 0", syscall(SYS_setrlimit, RLIMIT_CORE, &none));
    report("setrlimit soft 0", syscall(SYS_setrlimit, RLIMIT_CORE, &half));
    report("setrlimit unlimited", syscall(SYS_setrlimit, RLIMIT_CORE, &much));
    report("prlimit 0", syscall(SYS_prlimit64, 0, RLIMIT_CORE, &none, NULL));
    report("prlimit own number 0", syscall(SYS_prlimit64, getpid(), RLIMIT_CORE, &none, NULL));
    report("prlimit unlimited", syscall(SYS_prlimit64, 0, RLIMIT_CORE, &much, NULL));
    report("prlimit high bits", syscall(SYS_prlimit64, 0, 0x100000000 | RLIMIT_CORE, &none, NULL));
    report("setrlimit high bits", syscall(SYS_setrlimit, 0x100000000 | RLIMIT_CORE, &none));
    struct rlimit now;
    getrlimit(RLIMIT_CORE, &now);
    report(now.rlim_cur == 1 && now.rlim_max == 1 ? "still one" : "changed", 0);
    prctl(PR_SET_DUMPABLE, 1);
    raise(SIGSEGV);
}
