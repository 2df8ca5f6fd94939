using System.Diagnostics;
using System.Net.Sockets;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Guest;

/// <summary>
/// A real guest outside of any box: the published binary, started as a runtime starts it, with a listening unix socket as
/// descriptor 3 and an own directory as home. Killed with all that it started when it is disposed.
/// </summary>
internal sealed class GuestProcess : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("guest-test-").FullName;
    private readonly UnixDomainSocketEndPoint _endPoint;

    /// <summary>Kept, for closing it would remove its file.</summary>
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <param name="wrapper">A program and arguments that start the guest in their place, such as <c>unshare</c>.</param>
    public GuestProcess(params string[] wrapper)
    {
        Home = Path.Combine(_directory, "home");
        Directory.CreateDirectory(Home);
        _endPoint = new UnixDomainSocketEndPoint(Path.Combine(_directory, "control.sock"));
        _listener.Bind(_endPoint);
        _listener.Listen(8);
        var binary = wrapper.Length == 0 ? GuestBinary.Path : ShareWithOtherUsers();
        Pid = ChildProcess.Spawn([.. wrapper, binary], Home, (_listener.SafeHandle.DangerousGetHandle(), 3));
    }

    public int Pid { get; }

    public string Home { get; }

    public async Task<Stream> ConnectStreamAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(_endPoint);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public async Task<GuestConnection> ConnectAsync() =>
        await GuestConnection.OpenAsync(await ConnectStreamAsync(), TimeProvider.System, CancellationToken.None);

    /// <summary>Of the guest and of everything below it, the guest first.</summary>
    public IReadOnlyList<int> Family() => ChildProcess.Family(Pid);

    public ValueTask DisposeAsync()
    {
        ChildProcess.KillFamily(Pid);
        _listener.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// A wrapper may change the user, who may not reach the binary. Copied by another process: a test that forks while this
    /// one has the file open for writing would make it "busy".
    /// </summary>
    private string ShareWithOtherUsers()
    {
        var binary = Path.Combine(_directory, "sandboxd");
        using (var copy = Process.Start(new ProcessStartInfo("cp", [GuestBinary.Path, binary]) { UseShellExecute = false })!) copy.WaitForExit();

        const UnixFileMode everything = (UnixFileMode)0x1FF;
        foreach (var path in new[] { _directory, Home, binary }) File.SetUnixFileMode(path, everything);
        return binary;
    }
}
