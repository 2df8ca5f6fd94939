// B1: every way to change what is mounted where.
#include "probe.h"
#include <linux/mount.h>
#include <sys/mount.h>

void attack_mounts(char **args) {
    (void)args;
    report("mount tmpfs", mount("none", "/tmp", "tmpfs", 0, ""));
    report("mount proc", mount("none", "/tmp", "proc", 0, ""));
    report("mount sysfs", mount("none", "/tmp", "sysfs", 0, ""));
    report("mount cgroup", mount("none", "/tmp", "cgroup", 0, "memory"));
    report("mount cgroup2", mount("none", "/tmp", "cgroup2", 0, ""));
    report("mount overlay", mount("none", "/tmp", "overlay", 0, "lowerdir=/etc:/usr"));
    report("mount bind", mount("/etc", "/tmp", NULL, MS_BIND, NULL));
    report("mount move", mount("/home/sandbox", "/tmp", NULL, MS_MOVE, NULL));
    report("mount writable root", mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL));
    report("mount with devices", mount(NULL, "/tmp", NULL, MS_REMOUNT | MS_BIND, NULL));
    report("mount shared", mount(NULL, "/", NULL, MS_SHARED | MS_REC, NULL));
    report("umount", umount2("/tmp", 0));
    report("umount detach", umount2("/proc", MNT_DETACH));
    report("umount masked", umount2("/proc/kcore", MNT_DETACH));
    report("pivot_root", syscall(SYS_pivot_root, "/tmp", "/tmp"));
    report("chroot", chroot("/tmp"));
    report("fsopen", syscall(SYS_fsopen, "tmpfs", 0));
    report("fspick", syscall(SYS_fspick, AT_FDCWD, "/", 0));
    report("fsconfig", syscall(SYS_fsconfig, 0, 0, NULL, NULL, 0));
    report("fsmount", syscall(SYS_fsmount, 0, 0, 0));
    report("open_tree", syscall(SYS_open_tree, AT_FDCWD, "/", 1 /* OPEN_TREE_CLONE */));
    report("move_mount", syscall(SYS_move_mount, AT_FDCWD, "/etc", AT_FDCWD, "/tmp", 0));
    struct mount_attr writable = {.attr_clr = MOUNT_ATTR_RDONLY};
    report("mount_setattr", syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, &writable, sizeof writable));
    report("statmount", syscall(457, NULL, NULL, 0, 0));
    report("listmount", syscall(458, NULL, NULL, 0, 0));
    report("swapon", syscall(SYS_swapon, "/tmp/swap", 0));
    report("swapoff", syscall(SYS_swapoff, "/tmp/swap"));
    report("quotactl", syscall(SYS_quotactl, 0, NULL, 0, NULL));
}
