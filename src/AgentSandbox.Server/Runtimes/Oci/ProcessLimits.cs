using System.Globalization;
using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// What the kernel limits per process or user, beside the control groups. A limit that we have ourselves can be lowered
/// for a box, but raised only with a capability that even root may lack, so the server's own limits are a ceiling.
/// </summary>
/// <param name="OomScoreAdjustment">Above the server's own: when the host runs out of memory, boxes go first.</param>
internal sealed record ProcessLimits(IReadOnlyList<(string Type, ulong Value)> All, int OomScoreAdjustment)
{
    private const int BoxOomScoreAdjustment = 200;

    /// <param name="pids">Processes promised to the user of the box.</param>
    public static ProcessLimits ForHost(int pids) => Create(pids, HardLimitOf, OwnOomScoreAdjustment());

    internal static ProcessLimits Create(int pids, Func<int, ulong> hardLimitOf, int ownOomScoreAdjustment)
    {
        (string Type, int Resource, ulong Value)[] wanted =
        [
            // One byte, not zero: a host that pipes core dumps into a program runs it for zero as well, and only for one
            // it does not (core(5), do_coredump in fs/coredump.c).
            ("RLIMIT_CORE", 4, 1),
            ("RLIMIT_NPROC", 6, (ulong)(pids + CgroupTree.PidsAllowance)),
            ("RLIMIT_NOFILE", 7, 4_096),
            ("RLIMIT_MEMLOCK", 8, 64 * 1024),
            ("RLIMIT_SIGPENDING", 11, 1_024),
            ("RLIMIT_MSGQUEUE", 12, 256 * 1024),
            // What the server may have is not for boxes: real-time priority stops everything else on a processor.
            ("RLIMIT_NICE", 13, 0),
            ("RLIMIT_RTPRIO", 14, 0),
        ];
        var all = wanted.Select(limit => (limit.Type, Math.Min(limit.Value, hardLimitOf(limit.Resource))));
        return new ProcessLimits([.. all], Math.Max(BoxOomScoreAdjustment, ownOomScoreAdjustment));
    }

    private static ulong HardLimitOf(int resource)
    {
        if (Libc.GetRlimit(resource, out var limit) < 0) throw Libc.Error("getrlimit");
        return limit.Hard;
    }

    private static int OwnOomScoreAdjustment() =>
        int.Parse(File.ReadAllText("/proc/self/oom_score_adj"), NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
}
