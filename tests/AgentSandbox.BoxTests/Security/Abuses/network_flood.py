# Datagrams, half-open connections and connections to its own loopback, and to addresses that nobody has.
import os, socket
kind = [os.fork() for _ in range(2)].count(0)
print("ready", flush=True)
if kind == 0:
    server = socket.create_server(("127.0.0.1", 9009), backlog=1)
    while True:
        try:
            caller = socket.socket()
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", 9009))
            del caller
        except OSError: pass
flood = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
targets = ["127.0.0.1", "127.255.255.255", "10.0.0.1", "169.254.169.254", "255.255.255.255"]
number = 0
while True:
    number += 1
    try: flood.sendto(b"x" * 1400, (targets[number % len(targets)], 1 + number % 65535))
    except OSError: pass
