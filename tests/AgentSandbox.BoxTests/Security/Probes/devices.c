// B7: device files, made or found.
#include "probe.h"
#include <sys/stat.h>
#include <sys/sysmacros.h>

void attack_devices(char **args) {
    static const struct {
        const char *name;
        mode_t type;
        int major, minor;
    } devices[] = {
        {"mem", S_IFCHR, 1, 1},      {"kmem", S_IFCHR, 1, 2},     {"null", S_IFCHR, 1, 3},    {"port", S_IFCHR, 1, 4},     {"kmsg", S_IFCHR, 1, 11},
        {"tty0", S_IFCHR, 4, 0},     {"console", S_IFCHR, 5, 1},  {"fuse", S_IFCHR, 10, 229}, {"kvm", S_IFCHR, 10, 232},   {"tun", S_IFCHR, 10, 200},
        {"loop0", S_IFBLK, 7, 0},    {"sda", S_IFBLK, 8, 0},      {"vda", S_IFBLK, 254, 0},   {"nvme0n1", S_IFBLK, 259, 0}, {"whiteout", S_IFCHR, 0, 0},
    };
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        char name[64];
        snprintf(name, sizeof name, "make %s", devices[i].name);
        long made = mknod("/tmp/device", devices[i].type | 0666, makedev(devices[i].major, devices[i].minor));
        // Overlay file systems make 0:0 without any right: it is no device, but the mark of a removed file.
        report(name, made < 0 ? made : open("/tmp/device", O_RDONLY | O_NONBLOCK));
        unlink("/tmp/device");
    }
    for (; *args; args++) {
        char name[128];
        snprintf(name, sizeof name, "open %s", *args);
        report(name, open(*args, O_RDONLY | O_NONBLOCK));
    }
}
