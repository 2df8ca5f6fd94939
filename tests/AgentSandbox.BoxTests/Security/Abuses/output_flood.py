# A line without an end on one channel, single bytes on the other, as fast as they go.
import os
if os.fork() == 0:
    while True: os.write(2, b"x")
print("ready", flush=True)
chunk = b"x" * (1 << 16)
while True: os.write(1, chunk)
