// B18: what boxes on one kernel could share. Arguments: a System V key, a POSIX queue.
#include "probe.h"
#include <mqueue.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

void attack_neighbours(char **args) {
    key_t key = strtol(args[0], NULL, 0);
    report("System V messages", msgget(key, 0));
    report("System V memory", shmget(key, 0, 0));
    report("System V semaphores", semget(key, 0, 0));
    report("POSIX messages", mq_open(args[1], O_RDWR));
    for (int id = 0; id < 32; id++) {
        struct shmid_ds memory;
        struct msqid_ds queue;
        if (shmctl(id, SHM_STAT, &memory) >= 0) report("System V memory by number", 0);
        if (msgctl(id, MSG_STAT, &queue) >= 0) report("System V messages by number", 0);
    }
    // On a file that all boxes see, a lease tells of opens, and breaks only when its holder lets it.
    report("lease on a shared file", fcntl(open("/etc/passwd", O_RDONLY), F_SETLEASE, F_RDLCK));
    report("lease on a shared program", fcntl(open("/usr/bin/env", O_RDONLY), F_SETLEASE, F_RDLCK));
}
