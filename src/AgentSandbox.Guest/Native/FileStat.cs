using System.Runtime.InteropServices;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Native;

/// <summary><c>struct stat</c> of x86-64.</summary>
[StructLayout(LayoutKind.Explicit, Size = 144)]
internal struct FileStat
{
    private const uint TypeMask = 0xF000;

    [FieldOffset(0)] public ulong Device;
    [FieldOffset(8)] public ulong Inode;
    [FieldOffset(24)] private readonly uint _mode;
    [FieldOffset(48)] public long Size;
    [FieldOffset(72)] public long AccessedSeconds;
    [FieldOffset(80)] public long AccessedNanoseconds;
    [FieldOffset(88)] public long ModifiedSeconds;
    [FieldOffset(96)] public long ModifiedNanoseconds;

    public readonly uint Permissions => _mode & 0xFFF;

    public readonly bool IsRegular => Kind == FileKind.File;

    public readonly bool IsDirectory => Kind == FileKind.Directory;

    public readonly FileKind Kind => (_mode & TypeMask) switch
    {
        0x8000 => FileKind.File,
        0x4000 => FileKind.Directory,
        0xA000 => FileKind.SymbolicLink,
        0x1000 => FileKind.Pipe,
        0xC000 => FileKind.Socket,
        0x2000 => FileKind.CharacterDevice,
        0x6000 => FileKind.BlockDevice,
        _ => FileKind.Other,
    };
}
