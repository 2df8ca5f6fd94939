using Microsoft.AspNetCore.Authorization;

namespace AgentSandbox.Server.Access;

/// <summary>What an endpoint asks of its caller.</summary>
/// <param name="Least">The role without which nothing is to be had.</param>
/// <param name="Scope">The part of the API that a key must be good for; none when every key is.</param>
internal sealed record AccessRequirement(Role Least, Scopes Scope) : IAuthorizationRequirement
{
    public bool IsMetBy(Caller caller) => caller.Role >= Least && caller.Scopes.HasFlag(Scope);

    public override string ToString() => (Least, Scope) switch
    {
        (_, Scopes.None) => $"the role {RoleNames.Of(Least)}",
        (_, Scopes.All) => $"the role {RoleNames.Of(Least)} and all scopes",
        _ => $"the role {RoleNames.Of(Least)} and the scope {Scope.ToString().ToLowerInvariant()}",
    };
}

/// <summary>Asks the requirement of the proven caller.</summary>
internal sealed class AccessRequirementHandler : AuthorizationHandler<AccessRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, AccessRequirement requirement)
    {
        if (context.User.Identity is CallerIdentity identity && requirement.IsMetBy(identity.Caller)) context.Succeed(requirement);
        return Task.CompletedTask;
    }
}
