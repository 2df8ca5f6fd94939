using AgentSandbox.Server.Problems;

namespace AgentSandbox.Server.Access;

/// <summary>Checks a wish for a key, from the API and from the command line alike.</summary>
internal static class KeyValidator
{
    public const long MinLifetimeMs = 60_000;
    public const long MaxLifetimeMs = 10L * 365 * 86_400_000;
    private const int MaxName = 64;

    public static (NewKey Wish, ValidationErrors Errors) Validate(CreateKeyRequest body)
    {
        var errors = new ValidationErrors();
        errors.Text("name", body.Name, MaxName);
        if (!OwnerName.IsValid(body.Owner)) errors.Add("owner", $"must have {OwnerName.Form}.");
        errors.Range("lifetimeMs", body.LifetimeMs, MinLifetimeMs, MaxLifetimeMs, "milliseconds");
        var scopes = ReadScopes(body.Scopes, errors);
        if (body.Role is Role.Admin && scopes is not Scopes.All) errors.Add("scopes", "must be left out for an admin, who may make keys for everything.");
        if (body.Name.Any(char.IsControl)) errors.Add("name", "must not hold control characters.");
        TimeSpan? lifetime = body.LifetimeMs is { } given ? TimeSpan.FromMilliseconds(Math.Clamp(given, MinLifetimeMs, MaxLifetimeMs)) : null;
        return (new NewKey(body.Name, body.Owner, body.Role, scopes, lifetime), errors);
    }

    private static Scopes ReadScopes(IReadOnlyList<string>? names, ValidationErrors errors)
    {
        if (names is null) return Scopes.All;
        if (names.Count == 0) errors.Add("scopes", "is empty: leave it out for all, or name at least one.");

        var scopes = Scopes.None;
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i] is { } name && ScopeNames.TryParse(name, out var scope)) scopes |= scope;
            else errors.Add($"scopes[{i}]", $"must be one of {string.Join(", ", ScopeNames.All)}.");
        }

        return scopes;
    }
}
