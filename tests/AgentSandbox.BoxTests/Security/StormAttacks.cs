using System.Net;
using System.Net.Http.Json;
using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Security;

/// <summary>C14: sessions made and dropped faster than anybody needs them, by callers half of whom do not wait for the answer.</summary>
[Collection(OciAttackCollection.Name)]
public sealed class StormAttacks(OciAttackedServer server) : AbuseTest(server, RuntimeCapabilities.Standard)
{
    private const int Creates = 200, Callers = 16;

    [Fact]
    public async Task CreatesHalfAbandoned_LeaveNothing()
    {
        var boxes = await BoxesAsync();
        var sessions = await SessionIdsAsync();
        var before = ServerNow();

        await Parallel.ForEachAsync(Enumerable.Range(0, Creates), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (i, _) =>
        {
            if (i % 2 == 0) await CreateAndDeleteTwiceAsync();
            else await CreateAndLeaveAsync(TimeSpan.FromMilliseconds(Random.Shared.Next(0, 60)));
        });

        await Bystander.AssertServedAsync(Neighbour.Session, "a storm");
        // An answer can be on its way to somebody who has left: such a session is listed like any other, and ends like one.
        await Eventually.BecomesTrueAsync(async () =>
        {
            var left = (await SessionIdsAsync()).Except(sessions).ToList();
            foreach (var id in left) await DeleteAsync($"/api/v1/sessions/{id}");
            return left.Count == 0 && (await BoxesAsync()).SetEquals(boxes);
        });
        await Eventually.BecomesTrueAsync(() => ServerNow().Descriptors < before.Descriptors + 50);
        Assert.InRange(ServerNow().MemoryBytes - before.MemoryBytes, long.MinValue, 200L << 20);
    }

    private async Task CreateAndDeleteTwiceAsync()
    {
        var session = await CreateSessionAsync();
        var codes = await Task.WhenAll(DeleteAsync(session.Path), DeleteAsync(session.Path));

        Assert.Contains(HttpStatusCode.NoContent, codes);
        Assert.All(codes, code => Assert.Contains(code, (HttpStatusCode[])[HttpStatusCode.NoContent, HttpStatusCode.NotFound]));
        Assert.Equal(HttpStatusCode.NotFound, await DeleteAsync(session.Path));
    }

    private async Task CreateAndLeaveAsync(TimeSpan after)
    {
        using var leaving = new CancellationTokenSource(after);
        try
        {
            using var response = await Server.Api.Http.PostAsJsonAsync("/api/v1/sessions", new { isolation = Isolation }, leaving.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<HttpStatusCode> DeleteAsync(string path)
    {
        using var response = await Server.Api.Http.DeleteAsync(path);
        return response.StatusCode;
    }

    private async Task<IReadOnlyList<string>> SessionIdsAsync() =>
        [.. (await Server.Api.GetAsync("/api/v1/sessions?limit=200")).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!)];

    /// <summary>What the host has of this server's boxes: directories, control groups, sockets.</summary>
    private async Task<HashSet<string>> BoxesAsync()
    {
        var state = Path.Combine(Server.DataDirectory, "boxes");
        var sockets = File.ReadLines("/proc/net/unix").Select(line => line.Split(' ')[^1]).Where(path => path.StartsWith(state, StringComparison.Ordinal));
        return
        [
            .. Directory.EnumerateDirectories(Path.Combine(state, "boxes")),
            .. Directory.EnumerateDirectories(Path.Combine(state, "runtime")),
            .. BoxTraces.GroupsOfAllBoxes(await Server.FindInitAsync(Neighbour.Id)),
            .. sockets,
        ];
    }
}
