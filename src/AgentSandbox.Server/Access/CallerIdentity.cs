using System.Security.Claims;
using AgentSandbox.Server.Audit;

namespace AgentSandbox.Server.Access;

/// <summary>Carries the caller through the framework's authentication. Its one claim is what a cookie keeps of it.</summary>
internal sealed class CallerIdentity : ClaimsIdentity
{
    public const string KeyIdClaim = AuditActor.KeyIdClaim;

    private CallerIdentity(Caller caller)
        : base(caller.Kind.ToString())
    {
        Caller = caller;
        if (caller.KeyId is { } id) AddClaim(new Claim(KeyIdClaim, id));
    }

    public Caller Caller { get; }

    public override string? Name => Caller.Owner;

    public static ClaimsPrincipal PrincipalOf(Caller caller) => new(new CallerIdentity(caller));
}

internal static class CallerExtensions
{
    /// <summary>The proven caller of this request; null where none has proven anything.</summary>
    public static Caller? FindCaller(this HttpContext context) => (context.User.Identity as CallerIdentity)?.Caller;

    /// <summary>For endpoints that ask for a caller: authorization lets nobody else through.</summary>
    public static Caller GetCaller(this HttpContext context) =>
        context.FindCaller() ?? throw new InvalidOperationException("The endpoint lets callers in that have proven nothing.");

    /// <summary>Where the request comes from, for logs.</summary>
    public static string? AddressText(this HttpContext context) => context.Connection.RemoteIpAddress?.ToString();
}
