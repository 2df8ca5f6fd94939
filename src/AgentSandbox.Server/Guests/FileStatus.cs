using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Server.Guests;

/// <summary>A file in the sandbox; symbolic links are not followed.</summary>
/// <param name="Name">The last part of its path. What is not UTF-8 in it shows as U+FFFD.</param>
/// <param name="Mode">Permission bits, up to octal 7777.</param>
internal sealed record FileStatus(
    string Name, FileKind Kind, long Size, uint Mode, DateTimeOffset ModifiedAt, string? LinkTarget)
{
    public static FileStatus From(FileEntry entry) => new(
        entry.Name, entry.Kind, entry.Size, entry.Mode, FromUnix(entry.ModifiedSeconds, entry.ModifiedNanoseconds), entry.LinkTarget);

    /// <summary>Programs in the sandbox may set any time; those beyond the calendar are moved to its ends.</summary>
    private static DateTimeOffset FromUnix(long seconds, int nanoseconds)
    {
        var first = DateTimeOffset.MinValue.ToUnixTimeSeconds();
        var last = DateTimeOffset.MaxValue.ToUnixTimeSeconds();
        return DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, first, last))
            .AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
    }
}
