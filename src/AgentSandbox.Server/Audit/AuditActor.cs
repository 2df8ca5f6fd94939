using System.Security.Claims;

namespace AgentSandbox.Server.Audit;

/// <summary>Who did something, as it was proven.</summary>
/// <param name="Kind"><c>anonymous</c>, <c>key</c> or <c>token</c>.</param>
/// <param name="KeyId">The public part of the key.</param>
internal sealed record AuditActor(string Owner, string Kind, string? KeyId = null)
{
    /// <summary>Where an identity says which key proved it.</summary>
    public const string KeyIdClaim = "key";

    /// <summary>Null when nothing was proven.</summary>
    public static AuditActor? Of(ClaimsPrincipal principal) => principal.Identity is { IsAuthenticated: true, Name: { } name, AuthenticationType: { } kind }
        ? new AuditActor(name, kind.ToLowerInvariant(), principal.FindFirstValue(KeyIdClaim))
        : null;
}
