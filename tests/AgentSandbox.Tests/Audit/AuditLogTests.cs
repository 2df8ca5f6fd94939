using System.Collections.Concurrent;
using System.Text.Json;
using AgentSandbox.Server.Audit;

namespace AgentSandbox.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly LogDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Append_FromManyCallersAtOnce_LosesNone()
    {
        const int Callers = 16, Each = 2_000;
        using (var log = await _directory.OpenAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                for (var i = 0; i < Each; i++) await log.AppendAsync(LogDirectory.Entry(caller * Each + i));
            })));
            await log.StopAsync(CancellationToken.None);
        }

        var commands = Lines().Select(line => line.GetProperty("command").GetString()).ToHashSet();
        Assert.Equal(Callers * Each, commands.Count);
        Assert.Null(_directory.Verify().Broken);
    }

    [Fact]
    public async Task Append_AfterANewStart_GoesOnWithTheChain()
    {
        await _directory.WriteAsync(5);
        await _directory.WriteAsync(5);

        Assert.Equal((10, 10), (_directory.Verify().Count, _directory.Verify().Last));
        Assert.Single(_directory.Files);
    }

    [Fact]
    public async Task Append_HostileTexts_StayOneLineOfPlainAscii()
    {
        const string Hostile = "a\nb\r\0\u001b[2J\u009b31m\u202Etxt\u2028\",\"hash\":\"\ud800 я";
        using (var log = await _directory.OpenAsync())
        {
            await log.AppendAsync(new AuditEntry { Action = "runCommand", Command = Hostile, Path = Hostile, Detail = Hostile, Args = [Hostile] });
            await log.StopAsync(CancellationToken.None);
        }

        var bytes = File.ReadAllBytes(_directory.Files[0]);
        Assert.DoesNotContain(bytes[..^1], value => value is < 0x20 or > 0x7e);
        Assert.Equal(Hostile.Replace('\ud800', '\ufffd'), Lines()[0].GetProperty("command").GetString());
        Assert.Null(_directory.Verify().Broken);
    }

    [Fact]
    public async Task Append_LongTexts_AreCutAndSayso()
    {
        using (var log = await _directory.OpenAsync())
        {
            await log.AppendAsync(new AuditEntry { Action = "runCommand", Command = new string('x', 1_000_000) });
            await log.AppendAsync(new AuditEntry { Action = "runCommand", Args = [.. Enumerable.Repeat(new string('y', 100), 4_000)] });
            await log.StopAsync(CancellationToken.None);
        }

        Assert.All(Lines(), line => Assert.True(line.GetProperty("truncated").GetBoolean()));
        Assert.True(new FileInfo(_directory.Files[0]).Length < 10_000);
    }

    [Fact]
    public async Task Open_Files_AreForTheirOwnerAlone()
    {
        await _directory.WriteAsync(1);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory.Options.Directory));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.Files[0]));
    }

    [Fact]
    public async Task Open_WhileAnotherServerWrites_Refuses()
    {
        using var log = await _directory.OpenAsync();

        await Assert.ThrowsAsync<AuditException>(() => _directory.OpenAsync());

        await log.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Read_OneSession_GivesItsEntriesByPages()
    {
        using var log = await _directory.OpenAsync();
        for (var i = 0; i < 30; i++) await log.AppendAsync(LogDirectory.Entry(i));
        await log.FlushAsync(CancellationToken.None);

        var (first, second) = (log.Read("s1", 0, 6), log.Read("s1", log.Read("s1", 0, 6).Entries[^1].Seq, 6));

        Assert.True(first.HasMore);
        Assert.False(second.HasMore);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"echo {i * 3 + 1}"), first.Entries.Concat(second.Entries).Select(entry => entry.Command));
        Assert.Empty(log.Read("unknown", 0, 6).Entries);
        await log.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Read_AfterANewStart_StillKnowsRecentSessions()
    {
        await _directory.WriteAsync(30);
        using var log = await _directory.OpenAsync();

        Assert.Equal(10, log.Read("s1", 0, 100).Entries.Count);
        await log.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Read_FileRotatedAway_GivesWhatIsLeft()
    {
        _directory.Options = _directory.Options with { MaxFileBytes = 2_000, MaxFiles = 2 };
        using var log = await _directory.OpenAsync();
        for (var i = 0; i < 60; i++) await log.AppendAsync(LogDirectory.Entry(i));
        await log.FlushAsync(CancellationToken.None);

        var entries = log.Read("s0", 0, 100).Entries;

        Assert.InRange(entries.Count, 1, 19);
        Assert.Equal("echo 57", entries[^1].Command);
        await log.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Rotate_FilesWithoutAnEntry_PushNoHistoryOut()
    {
        _directory.Options = _directory.Options with { MaxFileBytes = 2_000, MaxFiles = 4 };
        await _directory.WriteAsync(7);
        var old = _directory.Files;
        // The first holds more entries than these numbers.
        for (var seq = 2; seq < 5; seq++) File.WriteAllText(Path.Combine(_directory.Options.Directory, $"audit-{seq:D12}.jsonl"), "");
        await _directory.WriteAsync(7);

        Assert.True(_directory.Files.Length > 3 + old.Length);
        Assert.Empty(old.Except(_directory.Files));
        Assert.Null(_directory.Verify().Broken);
    }

    [Fact]
    public async Task Read_SessionThatNeverBegan_IsUnknownAlsoAfterANewStart()
    {
        using (var log = await _directory.OpenAsync())
        {
            await log.AppendAsync(LogDirectory.Entry(0) with { SessionOwner = null });
            log.Begin("s1", "alice");
            await log.AppendAsync(LogDirectory.Entry(1) with { SessionOwner = null });
            await log.AppendAsync(LogDirectory.Entry(4));
            await log.FlushAsync(CancellationToken.None);
            AssertKnown(log);
            await log.StopAsync(CancellationToken.None);
        }

        using var next = await _directory.OpenAsync();
        AssertKnown(next);
        await next.StopAsync(CancellationToken.None);

        static void AssertKnown(AuditLog log)
        {
            Assert.Equal((null, "alice"), (log.OwnerOf("s0"), log.OwnerOf("s1")));
            Assert.Equal((0, 2), (log.Read("s0", 0, 10).Entries.Count, log.Read("s1", 0, 10).Entries.Count));
        }
    }

    [Fact]
    public async Task Append_FileRemovedMeanwhile_GoesOnInANewOneThatShowsIt()
    {
        var told = new RecordedLogger<AuditLog>();
        using var log = await _directory.OpenAsync(told);
        await log.AppendAsync(LogDirectory.Entry(1));
        await log.FlushAsync(CancellationToken.None);
        File.Delete(_directory.Files[0]);

        await log.AppendAsync(LogDirectory.Entry(2));
        await told.WaitForAsync(4106);
        await log.AppendAsync(LogDirectory.Entry(3));
        await log.StopAsync(CancellationToken.None);

        Assert.Equal(AuditFault.Missing, _directory.Verify().Broken?.Fault);
    }

    [Fact]
    public async Task Stop_TellsTheHeadThatTheCheckFinds()
    {
        var told = new RecordedLogger<AuditLog>();
        using var log = await _directory.OpenAsync(told);
        await log.AppendAsync(LogDirectory.Entry(1));
        await log.StopAsync(CancellationToken.None);

        Assert.Contains(_directory.Verify().Head, told.Lines.Single(line => line.Id == 4101).Message, StringComparison.Ordinal);
    }

    private List<JsonElement> Lines() => [.. _directory.Files.SelectMany(File.ReadLines).Select(line => JsonDocument.Parse(line).RootElement)];
}
