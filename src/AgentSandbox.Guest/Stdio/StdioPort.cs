using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Loop;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Stdio;

/// <summary>
/// The server comes in on standard input and output, where no listening socket can be handed into the box. The pipes outlive
/// every connection, so each link starts with an opening and ends with what cannot be a chunk; between links everything but
/// an opening is passed over.
/// </summary>
internal sealed unsafe class StdioPort(EventLoop loop, IRequestHandler requests) : ILinkPort, ILinkChannel
{
    private const int StandardInput = 0, StandardOutput = 1;

    private readonly ChunkInput _input = new(loop, StandardInput);
    private readonly ChunkOutput _output = new(loop, StandardOutput);
    private Link? _link;

    public bool HasEnded => _input.HasEnded;

    public bool IsBusy => _link is null ? _input.HasMore : _link.IsBusy || (_input.HasMore && _link.TakesInput);

    /// <summary>The same pipes that a terminal or a file would not be: they can be waited for and do not end by themselves.</summary>
    public static bool Prepare() => PreparePipe(StandardInput) && PreparePipe(StandardOutput);

    public void Pump()
    {
        _output.Flush();
        if (_link is null) AcceptLink();
        _link?.Pump();
        _output.Await();
    }

    public void Drop() => _link?.Dispose();

    public void Dispose()
    {
        Drop();
        _input.Dispose();
        _output.Dispose();
    }

    public int Read(byte* target, int capacity) => _input.Read(target, capacity);

    public int Write(byte* source, int length) => _output.Write(source, length);

    public void Await(bool input) => _input.Await(input);

    public void Trim()
    {
        _input.Trim();
        _output.Trim();
    }

    public void Close()
    {
        _link = null;
        _input.Abandon();
        _input.Await(input: true);
        _output.End();
    }

    private void AcceptLink()
    {
        Span<byte> nonce = stackalloc byte[LinkOpening.NonceSize];
        if (!_input.TryFindOpening(nonce)) return;
        _output.Open(nonce);
        _link = new Link(this, requests);
    }

    private static bool PreparePipe(int fd)
    {
        FileStat stat;
        if (Libc.Fstat(fd, &stat) < 0 || stat.Kind is not (FileKind.Pipe or FileKind.Socket)) return false;

        var flags = Libc.Fcntl(fd, Libc.FGetFl, 0);
        return flags >= 0 && Libc.Fcntl(fd, Libc.FSetFl, flags | (int)OpenFlags.NonBlocking) == 0
            && Libc.Fcntl(fd, Libc.FSetFd, Libc.FdCloexec) == 0;
    }
}
