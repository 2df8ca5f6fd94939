# Zombies as many as fit, kept by a parent that ignores every polite signal, beside stopped ones.
import os, signal
for number in range(1, 32):
    if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD): signal.signal(number, signal.SIG_IGN)
while True:
    try:
        child = os.fork()
    except OSError:
        break
    if child == 0:
        if os.getpid() % 2: os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
print("ready", flush=True)
signal.pause()
while True: signal.pause()
