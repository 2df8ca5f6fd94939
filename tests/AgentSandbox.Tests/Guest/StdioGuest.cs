using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Tests.Guest;

/// <summary>
/// A real guest that has nothing but two named pipes, which it keeps open at both ends as a box without a daemon does.
/// Killed with all that it started when it is disposed.
/// </summary>
internal sealed class StdioGuest : IAsyncDisposable
{
    private const uint OwnerOnly = 0x180;   // 0600

    private readonly string _directory = Directory.CreateTempSubdirectory("stdio-guest-").FullName;

    public StdioGuest()
    {
        Home = Directory.CreateDirectory(Path.Combine(_directory, "home")).FullName;
        Assert.Equal(0, Libc.MakeFifo(Input, OwnerOnly) | Libc.MakeFifo(Output, OwnerOnly));
        using var input = Libc.Own(Libc.Open(Input, Libc.ReadWrite | Libc.Cloexec), "open");
        using var output = Libc.Own(Libc.Open(Output, Libc.ReadWrite | Libc.Cloexec), "open");
        Pid = ChildProcess.Spawn([GuestBinary.Path, "stdio"], Home, (input.DangerousGetHandle(), 0), (output.DangerousGetHandle(), 1));
    }

    public int Pid { get; }

    public string Home { get; }

    private string Input => Path.Combine(_directory, "to-guest");

    private string Output => Path.Combine(_directory, "from-guest");

    public Stream OpenRaw() => FifoStream.TryOpen(Output, Input)!;

    public Task<GuestConnection> ConnectAsync(bool isFirst = false) => ConnectAsync(OpenRaw(), isFirst);

    public static async Task<GuestConnection> ConnectAsync(Stream raw, bool isFirst = false)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        return await GuestConnection.OpenAsync(await StdioLink.OpenAsync(raw, isFirst, cancellationToken), TimeProvider.System, cancellationToken);
    }

    /// <summary>An opening without any chunk after it.</summary>
    public async Task<Stream> OpenLinkAsync() => await StdioLink.OpenAsync(OpenRaw(), isFirst: false, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync()
    {
        ChildProcess.KillFamily(Pid);
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
