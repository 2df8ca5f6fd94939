# Children that live for microseconds, from several parents at once: pids, reaping and accounting under stress.
import os
for _ in range(3): os.fork()
print("ready", flush=True)
os.close(1)
while True:
    try:
        child = os.fork()
    except OSError:
        continue
    if child == 0: os._exit(0)
    os.waitpid(child, 0)
