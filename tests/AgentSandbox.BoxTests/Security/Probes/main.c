#include "probe.h"
#include <sys/wait.h>

static const struct {
    const char *name;
    void (*run)(char **args);
} attacks[] = {
    {"mounts", attack_mounts},           {"namespaces", attack_namespaces}, {"guest", attack_guest},
    {"signals", attack_signals},         {"privileges", attack_privileges}, {"identity", attack_identity},
    {"devices", attack_devices},         {"writes", attack_writes},         {"sockets", attack_sockets},
    {"connections", attack_connections}, {"terminal", attack_terminal},     {"core", attack_core},
    {"neighbours", attack_neighbours},   {"syscalls", attack_syscalls},
};

void report_error(const char *name, int error) {
    const char *known = strerrorname_np(error);
    printf("%s\t%s\n", name, error == 0 ? "ok" : known ? known : "unknown");
    fflush(stdout); // else children would print it again
}

void report(const char *name, long result) { report_error(name, result == -1 ? errno : 0); }

void report_child(const char *name, int (*attempt)(const void *argument), const void *argument) {
    pid_t child = fork();
    if (child == 0) _exit(attempt(argument));
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0) return report(name, -1);
    if (WIFEXITED(status)) return report_error(name, WEXITSTATUS(status));
    printf("%s\tSIG%s\n", name, sigabbrev_np(WTERMSIG(status)));
    fflush(stdout);
}

int main(int count, char **args) {
    for (size_t i = 0; count > 1 && i < sizeof attacks / sizeof *attacks; i++) {
        if (strcmp(attacks[i].name, args[1]) != 0) continue;
        attacks[i].run(args + 2);
        return 0;
    }
    fprintf(stderr, "usage: probe ATTACK [ARGUMENT...]\n");
    return 2;
}
