namespace AgentSandbox.Server.Limits;

/// <summary>Requests in a window of 15 minutes.</summary>
internal sealed class RateLimitOptions
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private const int DefaultMaxRequests = 100;
    private const int DefaultMaxKeyRequests = 10_000;

    /// <summary>
    /// Of one address that proves nothing. <c>RATE_LIMIT_MAX_REQUESTS</c>; 1 to 1 000 000; 100. Until it is set, callers on
    /// loopback are exempt, so that a first try and the page are never locked out.
    /// </summary>
    public int? MaxRequests { get; init; }

    /// <summary>
    /// With one key, or of one owner of tokens. <c>RATE_LIMIT_KEY_MAX_REQUESTS</c>; 1 to 10 000 000; 10 000. On loopback it
    /// holds once this or <see cref="MaxRequests"/> is set.
    /// </summary>
    public int? MaxKeyRequests { get; init; }

    /// <summary>
    /// Wrong keys and tokens from one address. One more, and the address may prove nothing until its window ends; who is
    /// logged in goes on. <c>RATE_LIMIT_MAX_FAILURES</c>; 1 to 1 000 000; 100.
    /// </summary>
    public int MaxFailures { get; init; } = 100;

    /// <summary>
    /// Requests with one key, or of one owner of tokens, at the same time: each holds a connection.
    /// <c>RATE_LIMIT_KEY_MAX_AT_ONCE</c>; 1 to 10 000; 1 000.
    /// </summary>
    public int MaxKeyAtOnce { get; init; } = 1_000;

    public RateLimitPolicy Address => new("default", MaxRequests ?? DefaultMaxRequests, Window);

    public RateLimitPolicy Key => new("key", MaxKeyRequests ?? DefaultMaxKeyRequests, Window, MaxKeyAtOnce);

    public RateLimitPolicy Failures => new("failures", MaxFailures, Window);

    public bool ExemptsLoopback => MaxRequests is null;

    public bool ExemptsKeysOnLoopback => MaxRequests is null && MaxKeyRequests is null;
}
