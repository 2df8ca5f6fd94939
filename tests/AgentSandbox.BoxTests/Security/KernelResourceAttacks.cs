using System.Globalization;
using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// The many ways to use up a shared kernel. Docker's boxes stand on the same kernel behind the same limits, gVisor's on a
/// kernel of their own: these run where nothing else is in between.
/// </summary>
public abstract class KernelResourceAttacks(AttackedServer server, string isolation) : AbuseTest(server, isolation)
{
    /// <summary>C1, C5, C6.</summary>
    [Theory]
    [InlineData("thread_bomb")]
    [InlineData("clone_storm")]
    [InlineData("descriptors")]
    [InlineData("zombie_flood")]
    [InlineData("orphan_flood")]
    public Task Abuse_IsSurvived(string name) => AssertSurvivedAsync([name]);

    /// <summary>C2: whoever allocates, in whatever way, is the one who dies, and may go on as long as it likes.</summary>
    [Theory]
    [InlineData("locked")]
    [InlineData("memfd")]
    [InlineData("shared")]
    [InlineData("page_tables")]
    [InlineData("pipes")]
    [InlineData("unix_sockets")]
    [InlineData("system_v")]
    [InlineData("messages")]
    [InlineData("semaphores")]
    [InlineData("terminals")]
    [InlineData("names")]
    [InlineData("arguments")]
    public Task MemoryBomb_IsSurvived(string kind) => AssertSurvivedAsync(["memory", kind]);

    /// <summary>
    /// C2: what waits in the sockets of a box counts as its memory. Under cgroup v1 it did not: one box held 1.5 GB, the most
    /// that the host gives to all sockets together.
    /// </summary>
    [Theory]
    [InlineData("udp_sockets", "UDP:")]
    [InlineData("tcp_sockets", "TCP:")]
    public async Task MemoryBomb_OfSockets_CountsAsMemoryOfTheBox(string kind, string protocol)
    {
        var limit = Session.Created.GetProperty("limits").GetProperty("memoryBytes").GetInt64();
        var before = SocketMemory(protocol);
        await using (await Abuse.StartAsync(Session, ["memory", kind]))
        {
            await Bystander.AssertServedAsync(Neighbour.Session, kind);

            Assert.InRange(SocketMemory(protocol) - before, long.MinValue, limit);
            await AssertDeletedQuicklyAsync();
        }
    }

    /// <summary>C3: a processor's worth of time, however many ask for it, and no way to the front of the queue.</summary>
    [Fact]
    public async Task Spinners_GetNoMoreThanTheirShare()
    {
        await using var spinning = await Abuse.StartAsync(Session, ["spin"]);
        var started = System.Diagnostics.Stopwatch.GetTimestamp();
        var before = await CpuMsAsync();

        await Bystander.AssertServedAsync(Neighbour.Session, "spin");

        var used = await CpuMsAsync() - before;
        var share = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds * Session.Created.GetProperty("limits").GetProperty("cpus").GetDouble();
        Assert.InRange(used, 1, (share * 1.1) + 100);       // what was used is told at the end of a period of 100 ms
        await AssertDeletedQuicklyAsync();
    }

    [Fact]
    public async Task RealTime_IsRefused()
    {
        var result = await AttackWithPythonAsync("""
            import os
            for policy in (os.SCHED_FIFO, os.SCHED_RR):
                try: os.sched_setscheduler(0, policy, os.sched_param(1)); print("real time")
                except PermissionError: pass
            try: os.nice(-1); print("nicer")
            except PermissionError: pass
            """);

        Assert.Equal("", result.Everything);
        Assert.Equal(0, result.ExitCode);
    }

    /// <summary>C6: what has left its command's process group outlives the command, and nothing outlives the session.</summary>
    [Fact]
    public async Task Daemon_OfItsOwnSession_EndsWithTheBox()
    {
        var mark = Random.Shared.Next(100_000_000, 999_999_999).ToString(CultureInfo.InvariantCulture);
        await AttackAsync(new { command = $"trap '' TERM HUP INT; setsid -f sleep {mark}; sleep 1000", timeoutMs = 500 });
        var daemon = Host.FindProcess(mark);

        await AssertDeletedQuicklyAsync();

        await Eventually.BecomesTrueAsync(() => Host.HasEnded(daemon));
    }

    private async Task<long> CpuMsAsync() => (await Server.Api.GetAsync($"{Session.Path}/stats")).GetProperty("cpuMs").GetInt64();

    /// <summary>What the kernel holds for all sockets of the host, those of boxes included.</summary>
    private static long SocketMemory(string protocol)
    {
        var words = File.ReadLines("/proc/net/sockstat").First(line => line.StartsWith(protocol, StringComparison.Ordinal)).Split(' ');
        return long.Parse(words[Array.IndexOf(words, "mem") + 1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
    }
}
