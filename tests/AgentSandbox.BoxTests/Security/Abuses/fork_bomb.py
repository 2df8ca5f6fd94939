# Forks as long as the kernel lets it; every child does the same.
import os
print("ready", flush=True)
os.close(1)
while True:
    try:
        os.fork()
    except OSError:
        pass
