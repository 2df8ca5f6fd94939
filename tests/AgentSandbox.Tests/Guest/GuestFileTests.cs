using System.IO.Pipelines;
using System.Security.Cryptography;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Tests.Guest;

public sealed class GuestFileTests : GuestTest
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData(20 * 1024 * 1024)]
    public async Task WriteThenRead_AnySize_IsExact(int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);

        var written = await WriteAsync("a/b/file", bytes);
        var (status, read) = await ReadAsync("a/b/file");

        Assert.True(bytes.AsSpan().SequenceEqual(read));
        Assert.Equal(("file", FileKind.File, size, 0x1A4u), (written.Name, written.Kind, written.Size, written.Mode));
        Assert.Equal((written.Size, written.ModifiedAt), (status.Size, status.ModifiedAt));
    }

    [Theory]
    [InlineData(0, 5L, "01234")]
    [InlineData(7, 100L, "789")]
    [InlineData(100, 5L, "")]
    [InlineData(3, 0L, "")]
    [InlineData(8, null, "89")]
    public async Task Read_Range_IsThatPart(long offset, long? length, string expected)
    {
        await WriteAsync("digits", "0123456789"u8.ToArray());

        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString((await ReadAsync("digits", offset, length)).Content));
    }

    [Fact]
    public async Task Read_FileOfProc_IsReadToItsEndThoughItsSizeIsZero() =>
        Assert.StartsWith("Linux version", System.Text.Encoding.UTF8.GetString((await ReadAsync("/proc/version")).Content), StringComparison.Ordinal);

    [Fact]
    public async Task Read_AbandonedHalfway_LeavesTheLinkUsable()
    {
        await WriteAsync("big", new byte[20 * 1024 * 1024]);
        await using (await Guest.OpenReadAsync("big", 0, null, Cancellation)) { }

        Assert.Equal(20 * 1024 * 1024, (await Guest.StatAsync("big", Cancellation)).Size);
    }

    [Fact]
    public async Task Write_Existing_ReplacesItAtOnceAndKeepsItsMode()
    {
        await Guest.RunShellAsync("echo old > file; chmod 750 file");
        var pipe = new Pipe();
        var writing = Guest.WriteAsync("file", pipe.Reader, new FileWriteOptions(), Cancellation);
        await pipe.Writer.WriteAsync(new byte[100_000], Cancellation);
        await Guest.PingAsync(Cancellation);

        Assert.Equal("old\n", await File.ReadAllTextAsync(Home("file"), Cancellation));
        await pipe.Writer.CompleteAsync();
        var written = await writing;

        Assert.Equal((100_000, 0x1E8u), (written.Size, written.Mode));
        Assert.Equal(["file"], Names());
    }

    [Fact]
    public async Task Write_Cancelled_LeavesNothing()
    {
        using var cancelled = new CancellationTokenSource();
        var pipe = new Pipe();
        var writing = Guest.WriteAsync("file", pipe.Reader, new FileWriteOptions(), cancelled.Token);
        await pipe.Writer.WriteAsync(new byte[100_000], Cancellation);
        await Guest.PingAsync(Cancellation);
        Assert.Single(Names());

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await Guest.PingAsync(Cancellation);

        Assert.Empty(Names());
    }

    [Fact]
    public async Task Write_ConnectionLost_LeavesNothing()
    {
        var pipe = new Pipe();
        var writing = Guest.WriteAsync("file", pipe.Reader, new FileWriteOptions(), Cancellation);
        await pipe.Writer.WriteAsync(new byte[100_000], Cancellation);
        await Guest.PingAsync(Cancellation);
        await ReconnectAsync();
        await pipe.Writer.CompleteAsync();

        Assert.Equal(GuestErrorCode.ConnectionLost, await CodeOfAsync(writing));
        await Guest.PingAsync(Cancellation);
        Assert.Empty(Names());
    }

    [Fact]
    public async Task Write_Exclusive_RefusesWhatExists()
    {
        await WriteAsync("file", [1], new FileWriteOptions(Exclusive: true));

        Assert.Equal(GuestErrorCode.AlreadyExists, await CodeOfAsync(WriteAsync("file", [2], new FileWriteOptions(Exclusive: true))));
        Assert.Equal([1], await File.ReadAllBytesAsync(Home("file"), Cancellation));
    }

    [Fact]
    public async Task Write_Append_AddsToTheEnd()
    {
        await WriteAsync("file", "one "u8.ToArray(), new FileWriteOptions(Append: true));
        await WriteAsync("file", "two"u8.ToArray(), new FileWriteOptions(Append: true));

        Assert.Equal("one two", await File.ReadAllTextAsync(Home("file"), Cancellation));
    }

    [Fact]
    public async Task Write_ThroughALink_ReplacesTheFileBehindIt()
    {
        await Guest.RunShellAsync("mkdir real; echo old > real/file; ln -s real/file link");

        await WriteAsync("link", "new"u8.ToArray());

        Assert.Equal("new", await File.ReadAllTextAsync(Home("real/file"), Cancellation));
        Assert.Equal(FileKind.SymbolicLink, (await Guest.StatAsync("link", Cancellation)).Kind);
    }

    [Fact]
    public async Task Write_Mode_IsSet() => Assert.Equal(0x1C0u, (await WriteAsync("file", [1], new FileWriteOptions(Mode: 0x1C0))).Mode);

    [Theory]
    [InlineData("dir", GuestErrorCode.IsADirectory)]
    [InlineData("new/", GuestErrorCode.IsADirectory)]
    [InlineData("fifo", GuestErrorCode.NotARegularFile)]
    [InlineData("/dev/null", GuestErrorCode.NotARegularFile)]
    [InlineData("plain/x", GuestErrorCode.NotADirectory)]
    [InlineData("loop", GuestErrorCode.TooManyLinks)]
    [InlineData("dangling", GuestErrorCode.NotFound)]
    [InlineData("", GuestErrorCode.InvalidPath)]
    [InlineData("a\0b", GuestErrorCode.InvalidPath)]
    public async Task Write_NotPossible_IsRefusedWithItsCode(string path, GuestErrorCode code)
    {
        await Guest.RunShellAsync("mkdir dir; mkfifo fifo; touch plain; ln -s loop loop; ln -s nowhere dangling");

        Assert.Equal(code, await CodeOfAsync(WriteAsync(path, new byte[300_000])));
        await Guest.PingAsync(Cancellation);
    }

    [Fact]
    public async Task Write_NameTooLong_IsRefused() =>
        Assert.Equal(GuestErrorCode.NameTooLong, await CodeOfAsync(WriteAsync(new string('x', 256), [1])));

    [Fact]
    public async Task Write_WithoutParents_IsRefused() =>
        Assert.Equal(GuestErrorCode.NotFound, await CodeOfAsync(WriteAsync("no/file", [1], new FileWriteOptions(CreateParents: false))));

    [Theory]
    [InlineData("missing", GuestErrorCode.NotFound)]
    [InlineData("dir", GuestErrorCode.IsADirectory)]
    [InlineData("fifo", GuestErrorCode.NotARegularFile)]
    [InlineData("fifolink", GuestErrorCode.NotARegularFile)]
    [InlineData("/dev/zero", GuestErrorCode.NotARegularFile)]
    [InlineData("loop", GuestErrorCode.TooManyLinks)]
    [InlineData("plain/x", GuestErrorCode.NotADirectory)]
    [InlineData("", GuestErrorCode.InvalidPath)]
    public async Task Read_NotPossible_IsRefusedWithItsCode(string path, GuestErrorCode code)
    {
        await Guest.RunShellAsync("mkdir dir; mkfifo fifo; ln -s fifo fifolink; touch plain; ln -s loop loop");

        Assert.Equal(code, await CodeOfAsync(ReadAsync(path)));
    }

    [Fact]
    public async Task Stat_EachKind_IsTold()
    {
        await Guest.RunShellAsync("mkdir dir; mkfifo fifo; echo 12345 > plain; ln -s no/where link; chmod 1777 dir; touch -d @-5 plain");

        var plain = await Guest.StatAsync("plain", Cancellation);
        var link = await Guest.StatAsync("link", Cancellation);
        var directory = await Guest.StatAsync("dir/", Cancellation);

        Assert.Equal((FileKind.File, 6L, null), (plain.Kind, plain.Size, plain.LinkTarget));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(-5), plain.ModifiedAt);
        Assert.Equal((FileKind.SymbolicLink, "no/where"), (link.Kind, link.LinkTarget));
        Assert.Equal((FileKind.Directory, "dir", 0x3FFu), (directory.Kind, directory.Name, directory.Mode));
        Assert.Equal(FileKind.Pipe, (await Guest.StatAsync("fifo", Cancellation)).Kind);
        Assert.Equal(FileKind.CharacterDevice, (await Guest.StatAsync("/dev/null", Cancellation)).Kind);
        Assert.Equal("/", (await Guest.StatAsync("/", Cancellation)).Name);
    }

    [Fact]
    public async Task List_ManyEntries_GivesEachOnce()
    {
        Directory.CreateDirectory(Home("many"));
        for (var i = 0; i < 5000; i++) await File.WriteAllBytesAsync(Home($"many/file-{i}"), [], Cancellation);

        var names = new List<string>();
        await foreach (var file in Guest.ListAsync("many", Cancellation)) names.Add(file.Name);

        Assert.Equal(5000, names.Count);
        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"file-{i}").Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task List_StrangeNames_AreShown()
    {
        await Guest.RunShellAsync("mkdir odd; cd odd; touch -- $'new\\nline' $'\\xff\\xfe' '  ' 'имя' '-rf'; ln -s \"$(printf 'x%.0s' {1..4000})\" long");

        var files = new List<FileStatus>();
        await foreach (var file in Guest.ListAsync("odd", Cancellation)) files.Add(file);

        Assert.Equal(
            new[] { "  ", "-rf", "long", "new\nline", "имя", "\uFFFD\uFFFD" }.Order(StringComparer.Ordinal),
            files.Select(file => file.Name).Order(StringComparer.Ordinal));
        Assert.Equal(4000, files.Single(file => file.Name == "long").LinkTarget!.Length);
        await Guest.RemoveAsync("odd", recursive: true, Cancellation);   // .NET could not, because of the two odd bytes
    }

    [Theory]
    [InlineData("missing", GuestErrorCode.NotFound)]
    [InlineData("/etc/passwd", GuestErrorCode.NotADirectory)]
    public async Task List_NotPossible_IsRefusedWithItsCode(string path, GuestErrorCode code) =>
        Assert.Equal(code, await CodeOfAsync(Guest.ListAsync(path, Cancellation).GetAsyncEnumerator(Cancellation).MoveNextAsync().AsTask()));

    [Fact]
    public async Task MakeDirectory_Deep_MakesAllAndMayBeRepeated()
    {
        await Guest.MakeDirectoryAsync("a/b//c/", Cancellation);
        await Guest.MakeDirectoryAsync("a/b/c", Cancellation);

        Assert.True(Directory.Exists(Home("a/b/c")));
        await WriteAsync("file", [1]);
        Assert.Equal(GuestErrorCode.NotADirectory, await CodeOfAsync(Guest.MakeDirectoryAsync("file", Cancellation)));
        Assert.Equal(GuestErrorCode.NotADirectory, await CodeOfAsync(Guest.MakeDirectoryAsync("file/x", Cancellation)));
    }

    [Fact]
    public async Task Move_File_OverwritesOnlyWhenTold()
    {
        await WriteAsync("one", [1]);
        await WriteAsync("two", [2]);

        Assert.Equal(GuestErrorCode.AlreadyExists, await CodeOfAsync(Guest.MoveAsync("one", "two", overwrite: false, Cancellation)));
        await Guest.MoveAsync("one", "two", overwrite: true, Cancellation);

        Assert.Equal(["two"], Names());
        Assert.Equal([1], (await ReadAsync("two")).Content);
    }

    [Fact]
    public async Task Move_ToAnotherFileSystem_CopiesFilesOnly()
    {
        var other = $"/dev/shm/guest-test-{Guid.NewGuid():N}";
        var bytes = RandomNumberGenerator.GetBytes(3_000_000);
        await WriteAsync("file", bytes, new FileWriteOptions(Mode: 0x1C0));
        var before = await Guest.StatAsync("file", Cancellation);
        await Guest.MakeDirectoryAsync("dir", Cancellation);
        try
        {
            await Guest.MoveAsync("file", other, overwrite: false, Cancellation);

            Assert.Equal(bytes, await File.ReadAllBytesAsync(other, Cancellation));
            Assert.Equal(before with { Name = Path.GetFileName(other) }, await Guest.StatAsync(other, Cancellation));
            Assert.Equal(["dir"], Names());
            Assert.Equal(GuestErrorCode.CrossDevice, await CodeOfAsync(Guest.MoveAsync("dir", other + "-dir", overwrite: false, Cancellation)));
        }
        finally
        {
            File.Delete(other);
        }
    }

    [Fact]
    public async Task Remove_Tree_FollowsNoLink()
    {
        await Guest.RunShellAsync("mkdir -p keep tree/a/b/c; touch keep/file tree/a/file tree/a/b/c/file; ln -s ../../keep tree/a/link; ln -s /etc tree/etc; mkfifo tree/fifo");

        Assert.Equal(GuestErrorCode.NotEmpty, await CodeOfAsync(Guest.RemoveAsync("tree", recursive: false, Cancellation)));
        await Guest.RemoveAsync("tree", recursive: true, Cancellation);

        Assert.Equal(["keep"], Names());
        Assert.True(File.Exists(Home("keep/file")));
    }

    [Fact]
    public async Task Remove_LinkToADirectory_RemovesTheLink()
    {
        await Guest.RunShellAsync("mkdir keep; touch keep/file; ln -s keep link");

        await Guest.RemoveAsync("link/", recursive: true, Cancellation);

        Assert.Equal(["keep"], Names());
        Assert.True(File.Exists(Home("keep/file")));
    }

    [Fact]
    public async Task Remove_VeryDeepTree_Works()
    {
        await Guest.RunShellAsync("mkdir deep; cd deep; path=$(printf 'd/%.0s' {1..100}); for i in {1..15}; do mkdir -p $path; : > file; cd $path; done");

        await Guest.RemoveAsync("deep", recursive: true, Cancellation);

        Assert.Empty(Names());
    }

    [Fact]
    public async Task Remove_ManyFiles_DoesNotHoldUpOthers()
    {
        await Guest.RunShellAsync("mkdir many; cd many; seq 30000 | xargs touch");

        var removing = Guest.RemoveAsync("many", recursive: true, Cancellation);
        await Guest.PingAsync(Cancellation);

        Assert.False(removing.IsCompleted);
        await removing;
        Assert.Empty(Names());
    }

    [Fact]
    public async Task Remove_Missing_IsRefused() =>
        Assert.Equal(GuestErrorCode.NotFound, await CodeOfAsync(Guest.RemoveAsync("missing", recursive: true, Cancellation)));

    [Fact]
    public async Task Transfers_Many_LeaveNoDescriptor()
    {
        await WriteAsync("file", [1]);
        var before = Directory.GetFiles($"/proc/{Process.Pid}/fd").Length;

        for (var i = 0; i < 200; i++)
        {
            await WriteAsync("file", [1]);
            await ReadAsync("file");
            await CodeOfAsync(ReadAsync("missing"));
            await foreach (var _ in Guest.ListAsync(".", Cancellation)) { }
        }
        await Guest.PingAsync(Cancellation);

        Assert.Equal(before, Directory.GetFiles($"/proc/{Process.Pid}/fd").Length);
    }

    private string[] Names() => [.. Directory.GetFileSystemEntries(Process.Home).Select(path => Path.GetFileName(path)!)];

    private async Task<FileStatus> WriteAsync(string path, byte[] content, FileWriteOptions? options = null) =>
        await Guest.WriteAsync(path, PipeReader.Create(new MemoryStream(content)), options ?? new FileWriteOptions(), Cancellation);

    private async Task<(FileStatus Status, byte[] Content)> ReadAsync(string path, long offset = 0, long? length = null)
    {
        await using var file = await Guest.OpenReadAsync(path, offset, length, Cancellation);
        using var content = new MemoryStream();
        await file.CopyToAsync(content, Cancellation);
        return (file.Status, content.ToArray());
    }
}
