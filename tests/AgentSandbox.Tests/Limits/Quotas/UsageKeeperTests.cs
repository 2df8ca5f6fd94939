using AgentSandbox.Server.Limits.Quotas;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AgentSandbox.Tests.Limits.Quotas;

public sealed class UsageKeeperTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("usage-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Restart_OnTheSameDay_GoesOnCounting()
    {
        await LiveAsync(ledger =>
        {
            ledger.Claim("alice", 5).Keep().Charge(1.5, 0.25);
            ledger.Claim("Alice", 5).Keep().Release();
        });

        await LiveAsync(ledger =>
        {
            Assert.Equal(new OwnerUsage(0, 0, new DailyUsage(1, 1.5, 0.25)), ledger.Read("alice"));
            Assert.Equal(new OwnerUsage(0, 0, new DailyUsage(1, 0, 0)), ledger.Read("Alice"));
            Assert.Throws<QuotaExceededException>(() => { for (var i = 0; i < 3; i++) ledger.Claim("alice", 0).Keep(); });
        });
    }

    [Fact]
    public async Task Restart_OnAnotherDay_StartsAnew()
    {
        await LiveAsync(ledger => ledger.Claim("alice", 5).Keep());
        _time.Advance(TimeSpan.FromDays(1));

        await LiveAsync(ledger => Assert.Equal(OwnerUsage.None, ledger.Read("alice")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"day":"2026-11-23"}""")]
    [InlineData("""{"day":"2026-11-23","owners":{"alice":null}}""")]
    public async Task FileThatCannotBeRead_CostsTheRecordNotTheService(string content)
    {
        await File.WriteAllTextAsync(Path.Combine(_directory, "today.json"), content, TestContext.Current.CancellationToken);

        await LiveAsync(ledger => ledger.Claim("alice", 5).Keep());
        await LiveAsync(ledger => Assert.Equal(1, ledger.Read("alice").Today.Sessions));
    }

    [Fact]
    public async Task File_IsForTheServerAlone_AndReplacedWhole()
    {
        await LiveAsync(ledger => ledger.Claim("alice", 5).Keep());

        var file = Assert.Single(Directory.GetFiles(_directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    private async Task LiveAsync(Action<QuotaLedger> life)
    {
        var ledger = new QuotaLedger(new QuotaOptions { SessionsPerDay = 3 }, _time);
        using var keeper = new UsageKeeper(ledger, new UsageFile(_directory), _time, NullLogger<UsageKeeper>.Instance);
        await keeper.StartAsync(TestContext.Current.CancellationToken);
        life(ledger);
        await keeper.StopAsync(TestContext.Current.CancellationToken);
    }
}
