using System.Globalization;
using System.Text;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Checks;

/// <summary>
/// A command that tells what commands in this box are: the server reads it, and compares it with what it has promised. The
/// kernel's own words wherever possible, in sections under a name in brackets; to judge them is the server's part.
/// </summary>
internal static unsafe class CheckMain
{
    private const int MostDescriptors = 1024, DescriptorFlags = 1;
    private const int MayWrite = 2;
    private const int GetNoNewPrivileges = 39;
    private const int Limits = 16, SysPrlimit64 = 302, SysUname = 63;
    private static readonly string[] Namespaces = ["user", "pid", "mnt", "net", "ipc", "uts", "cgroup"];
    private static readonly string[] Files = ["status", "uid_map", "mountinfo", "stat", "net/dev"];

    /// <param name="withCalls">Whether to try what is forbidden, too: pointless on a kernel of the box's own.</param>
    public static int Run(bool withCalls)
    {
        var report = new StringBuilder();
        // Before anything else opens one.
        Section(report, "descriptors", Enumerable.Range(0, MostDescriptors).Where(IsOpen).Select(fd => fd.ToString(CultureInfo.InvariantCulture)));
        foreach (var file in Files) Section(report, file, [Read("/proc/self/" + file)]);
        Section(report, "kernel", [KernelRelease()]);
        Section(report, "no_new_privs", [Libc.Prctl(GetNoNewPrivileges, 0, 0, 0, 0).ToString(CultureInfo.InvariantCulture)]);
        Section(report, "namespaces", Namespaces.Select(name => $"{name} {ReadLink("/proc/self/ns/" + name)}"));
        Section(report, "limits", Enumerable.Range(0, Limits).Select(LimitOf));
        // Not /proc/self/environ: who executes a file that it may not read may not read this either.
        Section(report, "environment", Environment.GetEnvironmentVariables().Keys.Cast<string>());
        Section(report, "writable", MountPoints().Where(MayBeWritten));
        Section(report, "guest", [$"memory {ErrorOfOpening("/proc/1/mem")}", $"binary {ErrorOfOpening("/proc/self/exe")}"]);
        if (withCalls)
        {
            Section(report, "foreign", ForeignAbi.Try().Select(way => $"{way.Name} {way.Signal}"));
            Section(report, "calls", ForbiddenCalls.Try().Select(call => $"{call.Name} {call.Error}"));
        }

        return Write(Encoding.UTF8.GetBytes(report.ToString())) ? 0 : 1;
    }

    private static void Section(StringBuilder report, string name, IEnumerable<string> lines)
    {
        report.Append('[').Append(name).Append("]\n");
        foreach (var line in lines) report.Append(line.TrimEnd('\n')).Append('\n');
    }

    private static bool IsOpen(int fd) => Libc.Fcntl(fd, DescriptorFlags, 0) >= 0;

    /// <summary>The fifth field, with spaces and the like in octal (proc_pid_mountinfo(5)): no such place is ours.</summary>
    private static IEnumerable<string> MountPoints() => Read("/proc/self/mountinfo").Split('\n')
        .Select(line => line.Split(' '))
        .Where(fields => fields.Length > 5)
        .Select(fields => fields[4])
        .Distinct(StringComparer.Ordinal);

    /// <summary>Directories that this user may make something in.</summary>
    private static bool MayBeWritten(string path)
    {
        fixed (byte* text = CString.From(Encoding.UTF8.GetBytes(path + "/.")))
        {
            return Libc.FaccessAt(Libc.AtFdCwd, text, MayWrite, 0) == 0;
        }
    }

    /// <summary>Number, soft and hard value (getrlimit(2)); not every kernel has /proc/self/limits.</summary>
    private static string LimitOf(int resource)
    {
        var values = stackalloc ulong[2];
        return Libc.SystemCall(SysPrlimit64, 0, resource, 0, (nint)values, 0, 0) < 0
            ? string.Create(CultureInfo.InvariantCulture, $"{resource}")
            : string.Create(CultureInfo.InvariantCulture, $"{resource} {values[0]} {values[1]}");
    }

    /// <summary>The third of the fields of 65 bytes that uname(2) fills.</summary>
    private static string KernelRelease()
    {
        var names = stackalloc byte[6 * 65];
        return Libc.SystemCall(SysUname, (nint)names, 0, 0, 0, 0, 0) < 0 ? "" : Encoding.UTF8.GetString(CString.Span(names + (2 * 65)));
    }

    private static int ErrorOfOpening(string path)
    {
        var fd = Open(path);
        if (fd < 0) return Errno.Last;

        _ = Libc.Close(fd);
        return 0;
    }

    /// <summary>Empty when there is none, or it may not be read.</summary>
    private static string Read(string path)
    {
        var fd = Open(path);
        if (fd < 0) return "";

        var content = new List<byte>();
        var buffer = stackalloc byte[4096];
        for (nint length; (length = Libc.Read(fd, buffer, 4096)) > 0;) content.AddRange(new ReadOnlySpan<byte>(buffer, (int)length));
        _ = Libc.Close(fd);
        return Encoding.UTF8.GetString([.. content]);
    }

    private static string ReadLink(string path)
    {
        var target = stackalloc byte[256];
        fixed (byte* text = CString.From(Encoding.UTF8.GetBytes(path)))
        {
            var length = Libc.ReadLinkAt(Libc.AtFdCwd, text, target, 256);
            return length > 0 ? Encoding.UTF8.GetString(target, (int)length) : "";
        }
    }

    private static int Open(string path)
    {
        fixed (byte* text = CString.From(Encoding.UTF8.GetBytes(path))) return Libc.Open(text, OpenFlags.ReadOnly | OpenFlags.CloseOnExec, 0);
    }

    private static bool Write(byte[] bytes)
    {
        fixed (byte* start = bytes)
        {
            for (nint done = 0; done < bytes.Length;)
            {
                var written = Libc.Write(1, start + done, bytes.Length - done);
                if (written <= 0) return false;
                done += written;
            }
        }

        return true;
    }
}
