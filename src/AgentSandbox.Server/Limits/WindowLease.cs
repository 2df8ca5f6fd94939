using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Threading.RateLimiting;

namespace AgentSandbox.Server.Limits;

/// <summary>The answer of a <see cref="WindowLimiter"/>, with all that its headers tell. Disposed when its request has ended.</summary>
internal sealed class WindowLease(RateLimitPolicy policy, int left, TimeSpan reset) : RateLimitLease
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    private WindowLimiter? _holder;

    public override bool IsAcquired => !IsExhausted && !IsCrowded;

    public RateLimitPolicy Policy => policy;

    /// <summary>Refused: the window has no more.</summary>
    public bool IsExhausted { get; init; }

    /// <summary>Refused: the window has more, but too many of its requests have not ended yet.</summary>
    public bool IsCrowded { get; init; }

    /// <summary>Nobody was refused in this window before.</summary>
    public bool IsFirstRefusal { get; init; }

    /// <summary>Where to say that the request has ended.</summary>
    public WindowLimiter? Holder { init => _holder = value; }

    /// <summary>As <c>RateLimit</c> tells it.</summary>
    public string Header => string.Create(CultureInfo.InvariantCulture, $"\"{policy.Name}\";r={left};t={Seconds(reset)}");

    /// <summary>When another attempt may go well.</summary>
    public int RetrySeconds => Seconds(RetryAfter);

    public override IEnumerable<string> MetadataNames => IsAcquired ? [] : [MetadataName.RetryAfter.Name];

    private TimeSpan RetryAfter => IsCrowded ? SoonAgain : reset;

    public override bool TryGetMetadata(string metadataName, [NotNullWhen(true)] out object? metadata)
    {
        metadata = !IsAcquired && metadataName == MetadataName.RetryAfter.Name ? RetryAfter : null;
        return metadata is not null;
    }

    protected override void Dispose(bool disposing)
    {
        Interlocked.Exchange(ref _holder, null)?.Return();
        base.Dispose(disposing);
    }

    /// <summary>Rounded up: who comes back then is not too early.</summary>
    private static int Seconds(TimeSpan time) => (int)Math.Ceiling(time.TotalSeconds);
}
