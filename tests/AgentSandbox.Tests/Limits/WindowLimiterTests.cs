using System.Threading.RateLimiting;
using AgentSandbox.Server.Limits;
using Microsoft.Extensions.Time.Testing;

namespace AgentSandbox.Tests.Limits;

public sealed class WindowLimiterTests
{
    private static readonly RateLimitPolicy Policy = new("default", 3, TimeSpan.FromMinutes(15));

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Acquire_UpToTheQuota_ThenTellsWhenThereIsMore()
    {
        using var limiter = new WindowLimiter(Policy, _time);

        Assert.Equal("\"default\";r=2;t=900", Ask(limiter).Header);
        _time.Advance(TimeSpan.FromSeconds(100.5));
        Assert.Equal("\"default\";r=1;t=800", Ask(limiter).Header);
        Assert.Equal("\"default\";r=0;t=800", Ask(limiter).Header);

        var refused = Ask(limiter);
        Assert.False(refused.IsAcquired);
        Assert.Equal("\"default\";r=0;t=800", refused.Header);
        Assert.True(refused.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter));
        Assert.Equal(TimeSpan.FromSeconds(799.5), retryAfter);
    }

    [Fact]
    public void Acquire_InTheNextWindow_StartsAnew()
    {
        using var limiter = new WindowLimiter(Policy, _time);
        for (var i = 0; i < 4; i++) Ask(limiter);
        _time.Advance(Policy.Window);

        Assert.Equal("\"default\";r=2;t=900", Ask(limiter).Header);
    }

    [Fact]
    public void Window_OpensWithTheFirstRequest()
    {
        using var limiter = new WindowLimiter(Policy, _time);
        _time.Advance(TimeSpan.FromMinutes(14));

        Assert.Equal("\"default\";r=2;t=900", Ask(limiter).Header);
    }

    [Fact]
    public void FirstRefusal_IsToldOncePerWindow()
    {
        using var limiter = new WindowLimiter(Policy, _time);
        for (var i = 0; i < 3; i++) Assert.False(Ask(limiter).IsFirstRefusal);

        Assert.True(Ask(limiter).IsFirstRefusal);
        Assert.False(Ask(limiter).IsFirstRefusal);
        _time.Advance(Policy.Window);
        for (var i = 0; i < 3; i++) Ask(limiter);
        Assert.True(Ask(limiter).IsFirstRefusal);
    }

    [Fact]
    public void AcquireNone_OnlyAsks()
    {
        using var limiter = new WindowLimiter(Policy, _time);
        for (var i = 0; i < 10; i++) Assert.True(limiter.AttemptAcquire(0).IsAcquired);
        for (var i = 0; i < 3; i++) Ask(limiter);

        Assert.False(limiter.AttemptAcquire(0).IsAcquired);
    }

    [Fact]
    public void Acquire_WhileTooManyGoOn_IsRefusedUntilOneEnds()
    {
        using var limiter = new WindowLimiter(Policy with { AtOnce = 1 }, _time);
        var first = Ask(limiter);
        var refused = Ask(limiter);
        Assert.Equal((false, true, 1, "\"default\";r=2;t=900"), (refused.IsAcquired, refused.IsCrowded, refused.RetrySeconds, refused.Header));

        _time.Advance(Policy.Window + TimeSpan.FromMinutes(1));
        Assert.Null(limiter.IdleDuration);                            // else the framework would forget who is still there
        Assert.False(Ask(limiter).IsAcquired);
        first.Dispose();
        first.Dispose();
        Assert.True(Ask(limiter).IsAcquired);
        Assert.False(Ask(limiter).IsAcquired);
    }

    [Fact]
    public void Acquire_FromManyThreads_GivesExactlyTheQuota()
    {
        using var limiter = new WindowLimiter(Policy with { Quota = 1_000 }, _time);
        var acquired = 0;
        Parallel.For(0, 5_000, _ =>
        {
            if (Ask(limiter).IsAcquired) Interlocked.Increment(ref acquired);
        });

        Assert.Equal(1_000, acquired);
    }

    /// <summary>It looks a few times a second by a clock of its own, which cannot be advanced; the limiter's clock can.</summary>
    [Fact]
    public async Task Partition_IdleSinceItsWindowEnded_IsDroppedByTheFramework()
    {
        var forgotten = new TaskCompletionSource();
        var made = 0;
        await using var limiter = PartitionedRateLimiter.Create<int, int>(key => RateLimitPartition.Get(key, _ =>
        {
            made++;
            return new WindowLimiter(Policy, _time, forgotten.SetResult);
        }));
        limiter.AttemptAcquire(1).Dispose();
        _time.Advance(Policy.Window - TimeSpan.FromSeconds(1));
        limiter.AttemptAcquire(1).Dispose();
        Assert.Equal(1, made);

        _time.Advance(TimeSpan.FromSeconds(12));
        await forgotten.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void IdleDuration_WhileItsWindowCounts_IsNone()
    {
        using var limiter = new WindowLimiter(Policy, _time);
        Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
        Ask(limiter).Dispose();
        _time.Advance(TimeSpan.FromMinutes(14));
        Assert.Null(limiter.IdleDuration);

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(TimeSpan.FromMinutes(1), limiter.IdleDuration);
    }

    private static WindowLease Ask(WindowLimiter limiter) => Assert.IsType<WindowLease>(limiter.AttemptAcquire());
}
