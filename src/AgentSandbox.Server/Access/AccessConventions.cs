using Microsoft.AspNetCore.Authorization;

namespace AgentSandbox.Server.Access;

/// <summary>How endpoints say who may call them. One that says nothing is for proven callers with any role.</summary>
internal static class AccessConventions
{
    /// <summary>Changes nothing.</summary>
    public static TBuilder Reads<TBuilder>(this TBuilder endpoint, Scopes scope) where TBuilder : IEndpointConventionBuilder =>
        endpoint.Requires(new AccessRequirement(Role.ReadOnly, scope));

    public static TBuilder Changes<TBuilder>(this TBuilder endpoint, Scopes scope) where TBuilder : IEndpointConventionBuilder =>
        endpoint.Requires(new AccessRequirement(Role.User, scope));

    /// <summary>Not for keys that were narrowed: whoever may make keys can make one with everything.</summary>
    public static TBuilder ForAdmins<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.Requires(new AccessRequirement(Role.Admin, Scopes.All));

    /// <summary>Open to whoever reaches the server: it tells nothing of sessions.</summary>
    public static TBuilder ForEverybody<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.AllowAnonymous();

    private static TBuilder Requires<TBuilder>(this TBuilder endpoint, AccessRequirement requirement) where TBuilder : IEndpointConventionBuilder =>
        endpoint.RequireAuthorization(new AuthorizationPolicyBuilder().AddRequirements(requirement).Build());
}
