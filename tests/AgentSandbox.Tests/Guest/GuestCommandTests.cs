using AgentSandbox.Server.Guests;
using static AgentSandbox.Tests.Guest.GuestConnectionTestExtensions;

namespace AgentSandbox.Tests.Guest;

public sealed class GuestCommandTests : IAsyncDisposable
{
    private readonly GuestProcess _guest = new();

    public ValueTask DisposeAsync() => _guest.DisposeAsync();

    [Fact]
    public async Task Start_True_ExitsWithZero()
    {
        await using var guest = await _guest.ConnectAsync();

        var result = await guest.RunAsync(Command("true"));

        Assert.Equal(0, result.Exit.ExitCode);
        Assert.Null(result.Exit.Signal);
    }

    [Fact]
    public async Task Start_Echo_Output()
    {
        await using var guest = await _guest.ConnectAsync();

        var result = await guest.RunShellAsync("echo out; echo err >&2; exit 7");

        Assert.Equal(("out\n", "err\n", 7), (result.Text, result.ErrorText, result.Exit.ExitCode));
    }
}
