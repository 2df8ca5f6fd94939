using AgentSandbox.Protocol;

namespace AgentSandbox.Server.Files;

/// <summary>
/// Tells paths that somebody tries to break out with from those of ordinary work. It stops nothing: the box's walls do. So it
/// may miss an attack, but must not cry out over a program that looks around.
/// </summary>
internal static class PathAttack
{
    private const string Home = "/home/sandbox";

    /// <summary>Doors to another process's files, memory and variables.</summary>
    private static readonly string[] ProcessDoors = ["root", "cwd", "exe", "fd", "map_files", "mem", "environ", "ns"];

    private static readonly string[] KernelDoors =
    [
        "/proc/kcore", "/proc/kmsg", "/proc/kallsyms", "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe",
        "/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg",
    ];

    /// <summary>What is wrong with a path in itself; null for one that ordinary work may have.</summary>
    public static string? Recognise(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal)) return "holds a NUL";
        if (!TryResolve(path, out var resolved)) return "climbs above the root";
        if (KernelDoors.Contains(resolved)) return "is a door to the kernel";
        return IsProcessDoor(resolved) ? "is a door to another process" : null;
    }

    /// <summary>What is wrong with a path that the box has refused to read or change.</summary>
    public static string? Recognise(string path, GuestErrorCode refusal)
    {
        if (refusal is not GuestErrorCode.PermissionDenied || !TryResolve(path, out var resolved)) return null;
        return IsWithin(resolved, Home) || IsWithin(resolved, "/tmp") ? null : "was refused outside of what is the box's own";
    }

    private static bool IsProcessDoor(string path) =>
        path.Split('/') is ["", "proc", var process, .. var rest] && IsProcess(process) && Below(rest) is [var name, ..] && ProcessDoors.Contains(name);

    private static bool IsProcess(string name) => name is "self" or "thread-self" || name.All(char.IsAsciiDigit);

    private static ReadOnlySpan<string> Below(string[] rest) => rest is ["task", _, ..] ? rest.AsSpan(2) : rest;

    private static bool IsWithin(string path, string directory) => path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    /// <summary>By its words alone: links are the box's business. False when it goes further up than there is.</summary>
    private static bool TryResolve(string path, out string resolved)
    {
        var parts = new Stack<string>(path.StartsWith('/') ? [] : Home.Split('/', StringSplitOptions.RemoveEmptyEntries));
        resolved = "";
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Push(part);
            else if (!parts.TryPop(out _)) return false;
        }

        resolved = "/" + string.Join('/', parts.Reverse());
        return true;
    }
}
