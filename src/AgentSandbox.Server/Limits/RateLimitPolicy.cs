using System.Globalization;

namespace AgentSandbox.Server.Limits;

/// <summary>So many requests in so long a time, under the name that the headers call it by.</summary>
/// <param name="AtOnce">And of them at most so many that have not ended.</param>
internal sealed record RateLimitPolicy(string Name, int Quota, TimeSpan Window, int AtOnce = int.MaxValue)
{
    /// <summary>As <c>RateLimit-Policy</c> tells it.</summary>
    public string Header { get; } =
        string.Create(CultureInfo.InvariantCulture, $"\"{Name}\";q={Quota};w={(long)Window.TotalSeconds}");
}
