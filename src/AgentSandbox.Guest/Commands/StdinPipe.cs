using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Commands;

/// <summary>
/// The guest's end of a command's standard input. What the command does not read yet waits here, bounded by the credit of
/// the streams that it came on, which they get back piece by piece. A reader that has gone is no error: the rest is dropped.
/// </summary>
internal sealed unsafe class StdinPipe : IPolled, IDisposable
{
    private readonly PolledFd _pipe;
    private readonly Queue<Piece> _waiting = [];
    private int _written;
    private bool _ending;

    public StdinPipe(EventLoop loop, int fd) => _pipe = loop.Register(fd, Readiness.None, this);

    public bool IsClosed { get; private set; }

    /// <summary>Nothing more can be added.</summary>
    public bool IsEnded => IsClosed || _ending;

    public void OnReady(Readiness ready) => Pump();

    /// <summary>Calls <see cref="IStdinSource.OnTaken"/> with the cost once the data has left the guest, maybe at once.</summary>
    public void Write(ReadOnlySpan<byte> data, int cost, IStdinSource source)
    {
        var written = IsClosed ? data.Length : _waiting.Count == 0 ? WriteOnce(data) : 0;
        if (written == data.Length)
        {
            source.OnTaken(cost, delivered: !IsClosed || data.IsEmpty);
            return;
        }
        _waiting.Enqueue(new Piece(data[written..].ToArray(), cost, source));
        _pipe.Interest = Readiness.Writable;
    }

    /// <summary>Closes the pipe after what waits.</summary>
    public void End()
    {
        _ending = true;
        if (_waiting.Count == 0) Dispose();
    }

    public void Dispose()
    {
        if (IsClosed) return;
        IsClosed = true;
        _pipe.Dispose();
        while (_waiting.TryDequeue(out var piece)) piece.Source.OnTaken(piece.Cost, delivered: false);
    }

    private void Pump()
    {
        while (_waiting.TryPeek(out var piece))
        {
            _written += WriteOnce(piece.Data.AsSpan(_written));
            if (IsClosed) return;
            if (_written < piece.Data.Length) return;

            _waiting.Dequeue();
            _written = 0;
            piece.Source.OnTaken(piece.Cost, delivered: true);
        }
        _pipe.Interest = Readiness.None;
        if (_ending) Dispose();
    }

    private int WriteOnce(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty) return 0;
        fixed (byte* start = data)
        {
            var count = Libc.Write(_pipe.Fd, start, data.Length);
            if (count >= 0) return (int)count;
            if (Errno.IsTransient) return 0;
        }
        Dispose();
        return data.Length;
    }

    private readonly record struct Piece(byte[] Data, int Cost, IStdinSource Source);
}
