using AgentSandbox.Tests.Fuzzing.Targets;

namespace AgentSandbox.Tests.Fuzzing;

/// <summary>All of them. A parser that a sandbox or a stranger feeds gets its own here.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        .. MessageTargets.All,
        .. ChunkTargets.All,
        .. BufferTargets.All,
        .. ConnectionTarget.All,
        .. GuestLinkTarget.All,
        .. OutputTargets.All,
        .. HostTargets.All,
        .. RequestTargets.All,
        .. LogTargets.All,
    ];
}
