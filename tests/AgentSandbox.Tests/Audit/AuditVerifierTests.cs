using AgentSandbox.Server.Audit;

namespace AgentSandbox.Tests.Audit;

/// <summary>Each kind of tampering is named by the first line that does not hold, and by what it is.</summary>
public sealed class AuditVerifierTests : IDisposable
{
    private const int Count = 20;
    private readonly LogDirectory _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Verify_AnUntouchedLog_Holds()
    {
        await _log.WriteAsync(Count);

        var found = _log.Verify();

        Assert.Null(found.Broken);
        Assert.Equal((Count, 1, Count), (found.Count, found.First, found.Last));
        Assert.Equal(AuditLine.HashLength, found.Head.Length);
    }

    [Fact]
    public async Task Verify_AnyByteChanged_NamesItsLine()
    {
        await _log.WriteAsync(4);
        var original = File.ReadAllBytes(_log.Files[0]);
        var lineOf = LineNumbers(original);

        for (var at = 0; at < original.Length; at++)
        {
            var changed = original.ToArray();
            changed[at] ^= 1;
            File.WriteAllBytes(_log.Files[0], changed);

            var broken = _log.Verify().Broken;

            Assert.True(broken is not null, $"Byte {at} was changed unnoticed.");
            Assert.Equal(lineOf[at], broken.Line);
        }
    }

    [Fact]
    public async Task Verify_LineRemoved_NamesTheOneAfterIt()
    {
        await _log.WriteAsync(Count);
        Rewrite(lines => lines.RemoveAt(9));

        AssertBroken(10, AuditFault.Missing);
    }

    [Fact]
    public async Task Verify_FirstLinesRemoved_NamesTheFirst()
    {
        await _log.WriteAsync(Count);
        Rewrite(lines => lines.RemoveRange(0, 3));

        AssertBroken(1, AuditFault.Missing);
    }

    [Fact]
    public async Task Verify_LinesSwapped_NamesTheFirstOfThem()
    {
        await _log.WriteAsync(Count);
        Rewrite(lines => (lines[7], lines[8]) = (lines[8], lines[7]));

        AssertBroken(8, AuditFault.OutOfOrder);
    }

    [Fact]
    public async Task Verify_LineRepeated_NamesTheCopy()
    {
        await _log.WriteAsync(Count);
        Rewrite(lines => lines.Insert(12, lines[4]));

        AssertBroken(13, AuditFault.OutOfOrder);
    }

    [Fact]
    public async Task Verify_LineForgedWithAHashOfItsOwn_IsNoticed()
    {
        await _log.WriteAsync(Count);
        using var other = new LogDirectory();
        await other.WriteAsync(Count + 1);
        var forged = File.ReadAllLines(other.Files[0]);
        Rewrite(lines => lines[10] = forged[10]);

        AssertBroken(11, AuditFault.Changed);
    }

    [Fact]
    public async Task Verify_LineOfNonsensePutIn_NamesIt()
    {
        await _log.WriteAsync(Count);
        Rewrite(lines => lines.Insert(5, "nonsense"));

        AssertBroken(6, AuditFault.Changed);
    }

    [Fact]
    public async Task Verify_TailCutOff_ShowsByAKnownHash()
    {
        await _log.WriteAsync(Count);
        var head = _log.Verify().Head;
        Assert.Null(_log.Verify(head).Broken);
        Rewrite(lines => lines.RemoveRange(Count - 5, 5));

        Assert.Null(_log.Verify().Broken);
        Assert.Equal(AuditFault.Cut, _log.Verify(head).Broken?.Fault);
    }

    [Fact]
    public async Task Verify_HalfALineAtTheEnd_NamesIt()
    {
        await _log.WriteAsync(Count);
        Shorten(_log.Files[0], 30);

        AssertBroken(Count, AuditFault.Cut);
    }

    [Fact]
    public async Task Verify_HalfALineAndANewStart_HoldsAndSaysSo()
    {
        await _log.WriteAsync(Count);
        Shorten(_log.Files[0], 30);
        await _log.WriteAsync(2);

        var found = _log.Verify();

        Assert.Null(found.Broken);
        Assert.Equal((Count - 1 + 1 + 2, 1), (found.Count, found.Recovered));
    }

    [Fact]
    public async Task Verify_WhatACrashHasLeftChangedLater_NamesIt()
    {
        await _log.WriteAsync(Count);
        Shorten(_log.Files[0], 30);
        await _log.WriteAsync(2);
        Rewrite(lines => lines[Count - 1] = lines[Count - 1].Replace("echo", "ohce", StringComparison.Ordinal));

        AssertBroken(Count, AuditFault.Changed);
    }

    [Fact]
    public async Task Verify_LastLineChangedAndANewStart_IsNotTakenForACrash()
    {
        await _log.WriteAsync(Count);
        Rewrite(lines => lines[Count - 1] = lines[Count - 1].Replace("alice", "malice", StringComparison.Ordinal));
        await _log.WriteAsync(2);

        AssertBroken(Count, AuditFault.Changed);
    }

    [Fact]
    public async Task Verify_FileInTheMiddleRemoved_NamesTheNextFilesFirstLine()
    {
        await WriteSeveralFilesAsync();
        File.Delete(_log.Files[1]);

        var broken = _log.Verify().Broken;

        Assert.Equal((Path.GetFileName(_log.Files[1]), 1, AuditFault.Missing), (broken?.File, broken?.Line, broken?.Fault));
    }

    [Fact]
    public async Task Verify_OldestFileRemovedByHand_IsNotTakenForRotation()
    {
        await WriteSeveralFilesAsync();
        File.Delete(_log.Files[0]);

        var broken = _log.Verify().Broken;

        Assert.Equal((Path.GetFileName(_log.Files[0]), 1, AuditFault.Missing), (broken?.File, broken?.Line, broken?.Fault));
    }

    [Fact]
    public async Task Verify_OldestFilesRotatedAway_Holds()
    {
        _log.Options = _log.Options with { MaxFiles = 3 };
        await WriteSeveralFilesAsync();

        var found = _log.Verify();

        Assert.Null(found.Broken);
        Assert.Equal(3, _log.Files.Length);
        Assert.True(found.First > 1);
    }

    private async Task WriteSeveralFilesAsync()
    {
        _log.Options = _log.Options with { MaxFileBytes = 2_000 };
        await _log.WriteAsync(40);
        Assert.True(_log.Files.Length >= 3);
    }

    private void AssertBroken(int line, AuditFault fault)
    {
        var broken = _log.Verify().Broken;
        Assert.NotNull(broken);
        Assert.Equal((Path.GetFileName(_log.Files[0]), line, fault), (broken.File, broken.Line, broken.Fault));
    }

    private void Rewrite(Action<List<string>> change)
    {
        var lines = File.ReadAllLines(_log.Files[0]).ToList();
        change(lines);
        File.WriteAllText(_log.Files[0], string.Join('\n', lines) + "\n");
    }

    private static void Shorten(string path, int bytes)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(file.Length - bytes);
    }

    private static int[] LineNumbers(byte[] bytes)
    {
        var line = 1;
        return [.. bytes.Select(value => value == '\n' ? line++ : line)];
    }
}
