# More busy processes than there are processors, each as important as it may make itself.
import os
for _ in range(5): os.fork()
try: os.nice(-20)
except OSError: pass
for policy in (os.SCHED_FIFO, os.SCHED_RR):
    try:
        os.sched_setscheduler(0, policy, os.sched_param(50))
        print("realtime", flush=True)
    except OSError: pass
print("ready", flush=True)
while True: pass
