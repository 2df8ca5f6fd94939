namespace AgentSandbox.Server.Access;

/// <summary>Who makes a request, as it was proven.</summary>
/// <param name="Owner">Whose sessions these are: what a key was made for, or a token's subject.</param>
/// <param name="KeyId">The public part of the key; null for other kinds.</param>
/// <param name="ExpiresAt">When the proof ends by itself; null when it does not.</param>
internal sealed record Caller(string Owner, Role Role, CallerKind Kind, Scopes Scopes, string? KeyId = null, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>The owner that nobody else can be.</summary>
    public const string AnonymousOwner = "anonymous";

    /// <summary>Whoever reaches a server that has no keys, on its own machine. Only the command line makes the first key.</summary>
    public static Caller Anonymous { get; } = new(AnonymousOwner, Role.User, CallerKind.Anonymous, Scopes.All);

    /// <summary>An admin sees everybody's.</summary>
    public bool MaySee(string owner) => Role is Role.Admin || owner == Owner;
}

internal enum CallerKind
{
    Anonymous,
    Key,
    Token,
}
