// What all attacks share. Each attack is a function that tries one thing after another and reports every outcome.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

// Prints "name<TAB>ok", or the name of the error when a system call returned -1.
void report(const char *name, long result);
void report_error(const char *name, int error);

// Runs one attempt in a process of its own, for what changes or ends the caller; reports the error that it returns.
void report_child(const char *name, int (*attempt)(const void *argument), const void *argument);

void attack_mounts(char **args);
void attack_namespaces(char **args);
void attack_guest(char **args);
void attack_signals(char **args);
void attack_privileges(char **args);
void attack_identity(char **args);
void attack_devices(char **args);
void attack_writes(char **args);
void attack_sockets(char **args);
void attack_connections(char **args);
void attack_terminal(char **args);
void attack_core(char **args);
void attack_neighbours(char **args);
void attack_syscalls(char **args);
