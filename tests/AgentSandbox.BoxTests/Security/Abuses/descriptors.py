# Descriptors: own ones in many processes, in flight in sockets, inotify instances with watches, epolls in epolls.
import array, ctypes, os, select, socket, resource
libc = ctypes.CDLL(None)
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
for _ in range(4): os.fork()
kept = []
def until_refused(act):
    try:
        while True: kept.append(act())
    except (OSError, ValueError): pass
def in_flight():
    near, far = socket.socketpair()
    near.setblocking(False)
    file = os.open("/dev/null", os.O_RDONLY)
    while True: near.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file] * 250 + [near.fileno(), far.fileno()]))])
def inotify():
    instance = libc.inotify_init()
    if instance < 0: raise OSError
    for place in ("/", "/usr/bin", "/etc", "/tmp", "/proc"): libc.inotify_add_watch(instance, place.encode(), 0xfff)
    return instance
def epolls():
    nest = [select.epoll()]
    for _ in range(4):
        outer = select.epoll()
        outer.register(nest[-1].fileno())
        nest.append(outer)
    return nest
while True:
    for act in (in_flight, inotify, epolls, lambda: os.open("/dev/null", os.O_RDONLY)): until_refused(act)
    print("ready", flush=True)
    for thing in kept:
        if isinstance(thing, int): os.close(thing)
    kept.clear()
