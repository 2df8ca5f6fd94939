using AgentSandbox.Server.Limits.Quotas;
using Microsoft.Extensions.Time.Testing;

namespace AgentSandbox.Tests.Limits.Quotas;

public sealed class QuotaLedgerTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 11, 24, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(Midnight.AddHours(-2));

    [Fact]
    public void Claim_ManyAtOnce_GivesExactlyTheQuota()
    {
        var ledger = Ledger(new() { ConcurrentSessions = 10 });
        var claims = new System.Collections.Concurrent.ConcurrentBag<SessionClaim>();
        Parallel.For(0, 1_000, _ =>
        {
            try
            {
                claims.Add(ledger.Claim("alice", 1).Keep());
            }
            catch (QuotaExceededException)
            {
                // Counted by what is missing.
            }
        });

        Assert.Equal(10, claims.Count);
        Assert.Equal(10, ledger.Read("alice").ConcurrentSessions);
        Parallel.ForEach(claims.Concat(claims), claim => claim.Release());
        Assert.Equal((0, 10), (ledger.Read("alice").ConcurrentSessions, ledger.Read("alice").Today.Sessions));
    }

    [Fact]
    public void Claim_OfAnotherOwner_HasAQuotaOfItsOwn()
    {
        var ledger = Ledger(new() { ConcurrentSessions = 1 });
        ledger.Claim("alice", 0).Keep();

        ledger.Claim("bob", 0).Keep();
        Assert.Throws<QuotaExceededException>(() => ledger.Claim("alice", 0));
    }

    [Fact]
    public void Claim_NeverKept_HasNeverBeen()
    {
        var ledger = Ledger(new() { ConcurrentSessions = 1, SessionsPerDay = 1 });
        using (ledger.Claim("alice", 5)) Assert.Equal(5, ledger.Read("alice").DiskBytes);

        Assert.Equal(OwnerUsage.None, ledger.Read("alice"));
        using var next = ledger.Claim("alice", 5);
    }

    [Fact]
    public void Claim_KeptAndDisposed_StaysUntilReleased()
    {
        var ledger = Ledger(new());
        var claim = ledger.Claim("alice", 5);
        claim.Keep().Dispose();
        Assert.Equal((1, 5L), (ledger.Read("alice").ConcurrentSessions, ledger.Read("alice").DiskBytes));

        claim.Release();
        claim.Release();
        claim.Dispose();
        Assert.Equal((0, 0L), (ledger.Read("alice").ConcurrentSessions, ledger.Read("alice").DiskBytes));
    }

    [Fact]
    public void Disk_IsWhatLiveSessionsReserve()
    {
        var ledger = Ledger(new() { DiskBytes = 10 });
        var first = ledger.Claim("alice", 6).Keep();

        var refusal = Assert.Throws<QuotaExceededException>(() => ledger.Claim("alice", 5));
        Assert.Equal((Quota.DiskBytes, 10, 6, null), (refusal.Quota, refusal.Limit, refusal.Used, refusal.ResetsAt));
        ledger.Claim("alice", 4).Keep();
        first.Release();
        ledger.Claim("alice", 6).Keep();
    }

    [Fact]
    public void SessionsOfADay_ComeBackAtMidnight()
    {
        var ledger = Ledger(new() { SessionsPerDay = 2 });
        for (var i = 0; i < 2; i++) ledger.Claim("alice", 0).Keep().Release();

        var refusal = Assert.Throws<QuotaExceededException>(() => ledger.Claim("alice", 0));
        Assert.Equal((Quota.Sessions, Midnight, TimeSpan.FromHours(2)), (refusal.Quota, refusal.ResetsAt, refusal.RetryAfter));
        Assert.Equal("Sessions in a day: 2 of 2 are used. It starts anew at 2026-11-24T00:00:00Z.", refusal.Message);

        _time.Advance(TimeSpan.FromHours(2));
        ledger.Claim("alice", 0).Keep();
    }

    [Theory]
    [InlineData(10.0, 0.0, true)]
    [InlineData(0.0, 2.0, true)]
    [InlineData(9.9, 1.9, false)]
    public void TimeOfADay_UsedUp_AllowsNeitherSessionsNorCommands(double cpuSeconds, double memoryGiBHours, bool isRefused)
    {
        var ledger = Ledger(new() { CpuSecondsPerDay = 10, MemoryGiBHoursPerDay = 2 });
        var claim = ledger.Claim("alice", 0).Keep();
        claim.Charge(cpuSeconds, memoryGiBHours);

        if (isRefused)
        {
            Assert.Throws<QuotaExceededException>(claim.EnsureMayRun);
            Assert.Throws<QuotaExceededException>(() => ledger.Claim("alice", 0));
            _time.Advance(TimeSpan.FromHours(2));
        }

        claim.EnsureMayRun();
        ledger.Claim("alice", 0).Keep();
    }

    [Fact]
    public void NewDay_KeepsWhatIsHeld()
    {
        var ledger = Ledger(new());
        var claim = ledger.Claim("alice", 7).Keep();
        claim.Charge(1, 1);
        ledger.Claim("bob", 0).Keep().Release();
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(new OwnerUsage(1, 7, DailyUsage.None), ledger.Read("alice"));
        Assert.Empty(ledger.Save().Owners);
        claim.Release();
        Assert.Equal(OwnerUsage.None, ledger.Read("alice"));
    }

    [Fact]
    public void Claim_FromYesterdayUndoneToday_TakesNothingFromToday()
    {
        var ledger = Ledger(new());
        using (ledger.Claim("alice", 0)) _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(OwnerUsage.None, ledger.Read("alice"));
    }

    private QuotaLedger Ledger(QuotaOptions options) => new(options, _time);
}
