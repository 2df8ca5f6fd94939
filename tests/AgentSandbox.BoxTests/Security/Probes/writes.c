// B5: opens every argument for writing, and makes a file beside it.
#include "probe.h"

void attack_writes(char **args) {
    for (; *args; args++) {
        char name[256];
        snprintf(name, sizeof name, "write %s", *args);
        report(name, open(*args, O_WRONLY | O_NONBLOCK | O_APPEND));
    }
}
