using System.Diagnostics.Metrics;
using System.Text.Json;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Observability;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AgentSandbox.Tests.Audit;

public sealed class SecurityLogTests : IDisposable
{
    private readonly LogDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public void Dispose()
    {
        _services.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("pathAttack")]
    [InlineData("wallMissing")]
    [InlineData("rateLimited")]
    public async Task Note_AnEvent_CountsItByKindAndWritesIt(string kind)
    {
        var counted = new List<string?>();
        using var log = await _directory.OpenAsync();
        using var security = Create(log);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>() && instrument.Name == "agent_sandbox.security.events") self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => counted.AddRange(Enumerable.Repeat(tags[0].Value as string, (int)count)));
        listener.Start();

        security.Note(Enum.Parse<SecurityEvent>(kind, ignoreCase: true), "something", "10.0.0.1", "s1");
        await log.StopAsync(CancellationToken.None);

        Assert.Equal([kind], counted);
        var line = JsonDocument.Parse(File.ReadLines(_directory.Files[0]).Single()).RootElement;
        Assert.Equal(("securityEvent", kind, "10.0.0.1", "s1"), (Text("action"), Text("event"), Text("address"), Text("sessionId")));

        string? Text(string name) => line.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Note_AFlood_WritesABoundedNumberAndSaysHowManyWereLeftOut()
    {
        using var log = await _directory.OpenAsync();
        using var security = Create(log);
        for (var i = 0; i < 5_000; i++) security.Note(SecurityEvent.AuthenticationFailed, "login");
        security.Note(SecurityEvent.PathAttack, "another kind is not held up");
        _time.Advance(TimeSpan.FromMinutes(1));
        security.Note(SecurityEvent.AuthenticationFailed, "login");
        await log.StopAsync(CancellationToken.None);

        var lines = File.ReadLines(_directory.Files[0]).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(SecurityThrottle.EntriesPerSource + 2, lines.Count);
        Assert.Equal(5_000 - SecurityThrottle.EntriesPerSource + 1, lines[^1].GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task Note_AFloodFromOneAddress_DoesNotHideAnother()
    {
        using var log = await _directory.OpenAsync();
        var told = new RecordedLogger<SecurityLog>();
        using var security = Create(log, told);
        for (var i = 0; i < 5_000; i++) security.Note(SecurityEvent.AuthenticationFailed, "login", "10.0.0.1");
        security.Note(SecurityEvent.AuthenticationFailed, "login", "10.0.0.2");
        await log.StopAsync(CancellationToken.None);

        Assert.Equal("10.0.0.2", LogDirectory.Read(_directory.Files[0])[^1].Address);
        Assert.Equal(SecurityThrottle.EntriesPerSource + 1, told.Lines.Count);
        Assert.Contains($"{5_000 - SecurityThrottle.EntriesPerSource} of the kind left out", told.Lines[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Note_AFloodFromManyAddresses_IsBoundedToo()
    {
        using var log = await _directory.OpenAsync();
        var told = new RecordedLogger<SecurityLog>();
        using var security = Create(log, told);
        for (var i = 0; i < 3 * SecurityThrottle.EntriesPerKind; i++) security.Note(SecurityEvent.ForeignHost, "host", $"10.0.{i / 256}.{i % 256}");
        await log.StopAsync(CancellationToken.None);

        Assert.Equal(SecurityThrottle.EntriesPerKind, told.Lines.Count);
        Assert.Equal(SecurityThrottle.EntriesPerKind, LogDirectory.Read(_directory.Files[0]).Count);
    }

    [Fact]
    public async Task Note_ALongDetail_IsCutInLineAndEntry()
    {
        using var log = await _directory.OpenAsync();
        var told = new RecordedLogger<SecurityLog>();
        using var security = Create(log, told);
        security.Note(SecurityEvent.PathAttack, new string('x', 100_000), "10.0.0.1");
        await log.StopAsync(CancellationToken.None);

        Assert.Equal(256, LogDirectory.Read(_directory.Files[0]).Single().Detail?.Length);
        Assert.InRange(told.Lines.Single().Message.Length, 256, 512);
    }

    [Fact]
    public void Levels_OfASecurityEvent_AreItsOwn()
    {
        Assert.Equal("security", LogLevelNames.Of(LogLevel.Warning, new EventId(SecurityLog.EventId)));
        Assert.Equal("warn", LogLevelNames.Of(LogLevel.Warning, new EventId(1)));
    }

    [Fact]
    public void LogLevel_Error_DoesNotSilenceSecurityEvents()
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddLogs(LogLevel.Error));

        Assert.True(loggers.CreateLogger<SecurityLog>().IsEnabled(LogLevel.Warning));
        Assert.False(loggers.CreateLogger<AuditLog>().IsEnabled(LogLevel.Warning));
    }

    private SecurityLog Create(AuditLog log, ILogger<SecurityLog>? logger = null) =>
        new(_services.GetRequiredService<IMeterFactory>(), logger ?? NullLogger<SecurityLog>.Instance, log, _time);
}
