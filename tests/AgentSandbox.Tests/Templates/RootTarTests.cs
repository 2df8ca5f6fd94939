using System.Formats.Tar;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Templates;

public sealed class RootTarTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("template-tests-").FullName;
    private readonly string _guest = Path.GetTempFileName();

    public void Dispose()
    {
        Directory.Delete(_root, recursive: true);
        File.Delete(_guest);
    }

    [Fact]
    public async Task Write_FileWithTwoNames_IsOneFile()
    {
        Write("a", "content");
        TemplateNative.CreateHardLink(PathOf("a"), PathOf("b"));

        var entries = await PackAsync();

        var file = Assert.Single(entries, entry => entry.Type is TarEntryType.RegularFile);
        var link = Assert.Single(entries, entry => entry.Type is TarEntryType.HardLink);
        Assert.Equal("content", file.Content);
        Assert.Equal(file.Name, link.Target);
        Assert.Equal(["a", "b"], new[] { file.Name, link.Name }.Order());
    }

    [Fact]
    public async Task Write_FileWhoseOtherNamesLieOutside_IsAFile()
    {
        Write("a", "content");
        var outside = _guest + ".link";
        TemplateNative.CreateHardLink(PathOf("a"), outside);
        try
        {
            Assert.Equal("content", Assert.Single(await PackAsync()).Content);
        }
        finally
        {
            File.Delete(outside);
        }
    }

    [Fact]
    public async Task Write_LinkToDirectory_IsNotFollowed()
    {
        Write("usr/bin/tool", "content");
        File.CreateSymbolicLink(PathOf("bin"), "usr/bin");
        File.CreateSymbolicLink(PathOf("loop"), ".");
        File.CreateSymbolicLink(PathOf("nowhere"), "/no/such");

        var entries = await PackAsync();

        Assert.Equal(["bin", "loop", "nowhere", "usr", "usr/bin", "usr/bin/tool"], entries.Select(entry => entry.Name).Order(StringComparer.Ordinal));
        Assert.Equal("usr/bin", entries.Single(entry => entry.Name == "bin").Target);
        Assert.Equal("/no/such", entries.Single(entry => entry.Name == "nowhere").Target);
    }

    [Fact]
    public async Task Write_DirectoriesComeBeforeWhatIsInThem()
    {
        Write("a/b/c/d", "");

        var names = (await PackAsync()).Select(entry => entry.Name).ToList();

        Assert.Equal(names.OrderBy(name => name.Length), names);
    }

    [Fact]
    public async Task Write_Modes_AreKept()
    {
        Write("tmp/file", "");
        File.SetUnixFileMode(PathOf("tmp"), (UnixFileMode)0b1_111_111_111);
        File.SetUnixFileMode(PathOf("tmp/file"), (UnixFileMode)0b100_100_101);

        var entries = await PackAsync();

        Assert.Equal((UnixFileMode)0b1_111_111_111, entries.Single(entry => entry.Name == "tmp").Mode);
        Assert.Equal((UnixFileMode)0b100_100_101, entries.Single(entry => entry.Name == "tmp/file").Mode);
    }

    [Fact]
    public async Task Write_Owners_AreThoseOfTheBox()
    {
        Write("usr/file", "");
        Directory.CreateDirectory(PathOf("home/sandbox"));
        foreach (var name in new[] { "usr", "usr/file", "home" }) RootOwner.Set(PathOf(name));
        RootOwner.Set(PathOf("home/sandbox"), RootAccounts.UserId, RootAccounts.UserId);

        var entries = await PackAsync();

        Assert.All(entries.Where(entry => entry.Name != "home/sandbox"), entry => Assert.Equal((0, 0), entry.Owner));
        Assert.Equal((1001, 1001), entries.Single(entry => entry.Name == "home/sandbox").Owner);
    }

    [Fact]
    public async Task Write_Guest_ComesFromWhereItCanBeRead()
    {
        Write(Template.GuestPath[1..], "cannot be read by its owner");
        await File.WriteAllTextAsync(_guest, "the guest");

        Assert.Equal("the guest", (await PackAsync()).Single(entry => entry.Type is TarEntryType.RegularFile).Content);
    }

    [Fact]
    public async Task Send_FileVanishes_SaysThatPackingFailed()
    {
        var tar = new RootTar(Path.Join(_root, "missing"), _guest);

        var failure = await Assert.ThrowsAsync<TemplateException>(() => TarPipe.SendAsync(tar.WriteAsync, content => content.CopyToAsync(Stream.Null)));

        Assert.Contains("could not be packed", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ReaderLeaves_StopsTheWriter()
    {
        var stopped = new TaskCompletionSource();

        await TarPipe.SendAsync(
            async (_, token) =>
            {
                token.Register(stopped.SetResult);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            },
            _ => Task.CompletedTask);

        Assert.True(stopped.Task.IsCompleted);
    }

    [Fact]
    public async Task Send_ReaderFails_ThrowsWhatItThrew() =>
        await Assert.ThrowsAsync<HttpRequestException>(() => TarPipe.SendAsync(
            (_, _) => Task.CompletedTask, _ => throw new HttpRequestException("the engine is gone")));

    private async Task<List<Entry>> PackAsync()
    {
        using var packed = new MemoryStream();
        await TarPipe.SendAsync(new RootTar(_root, _guest).WriteAsync, tar => tar.CopyToAsync(packed));
        packed.Position = 0;

        var entries = new List<Entry>();
        await using var reader = new TarReader(packed);
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            var content = entry.DataStream is { } data ? await new StreamReader(data).ReadToEndAsync() : "";
            entries.Add(new Entry(entry.Name.TrimEnd('/'), entry.EntryType, entry.LinkName, entry.Mode, (entry.Uid, entry.Gid), content));
        }

        return entries;
    }

    private string PathOf(string name) => Path.Join(_root, name);

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), content);
        for (var path = name; path.Length > 0; path = Path.GetDirectoryName(path)!) RootOwner.Set(PathOf(path));
    }

    private sealed record Entry(string Name, TarEntryType Type, string Target, UnixFileMode Mode, (int, int) Owner, string Content);
}
