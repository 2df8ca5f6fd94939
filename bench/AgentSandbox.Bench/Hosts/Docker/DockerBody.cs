namespace AgentSandbox.Bench.Hosts.Docker;

/// <summary>Request bodies. The container gets what a session of the server gets, in Docker's words.</summary>
internal static class DockerBody
{
    private const int SandboxUser = 1001;
    private const long OneCpu = 1_000_000_000;
    private const int Pids = 100;

    /// <summary>The threads of gVisor's kernel count too, and it ends when it gets no more; a session is given as many.</summary>
    private const int GvisorThreads = 128 + (16 * Pids);

    public static object Container(BoxSize size, string runtime) => new
    {
        Image = DockerDaemon.Image,
        Cmd = new[] { "sleep", "infinity" },
        User = $"{SandboxUser}:{SandboxUser}",
        WorkingDir = "/home/sandbox",
        Env = new[] { "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/home/sandbox", "LANG=C.UTF-8" },
        OpenStdin = true,       // else it gets the host's /dev/null, which runsc gives to the user nobody
        HostConfig = new
        {
            Runtime = runtime,
            Memory = size.MemoryBytes,
            MemorySwap = size.MemoryBytes,          // memory and swap together: no swap
            NanoCpus = OneCpu,
            PidsLimit = runtime is DockerDaemon.GvisorRuntime ? Pids + GvisorThreads : Pids,
            NetworkMode = "none",
            CapDrop = new[] { "ALL" },
            SecurityOpt = new[] { "no-new-privileges" },
            ReadonlyRootfs = true,
            LogConfig = new { Type = "none" },      // the fastest that Docker has
            Tmpfs = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["/tmp"] = $"rw,nosuid,nodev,exec,mode=1777,size={size.DiskBytes}",
                ["/home/sandbox"] = $"rw,nosuid,nodev,exec,mode=0700,uid={SandboxUser},gid={SandboxUser},size={size.DiskBytes}",
            },
        },
    };

    public static object Exec(IReadOnlyList<string> command, bool attachStdin) => new
    {
        AttachStdin = attachStdin,
        AttachStdout = true,
        AttachStderr = true,
        Cmd = command,
    };
}
