# Double-forked daemons of a session of their own that nobody waits for: all of them end up with the guest.
import os, signal
for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(number, signal.SIG_IGN)
print("ready", flush=True)
os.close(1)
while True:
    try:
        if os.fork() == 0:
            os.setsid()
            os.fork()
            os._exit(0)
        os.waitpid(-1, os.WNOHANG)
    except OSError:
        pass
