using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest;

/// <summary>Accepts the server on the inherited socket.</summary>
internal sealed unsafe class LinkAcceptor : ILinkPort, IPolled
{
    private readonly EventLoop _loop;
    private readonly PolledFd _listener;
    private readonly IRequestHandler _requests;
    private Link? _link;

    public LinkAcceptor(EventLoop loop, int listener, IRequestHandler requests)
    {
        _loop = loop;
        _requests = requests;
        _listener = loop.Register(listener, Readiness.Readable, this);
    }

    public bool IsBusy => _link is { IsBusy: true };

    public bool HasEnded => false;

    public void OnReady(Readiness ready)
    {
        var socket = Libc.Accept4(_listener.Fd, null, null, OpenFlags.NonBlocking | OpenFlags.CloseOnExec);
        if (socket < 0) return;
        Drop();
        _link = new Link(new SocketChannel(_loop, socket), _requests);
    }

    public void Pump() => _link?.Pump();

    public void Drop() => _link?.Dispose();

    public void Dispose()
    {
        Drop();
        _listener.Dispose();
    }
}
