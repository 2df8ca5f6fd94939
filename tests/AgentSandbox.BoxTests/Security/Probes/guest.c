// B3: the guest, PID 1, which shares its user with the attacker: no look into it, and no hand on it.
#include "probe.h"
#include <linux/kcmp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/uio.h>

static long open_file(const char *name, int flags) {
    char path[64];
    snprintf(path, sizeof path, "/proc/1/%s", name);
    return open(path, flags);
}

// Some files open for all, and say whether one may read them only when they are read.
static long read_file(const char *name) {
    char byte;
    int fd = open_file(name, O_RDONLY);
    if (fd < 0) return fd;
    long got = read(fd, &byte, 1);
    if (got == 0 || byte == '0') errno = ENOENT; // empty, or what stands for nothing
    return got > 0 && byte != '0' ? 0 : -1;
}

// Likewise.
static long write_file(const char *name) {
    int fd = open_file(name, O_WRONLY);
    return fd < 0 ? fd : write(fd, "1", 1);
}

static long read_link(const char *name) {
    char path[64], target[256];
    snprintf(path, sizeof path, "/proc/1/%s", name);
    return readlink(path, target, sizeof target);
}

void attack_guest(char **args) {
    (void)args;
    char buffer[16] = {0};
    struct iovec here = {buffer, sizeof buffer}, there = {(void *)0x400000, sizeof buffer};
    int guest = syscall(SYS_pidfd_open, 1, 0);

    report("ptrace attach", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
    report("ptrace seize", ptrace(PTRACE_SEIZE, 1, NULL, NULL));
    report("process_vm_readv", process_vm_readv(1, &here, 1, &there, 1, 0));
    report("process_vm_writev", process_vm_writev(1, &here, 1, &there, 1, 0));
    for (int fd = 0; fd < 8; fd++) {
        snprintf(buffer, sizeof buffer, "pidfd_getfd %d", fd);
        report(buffer, syscall(SYS_pidfd_getfd, guest, fd, 0));
    }
    report("process_madvise", syscall(SYS_process_madvise, guest, &there, 1, MADV_PAGEOUT, 0));
    report("process_mrelease", syscall(SYS_process_mrelease, guest, 0));
    report("kcmp", syscall(SYS_kcmp, 1, getpid(), KCMP_FILE, 0, 0));
    report("move_pages", syscall(SYS_move_pages, 1, 0, NULL, NULL, NULL, 0));
    report("migrate_pages", syscall(SYS_migrate_pages, 1, 0, NULL, NULL));
    report("get_robust_list", syscall(SYS_get_robust_list, 1, &here.iov_base, &here.iov_len));

    static const char *const readable[] = {"mem", "environ", "maps", "smaps", "pagemap", "auxv", "stack", "syscall", "personality", "io", "wchan", "timers"};
    for (size_t i = 0; i < sizeof readable / sizeof *readable; i++) {
        char name[64];
        snprintf(name, sizeof name, "read %s", readable[i]);
        report(name, read_file(readable[i]));
    }
    static const char *const links[] = {"exe", "cwd", "root", "fd/0", "fd/3", "fd/4", "ns/mnt", "map_files/400000-401000"};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        char name[64];
        snprintf(name, sizeof name, "follow %s", links[i]);
        report(name, read_link(links[i]));
    }
    static const char *const writable[] = {"mem", "oom_score_adj", "oom_adj", "coredump_filter", "clear_refs", "comm", "attr/current", "sched", "autogroup",
        "loginuid", "uid_map", "gid_map", "setgroups", "projid_map", "timerslack_ns", "make-it-fail", "fdinfo/0"};
    for (size_t i = 0; i < sizeof writable / sizeof *writable; i++) {
        char name[64];
        snprintf(name, sizeof name, "write %s", writable[i]);
        report(name, write_file(writable[i]));
    }

    struct rlimit limit = {1, 1};
    struct sched_param idle = {0};
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    report("prlimit", prlimit(1, RLIMIT_CPU, &limit, NULL));
    report("sched_setaffinity", sched_setaffinity(1, sizeof one, &one));
    report("sched_setscheduler", sched_setscheduler(1, SCHED_IDLE, &idle));
    report("setpriority", setpriority(PRIO_PROCESS, 1, 19));
    report("setpriority of all", setpriority(PRIO_USER, 0, 19));
    report("ioprio_set", syscall(SYS_ioprio_set, 1, 1, 3 << 13));
    report("setpgid", setpgid(1, 0));
}
