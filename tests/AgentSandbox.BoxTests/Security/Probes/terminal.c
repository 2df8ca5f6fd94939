// A12: typing into a terminal as if at its keyboard.
#include "probe.h"
#include <sys/ioctl.h>
#include <sys/wait.h>

void attack_terminal(char **args) {
    (void)args;
    char letter = 'x', paste = 3;
    report("controlling terminal", open("/dev/tty", O_RDWR));
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    report("grantpt", grantpt(master));
    report("unlockpt", unlockpt(master));
    if (fork() != 0) wait(NULL), exit(0); // a session's leader cannot begin another one
    setsid();
    int slave = open(ptsname(master), O_RDWR);
    report("own terminal", ioctl(slave, TIOCSCTTY, 0));
    report("TIOCSTI", ioctl(slave, TIOCSTI, &letter));
    report("TIOCSTI high bits", syscall(SYS_ioctl, slave, 0x100000000 | TIOCSTI, &letter));
    report("TIOCSTI sign bits", syscall(SYS_ioctl, slave, 0xffffffff00000000 | TIOCSTI, &letter));
    report("TIOCLINUX", ioctl(slave, TIOCLINUX, &paste));
    report("TIOCLINUX high bits", syscall(SYS_ioctl, slave, 0x100000000 | TIOCLINUX, &paste));
    report("TIOCCONS", ioctl(slave, TIOCCONS, NULL));
    report("TIOCSETD", ioctl(slave, TIOCSETD, &(int){13 /* N_HDLC */}));
}
