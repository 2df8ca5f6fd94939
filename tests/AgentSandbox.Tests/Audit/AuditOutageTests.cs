using System.Diagnostics;
using AgentSandbox.Server.Audit;

namespace AgentSandbox.Tests.Audit;

/// <summary>A disk that is really full: a small tmpfs, which only root can mount.</summary>
public sealed class AuditOutageTests : IDisposable
{
    private const int SizeKiB = 64;
    private readonly LogDirectory _directory = new();
    private bool _isMounted;

    public AuditOutageTests() => _directory.Options = _directory.Options with { RetryPause = TimeSpan.FromMilliseconds(10) };

    public void Dispose()
    {
        if (_isMounted) Run("umount", _directory.Options.Directory);
        _directory.Dispose();
    }

    [Fact]
    public async Task Append_DiskFull_SaysSoAndGoesOnWithoutAGapOnceThereIsRoom()
    {
        Mount();
        var told = new RecordedLogger<AuditLog>();
        using var log = await _directory.OpenAsync(told);
        await log.AppendAsync(LogDirectory.Entry(0));
        await log.FlushAsync(CancellationToken.None);
        Assert.True(log.IsAvailable);
        var filler = FillUp();

        for (var i = 1; i < 1_000; i++) await log.AppendAsync(LogDirectory.Entry(i));
        await told.WaitForAsync(4104);
        Assert.False(log.IsAvailable);
        Assert.Single(log.Read("s0", 0, 10).Entries);

        File.Delete(filler);
        Remount(4_096);
        await told.WaitForAsync(4105);
        await log.StopAsync(CancellationToken.None);

        Assert.True(log.IsAvailable);
        var found = _directory.Verify();
        Assert.Null(found.Broken);
        Assert.Equal(1_000, found.Count);
    }

    [Fact]
    public async Task Append_MoreThanCanWait_IsCountedAndTheLogSaysHowMany()
    {
        Mount();
        var told = new RecordedLogger<AuditLog>();
        using var log = await _directory.OpenAsync(told);
        var filler = FillUp();
        for (var i = 0; i < 10_000; i++) await log.AppendAsync(LogDirectory.Entry(i));
        await told.WaitForAsync(4104);
        for (var i = 0; i < 10_000; i++) await log.AppendAsync(LogDirectory.Entry(i));

        File.Delete(filler);
        Remount(16_384);
        await told.WaitForAsync(4105);
        await log.StopAsync(CancellationToken.None);

        var entries = LogDirectory.Read(_directory.Files[0]);
        var lost = entries.Where(entry => entry.Action == AuditActions.Gap).Sum(entry => entry.Count ?? 0);
        Assert.True(lost > 0);
        Assert.Equal(20_000, entries.Count(entry => entry.Action == "runCommand") + lost);
        Assert.Null(_directory.Verify().Broken);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 0)]
    public void Rotate_DiskFullBehindTheNewFile_TakesNoOldOneAndIsMadeOnce(int maxFiles, int removed)
    {
        Mount();
        // Small enough that the newest file's page still takes an entry, and only the new file's first finds no room.
        _directory.Options = _directory.Options with { MaxFileBytes = 2_000, MaxFiles = maxFiles };
        using var writer = AuditWriter.Open(_directory.Options, new AuditIndex(new AuditDirectory(_directory.Options.Directory)));
        var number = 0;
        while (_directory.Files.Length < 3 || !writer.IsFull)
        {
            if (writer.IsFull) writer.Rotate(Now);
            writer.Add(LogDirectory.Entry(number++) with { Time = Now });
            writer.Flush();
        }

        var old = _directory.Files;
        var filler = FillUp();
        for (var i = 0; i < 20; i++) Assert.Throws<IOException>(() => writer.Rotate(Now));
        Assert.Equal(old, _directory.Files.SkipLast(1));

        File.Delete(filler);
        writer.Rotate(Now);

        Assert.Equal(old.Skip(removed), _directory.Files.SkipLast(1));
        Assert.Null(_directory.Verify().Broken);
        var rotated = Assert.Single(LogDirectory.Read(_directory.Files[^1]));
        Assert.Equal((AuditActions.Rotated, Now, removed > 0), (rotated.Action, rotated.Time, rotated.RemovedThrough is not null));
    }

    private static DateTimeOffset Now { get; } = new(2026, 11, 23, 22, 0, 0, TimeSpan.Zero);

    private void Mount()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a file system of its own.");
        Directory.CreateDirectory(_directory.Options.Directory);
        Run("mount", "-t", "tmpfs", "-o", $"size={SizeKiB}k,mode=0700", "tmpfs", _directory.Options.Directory);
        _isMounted = true;
    }

    private void Remount(int sizeKiB) => Run("mount", "-o", $"remount,size={sizeKiB}k", _directory.Options.Directory);

    private string FillUp()
    {
        var path = Path.Combine(_directory.Options.Directory, "filler");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var i = 0; i <= SizeKiB; i++) file.Write(new byte[1024]);
        }
        catch (IOException)
        {
            return path;
        }

        throw new InvalidOperationException("The file system is larger than it should be.");
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
