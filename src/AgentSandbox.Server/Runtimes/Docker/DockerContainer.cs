using System.Globalization;
using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>
/// A box as a container: the whole posture in one place, said in full, so that no default of an engine or an image decides
/// anything. Mirrors what <see cref="OciConfig"/> says to an OCI runtime; the contract suite compares the two from inside.
/// </summary>
internal static class DockerContainer
{
    private const string RlimitPrefix = "RLIMIT_";

    private static readonly string User = string.Create(CultureInfo.InvariantCulture, $"{RootAccounts.UserId}:{RootAccounts.UserId}");

    public static string NameOf(string serverName, string boxId) => $"{serverName}-{boxId}";

    public static CreateContainerParameters Describe(SandboxSpec spec, DockerImage image, DockerTraits engine, string serverName) => new()
    {
        Name = NameOf(serverName, spec.Id),
        Image = image.Reference,
        Labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [DockerLabels.Server] = serverName,
            [DockerLabels.Session] = spec.Id,
            [DockerLabels.Template] = spec.Template.Name,
            [DockerLabels.Isolation] = spec.Isolation,
        },
        Hostname = "sandbox",
        User = User,
        WorkingDir = RootAccounts.Home,
        Entrypoint = [Template.GuestPath, "stdio"],
        Cmd = [],
        // A name without a value takes the image's variable away: the guest is a .NET program, and settings of the image's
        // (DOTNET_…) must not reach it. Commands get them from the template.
        Env = [.. image.Variables.Where(name => name is not "PATH"), "PATH=/usr/local/bin:/usr/bin:/bin"],
        Healthcheck = new HealthcheckConfig { Test = ["NONE"] },
        // Also because a container without one is handed the host's /dev/null, and runsc gives the streams that it is handed to
        // the user nobody: the host's own device would belong to it from then on.
        OpenStdin = true,
        StdinOnce = false,
        AttachStdin = true,
        AttachStdout = true,
        AttachStderr = true,
        Tty = false,
        HostConfig = DescribeHost(spec, engine),
    };

    private static HostConfig DescribeHost(SandboxSpec spec, DockerTraits engine) => new()
    {
        Runtime = engine.Isolations[spec.Isolation],
        AutoRemove = engine.RemovesWhatEnds,
        Init = false,
        NetworkMode = "none",
        // Else the engine copies the host's resolvers and its domain into the box, which can reach none of them.
        DNS = ["127.0.0.1"],
        DNSSearch = ["."],
        IpcMode = "private",
        CgroupnsMode = "private",
        LogConfig = new LogConfig { Type = "none" },

        ReadonlyRootfs = true,
        Tmpfs = Disks(spec.Limits, engine),
        ShmSize = spec.Limits.SharedMemoryBytes,
        // Of /sys, which the engine mounts, a program needs nothing.
        MaskedPaths = [.. ProcPaths.Masked, "/sys"],
        ReadonlyPaths = [.. ProcPaths.ReadOnly],

        CapDrop = ["ALL"],
        SecurityOpt = ["no-new-privileges", $"seccomp={engine.Seccomp}"],

        Memory = spec.Limits.MemoryBytes,
        MemorySwap = spec.Limits.MemoryBytes,            // of both together: no swap
        NanoCPUs = (long)(spec.Limits.Cpus * 1e9),
        PidsLimit = CgroupTree.PidsAllowance + (IsGvisor(spec) ? GvisorLimits.OnHost(spec.Limits) : spec.Limits).Pids,
        OomScoreAdj = LimitsOf(spec).OomScoreAdjustment,
        Ulimits = [.. Ulimits(spec)],
    };

    private static Dictionary<string, string> Disks(SandboxLimits limits, DockerTraits engine)
    {
        if (!engine.KnowsTmpfsOwners)
        {
            var plain = string.Create(CultureInfo.InvariantCulture, $"rw,exec,nosuid,nodev,size={limits.DiskBytes}");
            return new(StringComparer.Ordinal) { ["/tmp"] = plain + ",mode=1777", [RootAccounts.Home] = plain + ",U" };
        }

        var common = string.Create(
            CultureInfo.InvariantCulture,
            $"rw,exec,nosuid,nodev,size={limits.DiskBytes},nr_inodes={limits.DiskInodes},uid={RootAccounts.UserId},gid={RootAccounts.UserId}");
        return new(StringComparer.Ordinal) { ["/tmp"] = common + ",mode=1777", [RootAccounts.Home] = common + ",mode=0755" };
    }

    /// <summary>
    /// The engine's boxes share one user, and what the host's kernel counts by user it counts for all of them: a low limit would
    /// let one box use up what the others need. gVisor's counts for its box alone, and nothing else bounds processes there.
    /// </summary>
    private static IEnumerable<Ulimit> Ulimits(SandboxSpec spec) =>
        from limit in LimitsOf(spec).All
        where IsGvisor(spec) || limit.Type is not ("RLIMIT_NPROC" or "RLIMIT_SIGPENDING" or "RLIMIT_MSGQUEUE")
        select new Ulimit { Name = limit.Type[RlimitPrefix.Length..].ToLowerInvariant(), Soft = (long)limit.Value, Hard = (long)limit.Value };

    /// <summary>As for a box without an engine, but for what this process may raise: the engine may be on another machine.</summary>
    private static ProcessLimits LimitsOf(SandboxSpec spec) => ProcessLimits.Create(spec.Limits.Pids, _ => ulong.MaxValue, ownOomScoreAdjustment: 0);

    private static bool IsGvisor(SandboxSpec spec) => spec.Isolation is RuntimeCapabilities.Gvisor;
}
