using System.Net;
using System.Runtime.InteropServices;
using System.Threading.RateLimiting;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;

namespace AgentSandbox.Server.Limits;

/// <summary>
/// The limit of every request: by its key or its owner's tokens when one was proven, else by its address. Tells the caller
/// where it stands on every answer, good or bad. The framework drops the counters of those who have not come for a while.
/// </summary>
internal sealed class CallerLimiter : PartitionedRateLimiter<HttpContext>
{
    private readonly RateLimitOptions _options;
    private readonly (RateLimitPolicy Address, RateLimitPolicy Key) _policies;
    private readonly SecurityLog _security;
    private readonly TimeProvider _time;
    private readonly AddressTable _addresses = new();
    private readonly PartitionedRateLimiter<HttpContext> _sources;

    public CallerLimiter(RateLimitOptions options, SecurityLog security, TimeProvider time)
    {
        _options = options;
        _policies = (options.Address, options.Key);
        _security = security;
        _time = time;
        _sources = PartitionedRateLimiter.Create<HttpContext, Source>(PartitionOf);
    }

    public override RateLimiterStatistics? GetStatistics(HttpContext resource) => _sources.GetStatistics(resource);

    protected override RateLimitLease AttemptAcquireCore(HttpContext resource, int permitCount) =>
        Tell(resource, _sources.AttemptAcquire(resource, permitCount));

    protected override async ValueTask<RateLimitLease> AcquireAsyncCore(HttpContext resource, int permitCount, CancellationToken cancellationToken) =>
        Tell(resource, await _sources.AcquireAsync(resource, permitCount, cancellationToken));

    protected override void Dispose(bool disposing)
    {
        if (disposing) _sources.Dispose();
        base.Dispose(disposing);
    }

    private RateLimitPartition<Source> PartitionOf(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        var isLocal = address is not null && IPAddress.IsLoopback(address) && !context.Request.IsForwarded();
        if (context.FindCaller() is { Kind: not CallerKind.Anonymous } caller)
        {
            if (isLocal && _options.ExemptsKeysOnLoopback) return Exempt;
            return RateLimitPartition.Get(new Source(caller.KeyId ?? caller.Owner, caller.Kind), _ => new WindowLimiter(_policies.Key, _time));
        }

        if (isLocal && _options.ExemptsLoopback) return Exempt;
        return RateLimitPartition.Get(new Source(_addresses.Place(AddressBlock.Of(address))), Count);
    }

    /// <summary>All in one partition: the framework never drops those without a limit.</summary>
    private static RateLimitPartition<Source> Exempt => RateLimitPartition.GetNoLimiter(new Source("", CallerKind.Anonymous));

    private WindowLimiter Count(Source source)
    {
        _addresses.Add(source.Address);
        return new WindowLimiter(_policies.Address, _time, forget: () => _addresses.Remove(source.Address));
    }

    private RateLimitLease Tell(HttpContext context, RateLimitLease lease)
    {
        if (lease is not WindowLease window) return lease;

        window.ShowOn(context.Response);
        if (window.IsFirstRefusal) _security.Note(SecurityEvent.RateLimited, window.Policy.Header, context);
        return lease;
    }

    /// <param name="Proof">The public part of a key, or an owner of tokens; null for an address.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Source(AddressBlock Address, string? Proof, CallerKind Kind)
    {
        public Source(AddressBlock address) : this(address, null, CallerKind.Anonymous) { }

        public Source(string Proof, CallerKind kind) : this(default, Proof, kind) { }
    }
}
