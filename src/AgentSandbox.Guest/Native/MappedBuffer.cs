namespace AgentSandbox.Guest.Native;

/// <summary>
/// Memory outside the managed heap. The kernel commits a page when it is first touched, so a large buffer of which little is
/// used costs little, and all of it goes back when the buffer is disposed or trimmed. Owned by one object; not thread-safe.
/// </summary>
internal sealed unsafe class MappedBuffer : IDisposable
{
    private const int ReadWrite = 3, PrivateAnonymous = 0x22, DontNeed = 4;

    private byte* _start;

    public MappedBuffer(int capacity)
    {
        Capacity = capacity;
        var address = Libc.Mmap(0, capacity, ReadWrite, PrivateAnonymous, -1, 0);
        if (address == Libc.MapFailed) throw new InvalidOperationException("mmap");
        _start = (byte*)address;
    }

    public int Capacity { get; }

    public byte* Start => _start;

    public Span<byte> Span => new(_start, _start == null ? 0 : Capacity);

    /// <summary>Gives the pages back; the content is lost.</summary>
    public void Trim() => _ = Libc.Madvise((nint)_start, Capacity, DontNeed);

    public void Dispose()
    {
        if (_start == null) return;
        _ = Libc.Munmap((nint)_start, Capacity);
        _start = null;
    }
}
