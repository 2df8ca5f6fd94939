using System.Text;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Server.Commands;

/// <summary>From the guest's words to the API's.</summary>
internal static class CommandShape
{
    public static CommandExited Exited(int pid, CommandExit exit, bool oomKilled) => new(
        pid,
        exit.ExitCode,
        exit.Signal is { } signal ? SignalNames.Of(signal) : null,
        exit.TimedOut,
        oomKilled,
        (long)exit.Duration.TotalMilliseconds,
        new CommandUsage((long)exit.CpuTime.TotalMilliseconds, exit.PeakMemoryBytes));

    public static CommandResult Result(CommandExited exited, OutputCollector stdout, OutputCollector stderr)
    {
        var isText = stdout.TryGetText(out var outText) & stderr.TryGetText(out var errorText);
        return new CommandResult(
            exited.Pid,
            exited.ExitCode,
            exited.Signal,
            isText ? Encoding.UTF8.GetString(outText) : Convert.ToBase64String(stdout.Bytes.Span),
            isText ? Encoding.UTF8.GetString(errorText) : Convert.ToBase64String(stderr.Bytes.Span),
            isText ? "utf-8" : "base64",
            stdout.Truncated || stderr.Truncated,
            exited.TimedOut,
            exited.OomKilled,
            exited.DurationMs,
            exited.Usage);
    }

    public static CommandResponse Response(CommandStatus status) => new(
        status.Pid,
        status.Args,
        status.Cwd,
        status.StartedAt,
        status.Exit is null,
        status.Exit is { } exit ? Exited(status.Pid, exit, oomKilled: false) : null);
}
