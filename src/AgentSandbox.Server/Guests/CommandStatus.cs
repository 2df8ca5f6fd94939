using System.Text;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Server.Guests;

/// <summary>A command, running or finished.</summary>
/// <param name="Args">The first 4 KiB of them.</param>
/// <param name="Cwd">As it was asked for; null for the sandbox's home.</param>
internal sealed record CommandStatus(
    int Pid, IReadOnlyList<string> Args, bool ArgsTruncated, string? Cwd, DateTimeOffset StartedAt, CommandExit? Exit)
{
    public static CommandStatus From(CommandInfo info, TimeProvider time)
    {
        var now = time.GetUtcNow();
        var age = TimeSpan.FromMilliseconds(Math.Min(info.AgeMs, (now - DateTimeOffset.UnixEpoch).TotalMilliseconds));
        return new CommandStatus(
            info.Pid,
            [.. info.Arguments.Select(Encoding.UTF8.GetString)],
            info.ArgumentsTruncated,
            info.WorkingDirectory.Length == 0 ? null : Encoding.UTF8.GetString(info.WorkingDirectory),
            now - age,
            info.Exited is null ? null : CommandExit.From(info.Exited));
    }
}
