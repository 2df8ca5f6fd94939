using AgentSandbox.Server.Audit;

namespace AgentSandbox.BoxTests.Audit;

public sealed class AuditCrashTests : IDisposable
{
    private readonly string _directory = Path.Combine(Directory.CreateTempSubdirectory("agent-sandbox-audit-").FullName, "audit");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_directory)!, recursive: true);

    [Fact]
    public async Task KilledAgainAndAgain_TheNextStartGoesOnWithTheChain()
    {
        var before = 0L;
        for (var i = 0; i < 3; i++)
        {
            await KilledWriter.CrashAsync(_directory);
            using var verifier = new AuditVerifier(new AuditDirectory(_directory));
            var found = verifier.Run();

            // The last line may be half a line; nothing else may be wrong, and what was there before still is.
            Assert.True(found.Broken is null or { Fault: AuditFault.Cut }, found.Broken?.ToString());
            Assert.True(found.Last > before + KilledWriter.Certain);
            before = found.Last;
        }
    }
}
