// B2: every way into another namespace; and that threads, which share the system call, still work.
#include "probe.h"
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

static const struct {
    const char *name;
    uint64_t flag;
} namespaces[] = {
    {"user", CLONE_NEWUSER}, {"mnt", CLONE_NEWNS},   {"pid", CLONE_NEWPID},       {"net", CLONE_NEWNET},
    {"ipc", CLONE_NEWIPC},   {"uts", CLONE_NEWUTS},  {"cgroup", CLONE_NEWCGROUP}, {"time", CLONE_NEWTIME},
};

static int by_unshare(const void *flag) { return syscall(SYS_unshare, *(const uint64_t *)flag) < 0 ? errno : 0; }

static int by_clone(const void *flag) {
    long child = syscall(SYS_clone, *(const uint64_t *)flag | SIGCHLD, NULL, NULL, NULL, NULL);
    if (child == 0) _exit(0);
    return child < 0 ? errno : 0;
}

static int by_clone3(const void *flag) {
    struct clone_args args = {.flags = *(const uint64_t *)flag, .exit_signal = SIGCHLD};
    long child = syscall(SYS_clone3, &args, sizeof args);
    if (child == 0) _exit(0);
    return child < 0 ? errno : 0;
}

static int by_setns(const void *path) {
    int fd = open(path, O_RDONLY);
    return fd < 0 || syscall(SYS_setns, fd, 0) < 0 ? errno : 0;
}

static int by_pidfd(const void *flag) {
    int fd = syscall(SYS_pidfd_open, 1, 0);
    return fd < 0 || syscall(SYS_setns, fd, *(const uint64_t *)flag) < 0 ? errno : 0;
}

static void *nothing(void *argument) { return argument; }

void attack_namespaces(char **args) {
    (void)args;
    char name[64], path[64];
    for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++) {
        const char *kind = namespaces[i].name;
        const uint64_t flag = namespaces[i].flag;
        snprintf(name, sizeof name, "unshare %s", kind);
        report_child(name, by_unshare, &flag);
        if (flag != CLONE_NEWTIME) { // clone's lowest byte is the signal
            snprintf(name, sizeof name, "clone %s", kind);
            report_child(name, by_clone, &flag);
        }
        snprintf(name, sizeof name, "clone3 %s", kind);
        report_child(name, by_clone3, &flag);
        snprintf(name, sizeof name, "setns pidfd %s", kind);
        report_child(name, by_pidfd, &flag);
        for (int own = 0; own < 2; own++) {
            snprintf(path, sizeof path, "/proc/%s/ns/%s", own ? "self" : "1", kind);
            snprintf(name, sizeof name, "setns %s", path);
            report_child(name, by_setns, path);
        }
    }

    // All at once, as container tools do it; and with bits above those that the kernel looks at.
    const uint64_t all = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
    const uint64_t high = CLONE_NEWUSER | 0xffff000000000000;
    report_child("unshare all", by_unshare, &all);
    report_child("clone all", by_clone, &all);
    report_child("clone high bits", by_clone, &high);

    pthread_t thread;
    report_error("a thread", pthread_create(&thread, NULL, nothing, NULL));
}
