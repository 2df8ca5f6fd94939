using System.Globalization;
using static AgentSandbox.Tests.Guest.GuestConnectionTestExtensions;

namespace AgentSandbox.Tests.Guest;

/// <summary>The guest as PID 1 of a pid namespace, without capabilities, as in a box.</summary>
public sealed class GuestInitTests : IAsyncDisposable
{
    private GuestProcess? _process;

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Signals_FromItsOwnBox_DoNotEndIt()
    {
        await using var guest = await StartAsync();

        await guest.RunShellAsync("for signal in $(seq 1 64); do kill -$signal 1; done");

        Assert.Equal("alive\n", (await guest.RunShellAsync("echo alive")).Text);
    }

    [Fact]
    public async Task Proc_OfTheGuest_IsShutToItsCommands()
    {
        await using var guest = await StartAsync();

        var result = await guest.RunShellAsync(
            "cat /proc/1/environ; cat /proc/1/maps; ls /proc/1/fd/; readlink /proc/1/exe; head -c 1 /proc/1/mem; echo 1 > /proc/1/oom_score_adj");

        Assert.Equal("", result.Text);
        Assert.NotEqual(0, result.Exit.ExitCode);
    }

    [Fact]
    public async Task Orphans_ThatLeftTheirSession_AreReaped()
    {
        await using var guest = await StartAsync();
        var started = await guest.RunShellAsync("for i in {1..20}; do setsid sh -c 'sleep 0.1 & echo $!'; done");
        Assert.Equal(20, started.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);

        // None is left, not even as a zombie, but the guest and what this very line starts.
        var waited = await guest.RunAsync(
            Shell("until [ $(ls -d /proc/[0-9]* | wc -l) -le 5 ]; do sleep 0.02; done") with { Timeout = TimeSpan.FromSeconds(20) });
        Assert.False(waited.Exit.TimedOut);
    }

    [Fact]
    public async Task Pid_IsTheOneSeenInside()
    {
        await using var guest = await StartAsync();

        var result = await guest.RunShellAsync("echo $$ $PPID");

        Assert.Equal($"{result.Pid.ToString(CultureInfo.InvariantCulture)} 1\n", result.Text);
    }

    private async Task<Server.Guests.GuestConnection> StartAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can make a pid namespace everywhere.");
        _process = new GuestProcess(
            "/usr/bin/unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "--",
            "/usr/bin/setpriv", "--reuid=1001", "--regid=1001", "--clear-groups", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--");
        return await _process.ConnectAsync();
    }
}
