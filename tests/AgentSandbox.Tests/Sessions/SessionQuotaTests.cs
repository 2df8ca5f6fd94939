using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Limits.Quotas;
using AgentSandbox.Server.Pools;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Sessions;
using AgentSandbox.Server.Templates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AgentSandbox.Tests.Sessions;

/// <summary>A session's claim lives as long as the session, however it ends, and its box's use is charged.</summary>
public sealed class SessionQuotaTests : IDisposable
{
    private const string Owner = "alice";
    private const long GiB = 1L << 30;

    private static readonly SandboxLimits Limits = new(GiB, Cpus: 2, Pids: 10, DiskBytes: 100);

    private readonly string _directory = Directory.CreateTempSubdirectory("sessions-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly ServiceProvider _logs;
    private readonly FakeRuntime _runtime = new();
    private readonly QuotaLedger _ledger;
    private readonly SandboxJanitor _janitor;
    private readonly SandboxBooter _booter;
    private readonly WarmPool _pool;
    private readonly SessionManager _sessions;

    public SessionQuotaTests()
    {
        File.WriteAllText(Path.Combine(_directory, "default.json"), """
            { "name": "default", "description": "d", "suite": "bookworm", "packages": ["bash"],
              "environment": { "PATH": "/bin", "HOME": "/home/sandbox" }, "shell": ["/bin/bash", "-c"] }
            """);
        _logs = new ServiceCollection().AddMetrics().AddLogging().AddSingleton<TimeProvider>(_time)
            .AddSingleton(new AuditOptions(Path.Combine(_directory, "audit")) { IsOn = false }).AddSingleton<AuditLog>().AddSingleton<SecurityLog>()
            .BuildServiceProvider();
        var templates = TemplateCatalog.Load(_directory);
        templates.Add(new Template("default", "1", "/", new Dictionary<string, string>(), []));
        _ledger = new QuotaLedger(new QuotaOptions { ConcurrentSessions = 10 }, _time);
        _janitor = new SandboxJanitor(_time, NullLogger<SandboxJanitor>.Instance);
        _booter = new SandboxBooter(_runtime, _time);
        _pool = new WarmPool(new PoolOptions { Size = 0, Template = "default", Isolation = RuntimeCapabilities.Standard, Limits = Limits }, _runtime, _janitor);
        _sessions = new SessionManager(
            new SessionOptions { MaxConcurrent = 50, MaxStreams = 2 }, templates, _pool, _booter, _janitor, _ledger,
            _logs.GetRequiredService<AuditLog>(), _logs.GetRequiredService<SecurityLog>(), _time, NullLogger<SessionManager>.Instance);
    }

    private OwnerUsage Usage => _ledger.Read(Owner);

    public void Dispose()
    {
        _logs.Dispose();
        _pool.Dispose();
        _booter.Dispose();
        _janitor.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Create_ManyAtOnce_GivesExactlyTheQuota()
    {
        var gate = new TaskCompletionSource();
        _runtime.Starting = _ => gate.Task;
        var creates = Enumerable.Range(0, 100).Select(_ => Task.Run(CreateAsync)).ToList();
        gate.SetResult();
        var results = await Task.WhenAll(creates.Select(async create =>
        {
            try
            {
                return (await create).Session is not null;
            }
            catch (QuotaExceededException)
            {
                return false;
            }
        }));

        Assert.Equal(10, results.Count(isMade => isMade));
        Assert.Equal(10, Usage.ConcurrentSessions);
        Assert.Equal(1_000, Usage.DiskBytes);
    }

    [Fact]
    public async Task Create_WhoseBoxCannotStart_HoldsNothing()
    {
        _runtime.Starting = _ => throw new SandboxRuntimeException("It cannot.");

        Assert.Equal(SessionError.BoxFailed, (await CreateAsync()).Error);
        Assert.Equal(OwnerUsage.None, Usage);
    }

    [Fact]
    public async Task Create_WhoseCallerLeaves_HoldsNothing()
    {
        using var leaving = new CancellationTokenSource();
        var starting = new TaskCompletionSource();
        _runtime.Starting = token =>
        {
            starting.SetResult();
            return Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
        };
        var create = _sessions.CreateAsync(Request, Owner, leaving.Token);
        await starting.Task;
        Assert.Equal(1, Usage.ConcurrentSessions);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => create);
        Assert.Equal(OwnerUsage.None, Usage);
    }

    [Fact]
    public async Task Delete_GivesBackWhatIsHeld_AndChargesTheLastReading()
    {
        var session = await MakeAsync();
        _time.Advance(TimeSpan.FromMinutes(30));
        _runtime.Stats = new SandboxStats(CpuMs: 2_500, GiB, GiB, 1, 0);

        Assert.True(_sessions.Delete(session.Id, SessionEnd.Deleted));
        Assert.False(_sessions.Delete(session.Id, SessionEnd.Deleted));
        await _janitor.DrainAsync();

        Assert.Equal((0, 0L), (Usage.ConcurrentSessions, Usage.DiskBytes));
        Assert.Equal((1, 2.5, 0.5), (Usage.Today.Sessions, Usage.Today.CpuSeconds, Usage.Today.MemoryGiBHours));
    }

    [Fact]
    public async Task Expiry_GivesBackWhatIsHeld()
    {
        await MakeAsync();
        _time.Advance(TimeSpan.FromHours(2));
        _sessions.DeleteExpired();

        Assert.Equal((0, 0L), (Usage.ConcurrentSessions, Usage.DiskBytes));
    }

    [Fact]
    public async Task ServerStop_ChargesTheLastReadingOfAll()
    {
        for (var i = 0; i < 3; i++) await MakeAsync();
        _runtime.Stats = new SandboxStats(CpuMs: 1_000, 0, 0, 1, 0);
        _sessions.DeleteAll();
        await _janitor.DrainAsync();

        Assert.Equal((0, 3.0), (Usage.ConcurrentSessions, Usage.Today.CpuSeconds));
        Assert.Equal(0, _runtime.Boxes);
    }

    [Fact]
    public async Task BoxThatDies_GivesBackWhatIsHeld_AndIsChargedAsIfItHadUsedItAll()
    {
        var session = await MakeAsync();
        await session.Meter.ReadAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(4));
        _runtime.Stats = null;
        foreach (var guest in _runtime.Guests) guest.HangUp();

        await session.Sandbox.Guest.Completion;
        while (session.State is not SessionState.Failed || _runtime.Boxes > 0) await Task.Yield();
        await _janitor.DrainAsync();

        Assert.Equal((0, 0L), (Usage.ConcurrentSessions, Usage.DiskBytes));
        Assert.Equal(8, Usage.Today.CpuSeconds, 6);                                  // 4 s of 2 processors
        Assert.Equal(4.0 / 3_600, Usage.Today.MemoryGiBHours, 6);                    // and of 1 GiB
    }

    [Fact]
    public async Task Readings_AreChargedOnce_AndMemoryAsTheirMean()
    {
        var session = await MakeAsync();
        await ReadAsync(1_000, GiB, TimeSpan.FromHours(1));
        await ReadAsync(4_000, 3 * GiB, TimeSpan.FromHours(1));
        await ReadAsync(3_000, 3 * GiB, TimeSpan.Zero);                              // overtaken by a later one

        Assert.Equal((4, 3), (Usage.Today.CpuSeconds, Usage.Today.MemoryGiBHours));

        async Task ReadAsync(long cpuMs, long memoryBytes, TimeSpan later)
        {
            _time.Advance(later);
            _runtime.Stats = new SandboxStats(cpuMs, memoryBytes, memoryBytes, 1, 0);
            await session.Meter.ReadAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task BoxThatCannotTellForAWhile_IsChargedWhenItDoes()
    {
        var session = await MakeAsync();
        _runtime.Stats = null;
        _time.Advance(TimeSpan.FromMinutes(30));
        await session.Meter.ReadAsync(CancellationToken.None);
        Assert.Equal(0, Usage.Today.CpuSeconds);

        _runtime.Stats = new SandboxStats(9_000, GiB, GiB, 1, 0);
        _time.Advance(TimeSpan.FromMinutes(30));
        await session.Meter.ReadAsync(CancellationToken.None);
        Assert.Equal((9, 1), (Usage.Today.CpuSeconds, Usage.Today.MemoryGiBHours));
    }

    [Fact]
    public async Task Requests_MoreThanASessionServes_AreRefused()
    {
        var session = await MakeAsync();
        using var first = session.TryAcquire(out _);
        var second = session.TryAcquire(out _);

        Assert.Null(session.TryAcquire(out var error));
        Assert.Equal(SessionError.TooManyStreams, error);
        second!.Dispose();
        using var third = session.TryAcquire(out error);
        Assert.Equal(SessionError.None, error);
    }

    private static SessionRequest Request { get; } = new(
        "default", RuntimeCapabilities.Standard, 3_600_000, Limits, new Dictionary<string, string>(), new Dictionary<string, string>());

    private Task<(Session? Session, SessionError Error)> CreateAsync() => _sessions.CreateAsync(Request, Owner, CancellationToken.None);

    private async Task<Session> MakeAsync()
    {
        var (session, error) = await CreateAsync();
        Assert.Equal(SessionError.None, error);
        return session!;
    }
}
