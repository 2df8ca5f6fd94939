using System.Runtime.InteropServices;
using System.Text;

namespace AgentSandbox.Guest.Launch;

/// <summary>
/// Prepares a process on the host and becomes an OCI runtime. What is done here cannot be done by the server, because it
/// changes the calling process for good, nor by the runtime, because crun and runc disagree about it:
/// <list type="number">
/// <item>make the socket that the guest will accept on, and leave it open as descriptor 3; or the pipes that become its
/// standard input and output;</item>
/// <item>enter a mount namespace of its own, with device files of its own;</item>
/// <item>enter the box's cgroups, which forbid to make devices; everything from here on is charged to the box and dies with
/// it;</item>
/// <item>hide what crun stumbles over, and show the root file system where a user namespace can reach it;</item>
/// <item>make its user namespace, on the account of the box's own user;</item>
/// <item>start a new session with default signals and an empty keyring, and execute.</item>
/// </list>
/// </summary>
internal static class Launcher
{
    /// <summary>The socket's name in the box's directory, as the server knows it.</summary>
    private const string SocketName = "guest.sock";

    /// <summary>The pipes' names, alike.</summary>
    private const string PipeToGuest = "to-guest", PipeFromGuest = "from-guest";

    private const int StandardError = 2;

    /// <summary>Above every descriptor that has a meaning.</summary>
    private const int LowestSpare = 10;

    private const int FailedExitCode = 125;

    /// <summary>
    /// And read-only: crun gives its standard streams to the box's user, and whoever owns /dev/null can close it to others.
    /// Device files still work then; their owner and mode cannot change.
    /// </summary>
    private const nuint DeviceFlags = LaunchNative.MountNoSuid | LaunchNative.MountNoExec;

    /// <summary>Those that the OCI specification gives to every container, with their numbers.</summary>
    private static readonly (string Name, int Major, int Minor)[] Devices =
        [("null", 1, 3), ("zero", 1, 5), ("full", 1, 7), ("random", 1, 8), ("urandom", 1, 9), ("tty", 5, 0)];

    public static int Run(string[] args)
    {
        try
        {
            var options = LaunchOptions.Parse(args);
            LaunchException.ThrowIfFailed(LaunchNative.ChangeDirectory(options.Directory!), "chdir to the box's directory");
            int?[] descriptors = options.GuestForGvisor is not null
                ? [MakePipe(PipeToGuest), MakePipe(PipeFromGuest), null]
                : [null, null, null, Listen()];                                          // 1
            if (options.NeedsMountNamespace) EnterMountNamespace(options);               // 2
            EnterCgroups(options.CgroupProcs);                                           // 3
            if (options.NeedsMountNamespace) ArrangeMounts(options);                     // 4
            if (options.Users is { } users) UserNamespace.Make(users.Owner, users.Map, users.File);   // 5
            Execute(options.Command, descriptors);                                       // 6
            return 0;
        }
        catch (LaunchException e)
        {
            WriteError(e.Message);
            return FailedExitCode;
        }
    }

    /// <summary>Open at both ends: so it stays when the server goes, and the guest never reads an end of it.</summary>
    private static int MakePipe(string name)
    {
        LaunchException.ThrowIfFailed(LaunchNative.MakeFifo(name, 0x180), $"make the pipe {name}");   // 0600
        var pipe = LaunchNative.Open(name, LaunchNative.ReadWrite | LaunchNative.OpenCloexec);
        LaunchException.ThrowIfFailed(pipe, $"open the pipe {name}");
        return pipe;
    }

    /// <summary>In the current directory: an absolute name may be longer than the 107 bytes that a socket address holds.</summary>
    private static int Listen()
    {
        var socket = LaunchNative.Socket(LaunchNative.AfUnix, LaunchNative.SockStream | LaunchNative.SockCloexec, 0);
        LaunchException.ThrowIfFailed(socket, "socket");

        Span<byte> address = stackalloc byte[2 + SocketName.Length + 1];
        address.Clear();
        BitConverter.TryWriteBytes(address, (ushort)LaunchNative.AfUnix);
        Encoding.ASCII.GetBytes(SocketName, address[2..]);

        var umask = LaunchNative.SetUmask(0x7F); // 0177: only the server's own user may connect
        var bound = LaunchNative.Bind(socket, address, address.Length);
        LaunchException.ThrowIfFailed(bound, "bind the control socket");
        _ = LaunchNative.SetUmask(umask);

        LaunchException.ThrowIfFailed(LaunchNative.Listen(socket, backlog: 16), "listen");
        return socket;
    }

    private static void EnterCgroups(List<string> procsFiles)
    {
        foreach (var file in procsFiles)
        {
            var descriptor = LaunchNative.Open(file, LaunchNative.WriteOnly | LaunchNative.OpenCloexec);
            LaunchException.ThrowIfFailed(descriptor, $"open {file}");
            LaunchException.ThrowIfFailed((int)LaunchNative.Write(descriptor, "0"u8, 1), $"enter {file}"); // 0 is the writer
            _ = LaunchNative.Close(descriptor);
        }
    }

    private static void EnterMountNamespace(LaunchOptions options)
    {
        LaunchException.ThrowIfFailed(LaunchNative.Unshare(LaunchNative.CloneNewNs), "unshare the mount namespace");
        const nuint privateTree = LaunchNative.MountRecursive | LaunchNative.MountPrivate;
        LaunchException.ThrowIfFailed(LaunchNative.Mount(null, "/", null, privateTree, null), "make the mounts private");

        if (options.GuestForGvisor is not null || !TryMakeDevices()) BindReadOnly("/dev", "/dev", DeviceFlags);
    }

    private static void ArrangeMounts(LaunchOptions options)
    {
        foreach (var mountPoint in options.Detach)
            LaunchException.ThrowIfFailed(LaunchNative.Unmount(mountPoint, LaunchNative.UnmountDetach), $"detach {mountPoint}");

        // A runtime that finds itself on a writable mount makes a protected copy of itself first, lest a box overwrite it
        // (CVE-2019-5736), and starts again from that: a quarter of the time that crun takes.
        BindReadOnly(options.Command[0], options.Command[0], LaunchNative.MountNoSuid | LaunchNative.MountNoDev);

        if (options.Bind is not { } bind) return;
        if (options.GuestForGvisor is { } guest) ShowRootToGvisor(bind.Source, bind.Target, guest);
        else ShowRoot(bind.Source, bind.Target);
    }

    /// <summary>
    /// Puts device files of this box's own in the place of the host's, which crun and runc would show to every box: a watch or
    /// a lock on such a file (inotify, flock) would tell each box what the others and the host do with theirs. gVisor has
    /// its own, and may need others of the host.
    /// </summary>
    /// <returns>Whether this process may make device files.</returns>
    private static bool TryMakeDevices()
    {
        LaunchException.ThrowIfFailed(LaunchNative.Mount("tmpfs", "/dev", "tmpfs", DeviceFlags, "size=64k,nr_inodes=32,mode=755"), "mount tmpfs on /dev");
        foreach (var (name, major, minor) in Devices)
        {
            if (LaunchNative.MakeNode($"/dev/{name}", LaunchNative.CharacterDevice, (major << 8) | minor) == 0)
            {
                LaunchException.ThrowIfFailed(LaunchNative.ChangeMode($"/dev/{name}", 0x1B6), $"open /dev/{name} to all");   // 0666
                continue;
            }

            LaunchException.ThrowIfFailed(LaunchNative.Unmount("/dev", LaunchNative.UnmountDetach), "detach /dev");
            return false;
        }

        LaunchException.ThrowIfFailed(
            LaunchNative.Mount(null, "/dev", null, LaunchNative.MountRemount | LaunchNative.MountReadOnly | DeviceFlags, null), "make /dev read-only");
        return true;
    }

    /// <summary>
    /// Shows a template's root through an overlay of this box's own. All boxes share the files, but inode-based news and
    /// locks (inotify, flock) stay within one overlay: else a box could see what others open, and lock it. An overlay
    /// without a writable layer needs two layers, so the other one is empty.
    /// </summary>
    private static void ShowRoot(string source, string target)
    {
        // What is said here stays said in the box: its user namespace cannot take a flag off a mount from outside.
        const nuint flags = LaunchNative.MountNoSuid | LaunchNative.MountNoDev;
        var (template, empty) = (target + "/template", target + "/empty");
        MakeDirectories(target, template, empty);
        BindReadOnly(source, template, flags);
        var layers = $"lowerdir={template}:{empty}";
        LaunchException.ThrowIfFailed(LaunchNative.Mount("overlay", target, "overlay", flags | LaunchNative.MountReadOnly, layers), $"mount overlay on {target}");
    }

    /// <summary>
    /// The same for gVisor, which reads what it executes, as the box's user; and that one may execute the guest, but not read
    /// it. So the guest gets an inode of this box's own, with its content still in the template (metacopy). Without the
    /// flags: gVisor mounts the root once more without them, which fails where they are locked, and its kernel knows neither
    /// the host's set-user-id bits nor its devices.
    /// </summary>
    private static void ShowRootToGvisor(string source, string target, string guest)
    {
        var (template, changes, work) = (target + "/template", target + "/changes", target + "/work");
        MakeDirectories(target, template, changes, work);
        BindReadOnly(source, template, LaunchNative.MountNoSuid | LaunchNative.MountNoDev);
        var layers = $"lowerdir={template},upperdir={changes},workdir={work},metacopy=on";
        LaunchException.ThrowIfFailed(LaunchNative.Mount("overlay", target, "overlay", 0, layers), $"mount overlay on {target}");
        LaunchException.ThrowIfFailed(LaunchNative.ChangeMode(target + guest, 0x16D), $"make {guest} readable");   // 0555
        const nuint change = LaunchNative.MountRemount | LaunchNative.MountBind | LaunchNative.MountReadOnly;
        LaunchException.ThrowIfFailed(LaunchNative.Mount(null, target, null, change, null), $"make {target} read-only");
    }

    /// <summary>In a new file system on <paramref name="target"/>, which is as small as that.</summary>
    private static void MakeDirectories(string target, params ReadOnlySpan<string> paths)
    {
        const nuint flags = LaunchNative.MountNoSuid | LaunchNative.MountNoDev;
        LaunchException.ThrowIfFailed(LaunchNative.Mount("tmpfs", target, "tmpfs", flags, "size=64k,nr_inodes=32,mode=755"), $"mount tmpfs on {target}");
        foreach (var path in paths) LaunchException.ThrowIfFailed(LaunchNative.MakeDirectory(path, 0x1ED), $"make {path}");   // 0755
    }

    private static void BindReadOnly(string source, string target, nuint flags)
    {
        LaunchException.ThrowIfFailed(LaunchNative.Mount(source, target, null, LaunchNative.MountBind, null), $"bind {source} to {target}");
        const nuint change = LaunchNative.MountRemount | LaunchNative.MountBind | LaunchNative.MountReadOnly;
        LaunchException.ThrowIfFailed(LaunchNative.Mount(null, target, null, change | flags, null), $"make {target} read-only");
    }

    /// <param name="descriptors">The command's descriptors 0, 1, 2 and so on; null is /dev/null. It gets no others.</param>
    private static void Execute(string[] command, int?[] descriptors)
    {
        _ = LaunchNative.SetSession(); // fails only when we lead a group already, which is as good
        LeaveKeyring();
        ResetSignals();
        // The box has this limit from its configuration; gVisor's kernel, which a box might crash, has it from here. One byte,
        // not zero: see ProcessLimits.
        LaunchNative.LimitCoreDumps(1);

        // The server reads our standard error until it closes, and nothing in the box may hold that pipe: what comes now
        // tells its errors through a log file.
        var errors = LaunchNative.DuplicateAbove(StandardError, LaunchNative.FcntlDuplicateCloexec, LowestSpare);
        Place(descriptors);
        _ = LaunchNative.CloseRange((uint)descriptors.Length, uint.MaxValue, LaunchNative.CloseRangeCloexec);
        var errno = LaunchNative.Execute(command, ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]);

        _ = LaunchNative.Duplicate(errors, StandardError);
        throw new LaunchException($"execute {command[0]}", errno);
    }

    /// <summary>crun and runc would do it too, gVisor would not; and who holds a keyring can use the keys of whoever filled it.</summary>
    private static void LeaveKeyring()
    {
        if (LaunchNative.JoinNewSessionKeyring() >= 0) return;

        var errno = Marshal.GetLastPInvokeError();
        if (errno != LaunchNative.NotImplemented) throw new LaunchException("join a new session keyring", errno);   // else there are no keys
    }

    /// <summary>First out of each other's way, then to their numbers.</summary>
    private static void Place(int?[] descriptors)
    {
        // Only now, when /dev is read-only: see DeviceFlags.
        var @null = LaunchNative.Open("/dev/null", LaunchNative.ReadWrite | LaunchNative.OpenCloexec);
        LaunchException.ThrowIfFailed(@null, "open /dev/null");

        Span<int> spare = stackalloc int[descriptors.Length];
        for (var i = 0; i < spare.Length; i++)
            spare[i] = LaunchNative.DuplicateAbove(descriptors[i] ?? @null, LaunchNative.FcntlDuplicateCloexec, LowestSpare);
        for (var i = 0; i < spare.Length; i++)
            LaunchException.ThrowIfFailed(LaunchNative.Duplicate(spare[i], i), "place a descriptor");
    }

    /// <summary>Ignored signals and the mask survive an exec; .NET ignores SIGPIPE, which would reach every command.</summary>
    private static void ResetSignals()
    {
        for (var signal = 1; signal <= LaunchNative.LastSignal; signal++) _ = LaunchNative.SetSignal(signal, LaunchNative.SignalDefault);

        Span<byte> none = stackalloc byte[128];
        none.Clear();
        _ = LaunchNative.SetSignalMask(LaunchNative.SignalSetMask, none, 0);
    }

    private static void WriteError(string message)
    {
        var bytes = Encoding.UTF8.GetBytes($"sandboxd launch: {message}\n");
        _ = LaunchNative.Write(2, bytes, (nuint)bytes.Length);
    }
}
