using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>One abuse of each kind, for every runtime: the walls are other ones, the promise is the same.</summary>
public abstract class ResourceAttacks(AttackedServer server, string isolation) : AbuseTest(server, isolation)
{
    /// <summary>C1.</summary>
    [Fact]
    public Task ForkBomb_IsSurvived() => AssertSurvivedAsync(["fork_bomb"]);

    /// <summary>C2.</summary>
    [Fact]
    public Task MemoryBomb_IsSurvived() => AssertSurvivedAsync(["memory", "anonymous"]);

    /// <summary>C3: more processes than processors, as important as they may make themselves.</summary>
    [Fact]
    public Task Spinners_AreSurvived() => AssertSurvivedAsync(["spin"]);

    /// <summary>C4: bytes, names, links and depth in every place that can be written; the server's own disk sees none of it.</summary>
    [Fact]
    public async Task FullDisks_AreSurvived()
    {
        await AssertSurvivedAsync(["disk_fill"]);

        await Eventually.BecomesTrueAsync(() => !Directory.EnumerateFileSystemEntries(Server.DataDirectory, $"*{Session.Id}*", SearchOption.AllDirectories).Any());
    }

    /// <summary>C8: an endless line and single bytes, read as fast as they come.</summary>
    [Fact]
    public Task OutputFlood_IsSurvived() => AssertSurvivedAsync(["output_flood"]);

    /// <summary>C8: the same, and nobody reads. The server holds none of it.</summary>
    [Fact]
    public async Task OutputFlood_WithoutAReader_IsHeldBack()
    {
        var before = ServerNow();

        await AssertSurvivedAsync(["output_flood"], isRead: false);

        Assert.InRange(ServerNow().MemoryBytes - before.MemoryBytes, long.MinValue, 128L << 20);
    }

    /// <summary>C13: on its own loopback, and to addresses that a box without a network cannot reach.</summary>
    [Fact]
    public Task NetworkFlood_IsSurvived() => AssertSurvivedAsync(["network_flood"]);
}
