# Bytes and names in every place that can be written, emptied when they are full, and filled again.
import os
places = ["/tmp", "/home/sandbox", "/dev/shm"]
def fill(place):
    with open(place + "/fill", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 1)
        while True: file.write(b"x" * (1 << 20))
def names(place):
    number = 0
    while True:
        number += 1
        open(f"{place}/{number:0>255}", "w").close()
def links(place):
    open(place + "/one", "w").close()
    number = 0
    while True:
        number += 1
        os.link(place + "/one", f"{place}/link{number}")
def deep(place):
    os.chdir(place)
    while True:
        os.mkdir("d" * 255)
        os.chdir("d" * 255)
def sparse(place):
    with open(place + "/sparse", "wb") as file: file.truncate(1 << 42)
def clear(place):
    for entry in os.scandir(place):
        if entry.is_dir(follow_symlinks=False): os.system(f"rm -rf {place}/ddd*")
        else: os.unlink(entry.path)
ready = False
while True:
    for act in (fill, names, links, deep, sparse):
        for place in places:
            try: act(place)
            except OSError: pass
            os.chdir("/")
            if not ready: print("ready", flush=True)
            ready = True
            if act is not sparse:
                try: clear(place)
                except OSError: pass
