using System.Collections.Frozen;
using System.Security.Cryptography;
using AgentSandbox.Server.Audit;

namespace AgentSandbox.Server.Access;

/// <summary>
/// The keys that are known. Looks at the file's stamp at each use, so that a key that was made or revoked on the command line
/// counts with the next request. Thread-safe.
/// </summary>
/// <param name="audit">Told of every change, also of those that somebody made on the command line; null there itself.</param>
internal sealed class KeyStore(KeyFile file, TimeProvider time, AuditLog? audit = null)
{
    private static readonly byte[] NoHash = new byte[SHA256.HashSizeInBytes];

    private readonly Lock _gate = new();
    private Snapshot _snapshot = new(default, FrozenDictionary<string, ApiKey>.Empty);   // guarded by _gate for writing

    /// <summary>Somebody has made a key at some time, be it revoked since: this server is no longer for anybody.</summary>
    public bool Any => Current().Count > 0;

    public IEnumerable<ApiKey> All => Current().Values.OrderBy(key => key.CreatedAt);

    /// <summary>The key that this is the text of, if it is valid now. Takes as long for one as for the other.</summary>
    public ApiKey? Find(ApiKeyText text)
    {
        var known = Current().GetValueOrDefault(text.Id);
        var isEqual = CryptographicOperations.FixedTimeEquals(text.Hash(), known?.Hash ?? NoHash);
        return isEqual && known is not null && known.IsValidAt(time.GetUtcNow()) ? known : null;
    }

    /// <summary>By its public part, for one who has proven the secret before.</summary>
    public ApiKey? FindById(string id) =>
        Current().GetValueOrDefault(id) is { } key && key.IsValidAt(time.GetUtcNow()) ? key : null;

    /// <returns>The new key, and the text that is shown this once.</returns>
    /// <exception cref="AccessException">It could not be kept.</exception>
    public async Task<(ApiKey Key, ApiKeyText Text)> CreateAsync(NewKey wish, CancellationToken cancellationToken)
    {
        var text = ApiKeyText.Generate();
        var now = time.GetUtcNow();
        var key = new ApiKey(text.Id, wish.Name, wish.Owner, wish.Role, wish.Scopes, text.Hash(), now, now + wish.Lifetime, null);
        await file.ChangeAsync(keys => [.. keys, key], cancellationToken);
        return (key, text);
    }

    /// <summary>Ends a key for good. False when there is none of that id.</summary>
    /// <exception cref="AccessException">It could not be kept.</exception>
    public async Task<bool> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        if (!Current().ContainsKey(id)) return false;

        var now = time.GetUtcNow();
        await file.ChangeAsync(keys => [.. keys.Select(key => key.Id == id ? key with { RevokedAt = key.RevokedAt ?? now } : key)], cancellationToken);
        return true;
    }

    private FrozenDictionary<string, ApiKey> Current()
    {
        var stamp = file.Stamp();
        var snapshot = Volatile.Read(ref _snapshot);
        if (snapshot.Stamp == stamp) return snapshot.Keys;

        lock (_gate)
        {
            if (_snapshot.Stamp == stamp) return _snapshot.Keys;
            var keys = file.Read().ToFrozenDictionary(key => key.Id, StringComparer.Ordinal);
            Volatile.Write(ref _snapshot, new Snapshot(stamp, keys));
            audit?.Append(new AuditEntry { Action = AuditActions.KeysChanged, Detail = $"valid: {string.Join(", ", ValidIds(keys.Values))}" });
            return keys;
        }
    }

    private IEnumerable<string> ValidIds(IEnumerable<ApiKey> keys)
    {
        var now = time.GetUtcNow();
        return keys.Where(key => key.IsValidAt(now)).Select(key => key.Id).Order(StringComparer.Ordinal);
    }

    private sealed record Snapshot((DateTime Written, long Length) Stamp, FrozenDictionary<string, ApiKey> Keys);
}

/// <summary>A wish for a key.</summary>
internal sealed record NewKey(string Name, string Owner, Role Role, Scopes Scopes, TimeSpan? Lifetime);
