namespace AgentSandbox.Server.Access;

/// <summary>What is kept of a key: enough to recognise it, not enough to use it.</summary>
/// <param name="Id">The public part, by which it is found.</param>
/// <param name="Hash">SHA-256 of the secret part. The secret is 256 random bits, so nobody can guess it from a fast hash.</param>
internal sealed record ApiKey(
    string Id,
    string Name,
    string Owner,
    Role Role,
    Scopes Scopes,
    byte[] Hash,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt)
{
    public bool IsValidAt(DateTimeOffset now) => RevokedAt is null && !(ExpiresAt <= now);

    public Caller ToCaller() => new(Owner, Role, CallerKind.Key, Scopes, Id, ExpiresAt);
}
