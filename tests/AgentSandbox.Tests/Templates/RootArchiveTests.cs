using System.Formats.Tar;
using System.Text;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Templates;

public sealed class RootArchiveTests : IDisposable
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("archive-tests-").FullName;

    private string Root => Path.Join(_scratch, "root");

    public RootArchiveTests() => Directory.CreateDirectory(Root);

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    [Fact]
    public async Task Extract_SetuidFile_LosesTheBitAndKeepsTheRest()
    {
        var su = NewFile("./su", "program", (UnixFileMode)0b111_111_101_101);

        await ExtractAsync(su);

        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Join(Root, "su")));
        Assert.Equal("program", await File.ReadAllTextAsync(Path.Join(Root, "su")));
    }

    [Fact]
    public async Task Extract_Times_AreKept()
    {
        var source = NewFile("./module.py", "");
        source.ModificationTime = new DateTimeOffset(2024, 2, 29, 12, 0, 0, TimeSpan.Zero);

        await ExtractAsync(source);

        Assert.Equal(source.ModificationTime.UtcDateTime, File.GetLastWriteTimeUtc(Path.Join(Root, "module.py")));
    }

    [Fact]
    public async Task Extract_Directories_KeepTheStickyBitOnly()
    {
        await ExtractAsync(
            NewDirectory("./tmp/", (UnixFileMode)0b001_111_111_111),
            NewDirectory("./mail/", (UnixFileMode)0b010_111_111_101));

        Assert.Equal((UnixFileMode)0b001_111_111_111, File.GetUnixFileMode(Path.Join(Root, "tmp")));
        Assert.Equal((UnixFileMode)0b000_111_111_101, File.GetUnixFileMode(Path.Join(Root, "mail")));
    }

    [Fact]
    public async Task Extract_ReadOnlyDirectory_IsFilledFirst()
    {
        await ExtractAsync(NewDirectory("./sealed/", (UnixFileMode)0b101_101_101), NewFile("./sealed/file", "content"));

        Assert.Equal("content", await File.ReadAllTextAsync(Path.Join(Root, "sealed/file")));
        Assert.Equal((UnixFileMode)0b101_101_101, File.GetUnixFileMode(Path.Join(Root, "sealed")));
    }

    [Fact]
    public async Task Extract_DevicesAndPipes_AreLeftOut()
    {
        await ExtractAsync(
            NewDirectory("./dev/"),
            new PaxTarEntry(TarEntryType.CharacterDevice, "./dev/mem"),
            NewFile("./dev/file", ""),
            new PaxTarEntry(TarEntryType.CharacterDevice, "./mem"),
            new PaxTarEntry(TarEntryType.BlockDevice, "./sda"),
            new PaxTarEntry(TarEntryType.Fifo, "./pipe"));

        Assert.Equal([Path.Join(Root, "dev")], Directory.GetFileSystemEntries(Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Extract_Links_AreLaidOutAsTheyAre()
    {
        await ExtractAsync(
            NewFile("./a", "content"),
            new PaxTarEntry(TarEntryType.HardLink, "./b") { LinkName = "./a" },
            new PaxTarEntry(TarEntryType.SymbolicLink, "./c") { LinkName = "/etc/passwd" });

        Assert.Equal("content", await File.ReadAllTextAsync(Path.Join(Root, "b")));
        Assert.Equal("/etc/passwd", new FileInfo(Path.Join(Root, "c")).LinkTarget);
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("./a/../../evil")]
    [InlineData("missing/evil")]
    public async Task Extract_NameThatLeavesTheArchive_IsRefused(string name)
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => ExtractAsync(NewDirectory("./a/"), NewFile(name, "evil")));
        Assert.Empty(Directory.GetFiles(_scratch, "evil", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Extract_FileThroughASymbolicLink_IsRefused()
    {
        var outside = Directory.CreateDirectory(Path.Join(_scratch, "outside")).FullName;
        var link = new PaxTarEntry(TarEntryType.SymbolicLink, "./way-out") { LinkName = outside };

        await Assert.ThrowsAsync<InvalidDataException>(() => ExtractAsync(link, NewFile("./way-out/evil", "evil")));

        Assert.Empty(Directory.GetFiles(outside));
    }

    [Fact]
    public async Task Extract_DirectoryOverASymbolicLink_IsRefused()
    {
        var outside = Directory.CreateDirectory(Path.Join(_scratch, "outside")).FullName;
        var link = new PaxTarEntry(TarEntryType.SymbolicLink, "./way-out") { LinkName = outside };

        await Assert.ThrowsAsync<InvalidDataException>(
            () => ExtractAsync(link, NewDirectory("./way-out/"), NewFile("./way-out/evil", "evil")));

        Assert.Empty(Directory.GetFiles(outside));
    }

    [Fact]
    public async Task Extract_FileOverASymbolicLink_IsRefused()
    {
        var victim = Path.Join(_scratch, "victim");
        await File.WriteAllTextAsync(victim, "untouched");
        var link = new PaxTarEntry(TarEntryType.SymbolicLink, "./file") { LinkName = victim };

        await Assert.ThrowsAsync<IOException>(() => ExtractAsync(link, NewFile("./file", "evil")));

        Assert.Equal("untouched", await File.ReadAllTextAsync(victim));
    }

    [Fact]
    public async Task Extract_HardLinkToAFileOutside_IsRefused()
    {
        var victim = Path.Join(_scratch, "victim");
        await File.WriteAllTextAsync(victim, "");
        var link = new PaxTarEntry(TarEntryType.HardLink, "./file") { LinkName = victim };

        await Assert.ThrowsAsync<InvalidDataException>(() => ExtractAsync(link));
    }

    private async Task ExtractAsync(params TarEntry[] entries)
    {
        var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, leaveOpen: true))
        {
            foreach (var entry in entries) await writer.WriteEntryAsync(entry);
        }

        tar.Position = 0;
        await RootArchive.ExtractAsync(tar, Root, CancellationToken.None);
    }

    private static PaxTarEntry NewFile(string name, string content, UnixFileMode mode = (UnixFileMode)0b110_100_100) =>
        new(TarEntryType.RegularFile, name) { Mode = mode, DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    private static PaxTarEntry NewDirectory(string name, UnixFileMode mode = (UnixFileMode)0b111_101_101) => new(TarEntryType.Directory, name) { Mode = mode };
}
