using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Server.Guests;

/// <summary>How a command ended: with an exit code or by a signal.</summary>
/// <param name="PeakMemoryBytes">Never less than the guest's own, which the kernel counts in.</param>
internal sealed record CommandExit(
    int? ExitCode, int? Signal, TimeSpan CpuTime, long PeakMemoryBytes, TimeSpan Duration, bool TimedOut)
{
    public static CommandExit From(CommandExited exited) => new(
        exited.ExitCode, exited.Signal, FromMicroseconds(exited.CpuMicroseconds), exited.PeakMemoryBytes,
        FromMicroseconds(exited.WallMicroseconds), exited.TimedOut);

    private static TimeSpan FromMicroseconds(long value) =>
        TimeSpan.FromTicks(Math.Min(value, TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond) * TimeSpan.TicksPerMicrosecond);
}
