// B4: signals to the guest by every call that sends one. The kernel takes them for PID 1 and drops them.
#include "probe.h"
#include <signal.h>

void attack_signals(char **args) {
    (void)args;
    int guest = syscall(SYS_pidfd_open, 1, 0);
    siginfo_t info = {.si_code = SI_QUEUE};
    for (int signal = 1; signal <= 64; signal++) {
        kill(1, signal);
        syscall(SYS_tkill, 1, signal);
        syscall(SYS_tgkill, 1, 1, signal);
        syscall(SYS_rt_sigqueueinfo, 1, signal, &info);
        syscall(SYS_rt_tgsigqueueinfo, 1, 1, signal, &info);
        syscall(SYS_pidfd_send_signal, guest, signal, NULL, 0);
    }
    report("sent", 0);
}
