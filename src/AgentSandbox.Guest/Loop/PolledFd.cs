using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Loop;

/// <summary>A descriptor in the loop's hands. Whoever registered it disposes it, which closes it.</summary>
internal sealed class PolledFd(EventLoop loop, int fd, ulong token, IPolled handler) : IDisposable
{
    private Readiness _interest;
    private bool _closed;

    public int Fd => fd;

    public ulong Token => token;

    public IPolled Handler => handler;

    public Readiness Interest
    {
        get => _interest;
        set
        {
            if (_closed || value == _interest) return;
            loop.SetInterest(this, _interest, value);
            _interest = value;
        }
    }

    public void Dispose()
    {
        if (_closed) return;
        Interest = Readiness.None;
        _closed = true;
        loop.Forget(this);
        _ = Libc.Close(fd);
    }
}
