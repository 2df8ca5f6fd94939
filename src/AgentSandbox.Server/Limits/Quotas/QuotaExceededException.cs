using System.Globalization;

namespace AgentSandbox.Server.Limits.Quotas;

/// <summary>An owner has no more of something. The message may be shown to that owner.</summary>
/// <param name="resetsAt">When there is more without doing anything; null when sessions must end for it.</param>
internal sealed class QuotaExceededException(Quota quota, double limit, double used, DateTimeOffset? resetsAt, TimeSpan retryAfter)
    : Exception(Describe(quota, limit, used, resetsAt))
{
    public Quota Quota => quota;

    public double Limit => limit;

    public double Used => used;

    public DateTimeOffset? ResetsAt => resetsAt;

    public TimeSpan RetryAfter => retryAfter;

    private static string Describe(Quota quota, double limit, double used, DateTimeOffset? resetsAt)
    {
        var remedy = resetsAt is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"It starts anew at {time:yyyy-MM-ddTHH:mm:ssZ}.")
            : "Delete a session.";
        return string.Create(CultureInfo.InvariantCulture, $"{QuotaNames.Describe(quota)}: {used:0.###} of {limit:0.###} are used. {remedy}");
    }
}
