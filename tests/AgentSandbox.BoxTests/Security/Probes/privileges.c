// B8: what changes or tells of the whole machine, and interfaces that kernel exploits have come through.
#include "probe.h"
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <linux/seccomp.h>
#include <sys/fanotify.h>
#include <sys/io.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/timex.h>

static long bpf(int command, union bpf_attr *attributes) { return syscall(SYS_bpf, command, attributes, sizeof *attributes); }

static long perf(uint32_t type, uint64_t config) {
    struct perf_event_attr event = {.type = type, .size = sizeof event, .config = config, .exclude_kernel = 1};
    return syscall(SYS_perf_event_open, &event, 0, -1, -1, 0);
}

static long seccomp_listener(unsigned flags) {
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {1, &allow};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

void attack_privileges(char **args) {
    (void)args;
    char buffer[256] = {0};
    union bpf_attr map = {.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};
    report("bpf map", bpf(BPF_MAP_CREATE, &map));
    union bpf_attr load = {.prog_type = BPF_PROG_TYPE_SOCKET_FILTER};
    report("bpf load", bpf(BPF_PROG_LOAD, &load));
    report("perf software", perf(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK));
    report("perf hardware", perf(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES));
    report("userfaultfd", syscall(SYS_userfaultfd, O_CLOEXEC));
    report("userfaultfd user only", syscall(SYS_userfaultfd, O_CLOEXEC | 1));
    report("io_uring_setup", syscall(SYS_io_uring_setup, 4, buffer));
    report("io_uring_enter", syscall(SYS_io_uring_enter, 0, 0, 0, 0, NULL, 0));
    report("io_uring_register", syscall(SYS_io_uring_register, 0, 0, NULL, 0));
    report("memfd_secret", syscall(SYS_memfd_secret, 0));
    report("seccomp listener", seccomp_listener(SECCOMP_FILTER_FLAG_NEW_LISTENER));
    report("seccomp listener and log", seccomp_listener(SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_LOG));
    report("lsm_set_self_attr", syscall(460, 0, NULL, 0, 0));

    report("keyctl session", syscall(SYS_keyctl, 0, -3, 0)); // KEYCTL_GET_KEYRING_ID of the session
    report("keyctl join", syscall(SYS_keyctl, 1, NULL));
    report("keyctl read user", syscall(SYS_keyctl, 11, -4, buffer, sizeof buffer));
    report("add_key", syscall(SYS_add_key, "user", "canary", "x", 1, -3));
    report("request_key", syscall(SYS_request_key, "user", "canary", "", -3));

    report("name_to_handle_at", syscall(SYS_name_to_handle_at, AT_FDCWD, "/", buffer, buffer + 128, 0));
    report("open_by_handle_at", syscall(SYS_open_by_handle_at, AT_FDCWD, buffer, O_RDONLY));
    report("fanotify_init", fanotify_init(FAN_CLASS_NOTIF, O_RDONLY));
    report("fanotify_init unprivileged", fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID, O_RDONLY));
    report("quotactl_fd", syscall(SYS_quotactl_fd, 0, 0, 0, NULL));
    report("acct", acct("/tmp/acct"));
    report("ustat", syscall(SYS_ustat, 0, buffer));
    report("sysfs", syscall(SYS_sysfs, 3));
    report("uselib", syscall(SYS_uselib, "/lib/x86_64-linux-gnu/libc.so.6"));
    report("lookup_dcookie", syscall(SYS_lookup_dcookie, 0, buffer, sizeof buffer));
    report("nfsservctl", syscall(SYS_nfsservctl, 0, NULL, NULL));
    report("vhangup", vhangup());
    report("vmsplice", syscall(SYS_vmsplice, 1, NULL, 0, 0));

    report("init_module", syscall(SYS_init_module, buffer, sizeof buffer, ""));
    report("finit_module", syscall(SYS_finit_module, 0, "", 0));
    report("delete_module", syscall(SYS_delete_module, "loop", O_NONBLOCK));
    report("create_module", syscall(SYS_create_module, "x", 0));
    report("query_module", syscall(SYS_query_module, NULL, 0, NULL, 0, NULL));
    report("get_kernel_syms", syscall(SYS_get_kernel_syms, NULL));
    report("kexec_load", syscall(SYS_kexec_load, 0, 0, NULL, 0));
    report("kexec_file_load", syscall(SYS_kexec_file_load, 0, 0, 0, "", 0));
    report("reboot", syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF, NULL));
    report("syslog read", syscall(SYS_syslog, 3, buffer, sizeof buffer));
    report("syslog size", syscall(SYS_syslog, 10, NULL, 0));
    report("syslog console", syscall(SYS_syslog, 6, NULL, 0));

    struct timeval time = {.tv_sec = 1};
    struct timespec clock = {.tv_sec = 1};
    struct timex adjust = {.modes = ADJ_TICK, .tick = 10000};
    report("settimeofday", settimeofday(&time, NULL));
    report("clock_settime", syscall(SYS_clock_settime, 0, &clock));
    report("clock_adjtime", syscall(SYS_clock_adjtime, 0, &adjust));
    report("adjtimex", syscall(SYS_adjtimex, &adjust));
    report("sethostname", sethostname("owned", 5));
    report("setdomainname", setdomainname("owned", 5));

    report("iopl", iopl(3));
    report("ioperm", ioperm(0x80, 1, 1));
    report("modify_ldt read", syscall(SYS_modify_ldt, 0, buffer, sizeof buffer));
    report("modify_ldt write", syscall(SYS_modify_ldt, 1, buffer, 16));
    report("personality no randomization", personality(ADDR_NO_RANDOMIZE));
    report("personality read implies exec", personality(READ_IMPLIES_EXEC));
    report("personality no null page guard", personality(MMAP_PAGE_ZERO));
    report("personality 32 bit", personality(PER_LINUX32));
    report("mbind", syscall(SYS_mbind, NULL, 0, 0, NULL, 0, 0));
    report("set_mempolicy", syscall(SYS_set_mempolicy, 0, NULL, 0));
    report("get_mempolicy", syscall(SYS_get_mempolicy, NULL, NULL, 0, NULL, 0));

    struct rlimit more = {0};
    getrlimit(RLIMIT_NPROC, &more);
    more.rlim_cur = more.rlim_max = more.rlim_max + 1;
    report("more processes", setrlimit(RLIMIT_NPROC, &more));
    report("higher priority", setpriority(PRIO_PROCESS, 0, -1));
    struct sched_param urgent = {.sched_priority = 1};
    report("real time", syscall(SYS_sched_setscheduler, 0, 1, &urgent));
    report("io real time", syscall(SYS_ioprio_set, 1, 0, 1 << 13));
    report("undo no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
    report("undo seccomp", prctl(PR_SET_SECCOMP, 0, 0, 0, 0));
    report("memory map of the kernel's", prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, 0, 0, 0));
    report("inherit a capability", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 21, 0, 0));
    report("keep capabilities", prctl(PR_SET_SECUREBITS, 1 << 4));
}
