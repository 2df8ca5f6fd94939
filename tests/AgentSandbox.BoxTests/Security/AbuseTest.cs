using System.Diagnostics;
using System.Globalization;
using System.Net;
using AgentSandbox.BoxTests.Security.Targets;

namespace AgentSandbox.BoxTests.Security;

/// <summary>Attacks that want to use up what all share, with somebody else there to notice.</summary>
public abstract class AbuseTest(AttackedServer server, string isolation) : AttackTest(server, isolation)
{
    /// <summary>Whatever goes on in a box, its end takes no longer.</summary>
    private static readonly TimeSpan DeleteBound = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Lets the abuse rage. Meanwhile the other session is served; then the session is deleted in the middle of it, quickly,
    /// and nothing is left of it.
    /// </summary>
    private protected async Task AssertSurvivedAsync(IReadOnlyList<string> words, bool isRead = true)
    {
        var traces = BoxTraces.Of(await Server.FindInitAsync(Session.Id));
        await using (await Abuse.StartAsync(Session, words, isRead))
        {
            await Bystander.AssertServedAsync(Neighbour.Session, string.Join(' ', words));
            await AssertDeletedQuicklyAsync();
        }

        await traces.AssertGoneAsync();
    }

    private protected async Task AssertDeletedQuicklyAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await Server.Api.SendAsync(HttpMethod.Delete, Session.Path, null, HttpStatusCode.NoContent);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, DeleteBound);
    }

    /// <summary>The server's own: memory that is in use, and open files.</summary>
    private protected (long MemoryBytes, int Descriptors) ServerNow()
    {
        var resident = Support.Host.Status(Server.Process.Pid)["VmRSS"].Split(' ')[0];
        return (long.Parse(resident, CultureInfo.InvariantCulture) * 1024, Directory.GetFileSystemEntries($"/proc/{Server.Process.Pid}/fd").Length);
    }
}
