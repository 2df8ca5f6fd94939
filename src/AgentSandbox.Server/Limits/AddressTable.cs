using System.Collections.Concurrent;

namespace AgentSandbox.Server.Limits;

/// <summary>
/// Bounds how many address blocks are told apart, so that nobody can fill the memory by coming from many. Those that come when
/// it is full share a limit with their neighbourhood. Thread-safe.
/// </summary>
internal sealed class AddressTable(int most = AddressTable.Most)
{
    /// <summary>About 10 MB of limiters.</summary>
    public const int Most = 20_000;

    private readonly ConcurrentDictionary<AddressBlock, byte> _known = new();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>The block itself, or the one that it shares.</summary>
    public AddressBlock Place(AddressBlock block) => Count < most || _known.ContainsKey(block) ? block : block.Widen();

    public void Add(AddressBlock block)
    {
        if (_known.TryAdd(block, 0)) Interlocked.Increment(ref _count);
    }

    public void Remove(AddressBlock block)
    {
        if (_known.TryRemove(block, out _)) Interlocked.Decrement(ref _count);
    }
}
