using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Links;

/// <summary>A connected socket, which lives and dies with its link.</summary>
internal sealed unsafe class SocketChannel : ILinkChannel, IPolled
{
    private readonly PolledFd _socket;
    private bool _readable, _blocked;

    public SocketChannel(EventLoop loop, int socket) => _socket = loop.Register(socket, Readiness.Readable, this);

    public void OnReady(Readiness ready)
    {
        if (ready.HasFlag(Readiness.Writable)) _blocked = false;
        if (ready != Readiness.Writable) _readable = true;
    }

    /// <summary>Reads once per event: one that finds everything there gets no second answer that nothing is left.</summary>
    public int Read(byte* target, int capacity)
    {
        if (!_readable) return 0;
        _readable = false;
        var count = (int)Libc.Read(_socket.Fd, target, capacity);
        return count > 0 ? count : count < 0 && Errno.IsTransient ? 0 : -1;
    }

    public int Write(byte* source, int length)
    {
        if (_blocked) return 0;
        while (true)
        {
            var count = (int)Libc.Write(_socket.Fd, source, length);
            if (count >= 0) return count;
            if (Errno.Last == Errno.Interrupted) continue;
            _blocked = Errno.Last == Errno.Again;
            return _blocked ? 0 : -1;
        }
    }

    public void Await(bool input) =>
        _socket.Interest = (input ? Readiness.Readable : Readiness.None) | (_blocked ? Readiness.Writable : Readiness.None);

    public void Trim()
    {
    }

    public void Close() => _socket.Dispose();
}
