using System.Globalization;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Templates;

public sealed class ExternalToolTests
{
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -KILL $$", 137)]
    public async Task Run_Tool_ReturnsItsExitCode(string script, int expected) =>
        Assert.Equal(expected, await new ExternalTool("sh", "-c", script).RunAsync(CancellationToken.None));

    [Fact]
    public async Task Run_NoSuchTool_Returns127() =>
        Assert.Equal(127, await new ExternalTool("no-such-tool-anywhere").RunAsync(CancellationToken.None));

    [Fact]
    public async Task Run_ManyLines_RemembersTheLast()
    {
        var seen = new List<string>();
        var tool = new ExternalTool("sh", "-c", "seq 1 100 >&2") { OnLine = seen.Add };

        await tool.RunAsync(CancellationToken.None);

        Assert.Equal(100, seen.Count);
        Assert.Equal(Enumerable.Range(89, 12).Select(number => number.ToString(CultureInfo.InvariantCulture)), tool.LastLines());
    }

    [Fact]
    public async Task Run_ArgumentsWithSpacesAndQuotes_ArriveAsTheyAre()
    {
        var tool = new ExternalTool("printf", "%s\n", "two words", "$HOME", "a'b\"c");
        await tool.RunAsync(CancellationToken.None);
        Assert.Equal(["two words", "$HOME", "a'b\"c"], tool.LastLines());
    }

    [Fact]
    public async Task Run_Cancelled_EndsTheToolAndItsChildren()
    {
        var pids = await CancelAsync("sleep 1000 & echo $! >&2; echo $$ >&2; wait", TimeSpan.FromSeconds(30));
        AssertGone(pids);
    }

    [Fact]
    public async Task Run_CancelledToolThatWillNotEnd_IsKilledWithItsChildren()
    {
        var pids = await CancelAsync("trap '' TERM; sleep 1000 & echo $! >&2; echo $$ >&2; wait", TimeSpan.FromMilliseconds(50));
        AssertGone(pids);
    }

    [Fact]
    public async Task Run_ConsumerFails_EndsTheTool()
    {
        var tool = new ExternalTool("sh", "-c", "exec sleep 1000");
        await Assert.ThrowsAsync<InvalidDataException>(
            () => tool.RunAsync((_, _) => Task.FromException(new InvalidDataException()), CancellationToken.None));
    }

    /// <summary>Cancels once the script has told its two pids, and returns them.</summary>
    private static async Task<IReadOnlyList<int>> CancelAsync(string script, TimeSpan patience)
    {
        using var cancellation = new CancellationTokenSource();
        var pids = new List<int>();
        var tool = new ExternalTool("sh", "-c", script)
        {
            Patience = patience,
            OnLine = line =>
            {
                if (pids.Count == 2) return; // the shell's words on its end
                pids.Add(int.Parse(line, CultureInfo.InvariantCulture));
                if (pids.Count == 2) cancellation.Cancel();
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => tool.RunAsync(cancellation.Token));
        Assert.Equal(2, pids.Count);
        return pids;
    }

    /// <summary>A dead child that nobody has reaped yet does not live.</summary>
    /// <summary>A process closes its files a moment before it counts as ended.</summary>
    private static void AssertGone(IEnumerable<int> pids) =>
        Assert.True(SpinWait.SpinUntil(() => !pids.Any(IsAlive), TimeSpan.FromSeconds(10)), "Some of the tool's processes live on.");

    private static bool IsAlive(int pid)
    {
        try
        {
            return !File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("State:", StringComparison.Ordinal)).Contains('Z', StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
