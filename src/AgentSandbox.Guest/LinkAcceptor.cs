using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest;

/// <summary>
/// Accepts the server on the inherited socket. There is one server: its newer connection replaces the older one, which it
/// may have lost by dying.
/// </summary>
internal sealed unsafe class LinkAcceptor : IPolled
{
    private readonly EventLoop _loop;
    private readonly PolledFd _listener;
    private readonly IRequestHandler _requests;

    public LinkAcceptor(EventLoop loop, int listener, IRequestHandler requests)
    {
        _loop = loop;
        _requests = requests;
        _listener = loop.Register(listener, Readiness.Readable, this);
    }

    public Link? Current { get; private set; }

    public void OnReady(Readiness ready)
    {
        var socket = Libc.Accept4(_listener.Fd, null, null, OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
        if (socket < 0) return;
        Drop();
        Current = new Link(_loop, socket, _requests);
    }

    public void Drop() => Current?.Dispose();
}
