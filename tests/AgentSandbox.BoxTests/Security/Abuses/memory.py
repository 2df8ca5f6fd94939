# Fills the memory in one of the many ways that there are, in a child, again and again: each child is killed for it.
import ctypes, mmap, os, socket, sys, resource
libc = ctypes.CDLL(None, use_errno=True)
MB = 1 << 20
kept = []

def anonymous():
    while True: kept.append(b"x" * (8 * MB))

def locked():
    while True:
        area = mmap.mmap(-1, 64 * 1024)
        libc.mlock(ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(area))), ctypes.c_size_t(64 * 1024))
        area.write(b"x" * (64 * 1024))
        kept.append(area)

def memfd():
    while True:
        file = os.memfd_create("x")
        kept.append(file)
        while os.fstat(file).st_size < 64 * MB: os.write(file, b"x" * MB)

def page_tables():
    size = 1 << 40
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    area = libc.mmap(None, size, 1, 0x4022, -1, 0)          # readable, private, anonymous, no reserve
    for offset in range(0, size, 2 * MB): ctypes.c_char.from_address(area + offset).value

def pipes():
    while True:
        read, write = os.pipe2(os.O_NONBLOCK)
        kept.append(read)
        try:
            import fcntl
            fcntl.fcntl(write, 1031, MB)                     # F_SETPIPE_SZ
        except OSError: pass
        try:
            while True: os.write(write, b"x" * 65536)
        except BlockingIOError: pass

def unix_sockets():
    while True:
        near, far = socket.socketpair()
        near.setblocking(False)
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * MB)
        kept.append((near, far))
        try:
            while True: near.send(b"x" * 65536)
        except BlockingIOError: pass

def udp_sockets():
    while True:
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * MB)
        receiver.bind(("127.0.0.1", 0))
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.connect(receiver.getsockname())
        kept.append(receiver)
        for _ in range(64):
            try: sender.send(b"x" * 60000)
            except OSError: break

def tcp_sockets():
    server = socket.create_server(("127.0.0.1", 0), backlog=4096)
    while True:
        near = socket.create_connection(server.getsockname())
        far = server.accept()[0]
        near.setblocking(False)
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16 * MB)
        far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * MB)
        kept.append((near, far))
        try:
            while True: near.send(b"x" * 65536)
        except BlockingIOError: pass

def system_v():
    libc.shmat.restype = ctypes.c_void_p
    libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
    while True:
        segment = libc.shmget(0, 16 * MB, 0o1600)
        if segment < 0: raise OSError(ctypes.get_errno(), "shmget")
        area = libc.shmat(segment, None, 0)
        ctypes.memset(area, 1, 16 * MB)
        libc.shmdt(ctypes.c_void_p(area))

def messages():
    text = ctypes.create_string_buffer(b"\1" + b"\0" * 7 + b"x" * 8000, 8008)
    while True:
        queue = libc.msgget(0, 0o1600)
        if queue < 0: raise OSError(ctypes.get_errno(), "msgget")
        while libc.msgsnd(queue, text, 8000, 0o4000) == 0: pass

def semaphores():
    while True:
        if libc.semget(0, 32000, 0o1600) < 0: raise OSError(ctypes.get_errno(), "semget")

def shared():
    for place in ("/dev/shm", "/tmp", "/home/sandbox"):
        try:
            with open(place + "/fill", "ab") as file:
                while True: file.write(b"x" * MB)
        except OSError: pass
    anonymous()

def terminals():
    while True: kept.append(os.openpty())

def names():
    number = 0
    while True:
        number += 1
        try: os.stat(f"/{'n' * 200}{os.getpid()}-{number}")
        except OSError: pass

def arguments():
    while True:
        try: os.spawnve(os.P_NOWAIT, "/bin/sleep", ["sleep", "9"] + ["x" * 100000] * 15, {})
        except OSError: anonymous()

attack = globals()[sys.argv[1]]
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
ends = 0
while True:
    try: child = os.fork()
    except OSError: continue
    if child == 0:
        os.close(1)
        try: attack()
        except (OSError, MemoryError) as error:
            os.write(2, f"{sys.argv[1]}: {error}\n".encode())
            import time
            time.sleep(0.2)
            os._exit(1)
        os._exit(0)
    if ends == 0: print("ready", flush=True)
    os.waitpid(child, 0)
    ends += 1
