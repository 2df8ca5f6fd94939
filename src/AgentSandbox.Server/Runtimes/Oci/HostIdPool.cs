namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// Lends each live box a host user id that no other box has. Servers with other data directories use other ranges, chosen
/// by the hash of theirs. Thread-safe.
/// </summary>
internal sealed class HostIdPool(ushort serverHash)
{
    /// <summary>Above the ids of people and of <c>/etc/subuid</c>, which starts at 100 000 and gives 65 536 to each.</summary>
    public const uint FirstId = 16_777_216;

    /// <summary>Live boxes per server; 65 536 servers × this still fits in 32 bits.</summary>
    public const uint IdsPerServer = 16_384;

    private readonly Lock _gate = new();
    private readonly HashSet<uint> _lent = []; // guarded by _gate
    private uint _next; // guarded by _gate

    private uint RangeStart { get; } = FirstId + serverHash * IdsPerServer;

    /// <exception cref="SandboxRuntimeException">All are lent.</exception>
    public uint Rent()
    {
        lock (_gate)
        {
            if (_lent.Count == IdsPerServer) throw new SandboxRuntimeException($"All {IdsPerServer} host user ids are in use.");

            // Round robin: an id rests as long as possible before another box gets it.
            while (!_lent.Add(RangeStart + _next)) _next = (_next + 1) % IdsPerServer;
            var id = RangeStart + _next;
            _next = (_next + 1) % IdsPerServer;
            return id;
        }
    }

    /// <summary>Takes the id of a box that an earlier life of this server started.</summary>
    public void Reserve(uint id)
    {
        lock (_gate) _lent.Add(id);
    }

    public void Return(uint id)
    {
        lock (_gate) _lent.Remove(id);
    }
}
