namespace AgentSandbox.Server.Access;

/// <summary>Body of a create. <c>role</c> is user unless given; <c>scopes</c> are all unless given; <c>lifetimeMs</c> is for ever unless given.</summary>
internal sealed record CreateKeyRequest(
    string Name,
    string Owner,
    Role Role = Role.User,
    IReadOnlyList<string>? Scopes = null,
    long? LifetimeMs = null);

/// <summary>A key without its secret.</summary>
internal sealed record KeyResponse(
    string Id,
    string Name,
    string Owner,
    Role Role,
    IReadOnlyList<string> Scopes,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? RevokedAt);

/// <summary>A new key. <c>secret</c> is the whole key; it is shown this once.</summary>
internal sealed record NewKeyResponse(string Secret, KeyResponse Key);

internal sealed record KeyList(IReadOnlyList<KeyResponse> Items, string? NextCursor);

internal sealed record LoginRequest(string Key);

/// <summary>Who the caller is, as the server sees it.</summary>
internal sealed record MeResponse(
    string Owner,
    Role Role,
    CallerKind Kind,
    IReadOnlyList<string> Scopes,
    string? KeyId,
    DateTimeOffset? ExpiresAt);
