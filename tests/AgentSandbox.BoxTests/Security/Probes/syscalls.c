// A8: every system call number of one ABI, each in a process of its own with arguments that no call accepts. Tells of each
// whether it was allowed, EPERM or ENOSYS, or killed its caller. Argument: x86_64, x32 or i386.
#include "probe.h"
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

enum { LAST = 600, X32 = 0x40000000, PATIENCE_S = 10 };

struct outcome {
    int done;
    long result;
};

// With these the call would not come back, or tell less. All else gets -1 six times: a bad descriptor, pointer, pid and size.
static const struct {
    long number, arguments[6];
} special[] = {
    {SYS_futex, {0, 1 /* FUTEX_WAKE */, 1}}, // any other operation "is not implemented"
    {SYS_seccomp, {-1, 0}},                  // the filter looks at the flags
    {SYS_ioctl, {-1, 0x5401 /* TCGETS */}},  // ... at the request
    {SYS_clone, {0}},                        // ... and at the flags
    {SYS_socket, {1, -1, -1}},               // ... and at the family: see sockets.c
    {SYS_socketpair, {1, -1, -1, 0}},
    {SYS_personality, {0xffffffff}},
    {SYS_setrlimit, {0, -1}},
    {SYS_prlimit64, {0, 0, -1, -1}},
    {SYS_sched_setattr, {0, -1, -1}},
    {SYS_sched_setparam, {0, -1}},
    {SYS_sched_setscheduler, {0, -1, -1}},
    {SYS_setpriority, {0, 0, 0}},
    {SYS_ioprio_set, {1, 0, -1}},
    {SYS_setgroups, {-1, -1}},
};

static long call(long number, const long *a, int by_interrupt) {
    long result;
    if (by_interrupt) {
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]) : "memory", "r8", "r9", "r10", "r11");
        return result;
    }
    register long fourth __asm__("r10") = a[3], fifth __asm__("r8") = a[4], sixth __asm__("r9") = a[5];
    __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(fourth), "r"(fifth), "r"(sixth) : "rcx", "r11", "memory");
    return result;
}

static const char *classify(pid_t child, struct outcome *outcome, const sigset_t *ended) {
    const struct timespec patience = {PATIENCE_S, 0};
    int status, waits = sigtimedwait(ended, NULL, &patience) < 0;
    if (waits) kill(child, SIGKILL);
    waitpid(child, &status, 0);
    if (waits) {
        sigtimedwait(ended, NULL, &patience); // of the kill
        return "allowed";
    }
    if (WIFSIGNALED(status)) return WTERMSIG(status) == SIGSYS ? "killed" : WTERMSIG(status) == SIGSEGV ? "crashed" : "allowed";
    if (!outcome->done) return "allowed"; // exit and its like
    if (outcome->result == -ENOSYS) return "ENOSYS";
    return outcome->result == -EPERM ? "EPERM" : "allowed";
}

void attack_syscalls(char **args) {
    int by_interrupt = strcmp(args[0], "i386") == 0;
    long base = strcmp(args[0], "x32") == 0 ? X32 : 0;
    struct outcome *outcome = mmap(NULL, sizeof *outcome, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, NULL);
    for (long number = 0; number < LAST; number++) {
        if (base == 0 && !by_interrupt && number == SYS_pause) continue; // it would not come back
        long arguments[6] = {-1, -1, -1, -1, -1, -1};
        for (size_t i = 0; !by_interrupt && i < sizeof special / sizeof *special; i++)
            if (special[i].number == number) memcpy(arguments, special[i].arguments, sizeof arguments);
        outcome->done = 0;
        pid_t child = fork();
        if (child == 0) {
            pid_t self = getpid();
            long result = call(base + number, arguments, by_interrupt);
            if (getpid() != self) syscall(SYS_exit_group, 0); // a child of the call's own
            outcome->result = result;
            outcome->done = 1;
            syscall(SYS_exit_group, 0);
        }
        printf("%ld\t%s\n", number, classify(child, outcome, &ended));
    }
}
