using System.Globalization;
using static AgentSandbox.Tests.Guest.GuestConnectionTestExtensions;

namespace AgentSandbox.Tests.Guest;

public sealed class GuestTimeoutTests : GuestTest
{
    [Fact]
    public async Task Timeout_ObedientProgram_EndsByTerm()
    {
        var result = await Guest.RunAsync(Command("sleep", "60") with { Timeout = TimeSpan.FromMilliseconds(100) });

        Assert.Equal((15, true), (result.Exit.Signal, result.Exit.TimedOut));
    }

    [Fact]
    public async Task Timeout_NoGrace_Kills()
    {
        var result = await Guest.RunAsync(
            Shell("trap '' TERM; sleep 60; sleep 60") with { Timeout = TimeSpan.FromMilliseconds(100), Grace = TimeSpan.Zero });

        Assert.Equal((9, true), (result.Exit.Signal, result.Exit.TimedOut));
    }

    [Fact]
    public async Task Timeout_TreeThatIgnoresTerm_IsKilledWhole()
    {
        var result = await Guest.RunAsync(
            Shell("trap '' TERM; (sleep 60; sleep 60) & echo $!; sleep 60; sleep 60") with
            {
                Timeout = TimeSpan.FromMilliseconds(300),
                Grace = TimeSpan.FromMilliseconds(100),
            });

        Assert.Equal((9, true), (result.Exit.Signal, result.Exit.TimedOut));
        await WaitUntilReapedAsync(int.Parse(result.Text, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Timeout_MainProcessObeysButItsChildDoesNot_ChildIsKilledToo()
    {
        var result = await Guest.RunAsync(
            Shell("(trap '' TERM; echo $BASHPID; sleep 60; sleep 60) & sleep 60") with { Timeout = TimeSpan.FromMilliseconds(300) });

        Assert.Equal((15, true), (result.Exit.Signal, result.Exit.TimedOut));
        await WaitUntilReapedAsync(int.Parse(result.Text, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Timeout_ExitsByItselfDuringTheGrace_KeepsItsCodeAndSaysTimedOut()
    {
        var result = await Guest.RunAsync(
            Shell("trap 'exit 3' TERM; sleep 60 & wait") with { Timeout = TimeSpan.FromMilliseconds(300) });

        Assert.Equal((3, true), (result.Exit.ExitCode, result.Exit.TimedOut));
    }

    [Fact]
    public async Task Timeout_EndsInTime_DoesNotSaySo()
    {
        var result = await Guest.RunAsync(Command("true") with { Timeout = TimeSpan.FromMinutes(1) });

        Assert.Equal((0, false), (result.Exit.ExitCode, result.Exit.TimedOut));
    }

    [Fact]
    public async Task Timeout_StoppedProgram_IsKilled()
    {
        var result = await Guest.RunAsync(
            Shell("kill -STOP $$") with { Timeout = TimeSpan.FromMilliseconds(200), Grace = TimeSpan.FromMilliseconds(50) });

        Assert.Equal((9, true), (result.Exit.Signal, result.Exit.TimedOut));
    }
}
