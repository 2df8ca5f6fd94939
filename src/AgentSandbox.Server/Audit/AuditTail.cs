using System.Security.Cryptography;

namespace AgentSandbox.Server.Audit;

/// <summary>How a file of the log ends, and so where and how its writer goes on.</summary>
/// <param name="Last">The last good line; null when there is none.</param>
/// <param name="TornBytes">What a crash has left behind it: half a line.</param>
internal sealed record AuditTail(AuditLine? Last, int TornBytes, string? TornHash)
{
    /// <summary>Far more than the longest entry has.</summary>
    private const int Window = 1 << 20;

    public static AuditTail Read(FileStream file)
    {
        var start = Math.Max(0, file.Length - Window);
        var bytes = new byte[file.Length - start];
        file.Position = start;
        file.ReadExactly(bytes);

        var ends = LineEnds(bytes);
        for (var i = ends.Count - 1; i >= 0; i--)
        {
            var from = i == 0 ? 0 : ends[i - 1] + 1;
            if (AuditLine.TryRead(bytes.AsSpan(from..ends[i]), out var line) && line.IsIntact) return new AuditTail(line, 0, null).WithRest(bytes.AsSpan(ends[i] + 1));
        }

        return new AuditTail(null, 0, null).WithRest(bytes);
    }

    /// <summary>
    /// A crash leaves a line without an end. Whole lines that are not good are another matter: they are left for the check
    /// of the log to name.
    /// </summary>
    private AuditTail WithRest(ReadOnlySpan<byte> rest) =>
        rest.IsEmpty || rest[^1] == '\n' ? this : this with { TornBytes = rest.Length, TornHash = Convert.ToHexStringLower(SHA256.HashData(rest)) };

    private static List<int> LineEnds(ReadOnlySpan<byte> bytes)
    {
        var ends = new List<int>();
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n') ends.Add(i);
        }

        return ends;
    }
}
