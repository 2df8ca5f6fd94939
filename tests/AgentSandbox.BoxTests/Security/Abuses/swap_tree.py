# A tree whose directories turn into links to another directory while somebody removes it.
import os
home = "/home/sandbox"
os.makedirs(home + "/keep/inner", exist_ok=True)
open(home + "/keep/file", "w").write("kept")
open(home + "/keep/inner/file", "w").write("kept")
print("ready", flush=True)
while True:
    for act in (
        lambda: os.makedirs(home + "/tree/a/b/c"),
        lambda: open(home + "/tree/a/b/other", "w").close(),
        lambda: os.rename(home + "/tree/a/b", home + "/tree/moved"),
        lambda: os.symlink(home + "/keep", home + "/tree/a/b"),
        lambda: os.rename(home + "/tree/moved", home + "/tree/a/c"),
        lambda: os.unlink(home + "/tree/a/b"),
        lambda: os.rename(home + "/tree/a", home + "/tree/z"),
        lambda: os.symlink(home + "/keep", home + "/tree/a"),
        lambda: os.unlink(home + "/tree/a"),
    ):
        try: act()
        except OSError: pass
