# Threads until no more can be started, all of them busy; then again for each that ends.
import _thread, itertools
def spin():
    for _ in itertools.count(): pass
started = 0
while True:
    try:
        _thread.start_new_thread(spin, ())
        started += 1
    except (RuntimeError, MemoryError):
        if started: print("ready", flush=True)
        started = 0
