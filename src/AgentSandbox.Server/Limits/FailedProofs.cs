using System.Net;
using System.Threading.RateLimiting;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Audit;
using Microsoft.AspNetCore.Authentication;

namespace AgentSandbox.Server.Limits;

/// <summary>
/// Keeps keys from being guessed: wrong ones from an address that has sent too many are not answered any more, wherever in the
/// API they are tried. Right ones are, because many callers may share an address; but nobody can log in from there for a while.
/// </summary>
internal sealed class FailedProofs : IDisposable
{
    private const string LoginEndpoint = "login";

    /// <summary>Callers on loopback are exempt from the limit, but a log-in is always counted.</summary>
    private static readonly RateLimitPolicy LocalLogins = new("failures", 1_000, RateLimitOptions.Window);

    private readonly bool _exemptsLoopback;
    private readonly SecurityLog _security;
    private readonly TimeProvider _time;
    private readonly RateLimitPolicy _policy;
    private readonly AddressTable _addresses = new();
    private readonly PartitionedRateLimiter<IPAddress?> _failures;

    public FailedProofs(RateLimitOptions options, SecurityLog security, TimeProvider time)
    {
        _exemptsLoopback = options.ExemptsLoopback;
        _policy = options.Failures;
        _security = security;
        _time = time;
        _failures = PartitionedRateLimiter.Create<IPAddress?, AddressBlock>(
            address => RateLimitPartition.Get(_addresses.Place(AddressBlock.Of(address)), block => Count(block, IsExempt(address) ? LocalLogins : _policy)));
    }

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var address = context.Connection.RemoteIpAddress;
        var isLogin = context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName == LoginEndpoint;
        var isProof = isLogin || AccessSchemes.CredentialOf(context.Request).Length > 0;
        if (!isProof || (IsExempt(address) && !isLogin))
        {
            await next(context);
            return;
        }

        if (FindExhausted(address) is { } window && (isLogin || !await IsProvenAsync(context)))
        {
            await RefuseAsync(context, window);
            return;
        }

        await next(context);
        if (HasFailed(context, isLogin)) _failures.AttemptAcquire(address).Dispose();
    }

    public void Dispose() => _failures.Dispose();

    /// <summary>Whatever the answer was: an endpoint for everybody must not tell good keys from bad ones either.</summary>
    private static bool HasFailed(HttpContext context, bool isLogin) =>
        isLogin ? context.Response.StatusCode == StatusCodes.Status401Unauthorized : context.FindCaller() is null && !OidcTokens.IsHonest(context);

    private static async Task<bool> IsProvenAsync(HttpContext context) => (await context.AuthenticateAsync(AccessSchemes.Any)).Succeeded;

    private bool IsExempt(IPAddress? address) => _exemptsLoopback && address is not null && IPAddress.IsLoopback(address);

    private WindowLimiter Count(AddressBlock block, RateLimitPolicy policy)
    {
        _addresses.Add(block);
        return new WindowLimiter(policy, _time, forget: () => _addresses.Remove(block));
    }

    private WindowLease? FindExhausted(IPAddress? address)
    {
        var lease = _failures.AttemptAcquire(address, 0);
        return lease.IsAcquired ? null : lease as WindowLease;
    }

    private Task RefuseAsync(HttpContext context, WindowLease window)
    {
        if (window.IsFirstRefusal) _security.Note(SecurityEvent.RateLimited, $"{window.Policy.Header} of wrong keys and tokens", context);
        window.ShowOn(context.Response);
        return RateLimitAnswers.RefuseAsync(context, window, "Too many wrong keys.");
    }
}
