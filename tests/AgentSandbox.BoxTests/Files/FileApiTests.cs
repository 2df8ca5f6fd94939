using System.Net;
using System.Security.Cryptography;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Files;

[Collection(ServerCollection.Name)]
public sealed class FileApiTests(ServerFixture server) : IAsyncLifetime
{
    private TestSession _session = null!;

    public async ValueTask InitializeAsync() => _session = await server.Api.CreateAsync();

    public ValueTask DisposeAsync() => _session.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(1_000_003)]
    public async Task PutAndGet_AnyBytes_AreTheSame(int size)
    {
        var bytes = RandomNumberGenerator.GetBytes(size);

        await _session.PutAsync("deep/er/файл.bin", bytes);

        Assert.Equal(bytes, await _session.ReadAsync("/home/sandbox/deep/er/файл.bin"));
    }

    [Fact]
    public async Task PutAndGet_AHundredMegabytes_AreTheSame()
    {
        var bytes = RandomNumberGenerator.GetBytes(100_000_000);

        await _session.PutAsync("big", bytes);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), await _session.OutputAsync("sha256sum big | cut -d' ' -f1"));
        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await _session.ReadAsync("big")));
    }

    [Fact]
    public async Task StatAndList_Entries_AreDescribed()
    {
        await _session.OutputAsync("mkdir d; printf hello > d/a; chmod 600 d/a; ln -s a d/b; mkfifo d/c; mkdir d/e");

        var stat = await server.Api.GetAsync(_session.FilePath("d/a", "/stat"));
        var list = await server.Api.GetAsync(_session.FilePath("d", "/list"));

        Assert.Equal("file", stat.GetProperty("type").GetString());
        Assert.Equal(5, stat.GetProperty("sizeBytes").GetInt64());
        Assert.Equal("0600", stat.GetProperty("mode").GetString());
        var items = list.GetProperty("items").EnumerateArray()
            .ToDictionary(item => item.GetProperty("name").GetString()!, item => item.GetProperty("type").GetString());
        Assert.Equal(new() { ["a"] = "file", ["b"] = "symlink", ["c"] = "other", ["e"] = "directory" }, items);
        Assert.False(list.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task MkdirMoveRemove_DoWhatTheySay()
    {
        await server.Api.SendAsync(HttpMethod.Post, $"{_session.Path}/files/mkdir", new { path = "x/y" }, HttpStatusCode.NoContent);
        await _session.PutAsync("x/y/file", "1"u8.ToArray());
        await server.Api.SendAsync(HttpMethod.Post, $"{_session.Path}/files/move", new { from = "x/y/file", to = "x/moved" }, HttpStatusCode.NoContent);
        Assert.Equal("1"u8.ToArray(), await _session.ReadAsync("x/moved"));

        var notEmpty = await server.Api.SendAsync(HttpMethod.Delete, _session.FilePath("x"), null, HttpStatusCode.Conflict);
        Assert.Equal("not_empty", notEmpty.GetProperty("code").GetString());
        await server.Api.SendAsync(HttpMethod.Delete, _session.FilePath("x") + "&recursive=true", null, HttpStatusCode.NoContent);
        await server.Api.GetAsync(_session.FilePath("x", "/stat"), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Remove_ThroughALink_SparesItsTarget()
    {
        await _session.OutputAsync("mkdir keep; touch keep/safe; mkdir gone; ln -s ../keep gone/link");

        await server.Api.SendAsync(HttpMethod.Delete, _session.FilePath("gone") + "&recursive=true", null, HttpStatusCode.NoContent);

        Assert.Equal("keep/safe", await _session.OutputAsync("ls keep/safe"));
    }

    [Theory]
    [InlineData("/nowhere", 404, "file_not_found")]
    [InlineData("/home/sandbox", 422, "is_a_directory")]
    [InlineData("/dev/null", 422, "not_a_regular_file")]
    [InlineData("/etc/shadow", 403, "permission_denied")]
    [InlineData("", 422, "validation_failed")]
    [InlineData("a\0b", 422, "validation_failed")]
    public async Task Get_WhatCannotBeRead_SaysWhy(string path, int status, string code)
    {
        var problem = await server.Api.GetAsync(_session.FilePath(path), (HttpStatusCode)status);

        Assert.Equal(code, problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Get_AFifoWithoutWriter_DoesNotHang()
    {
        await _session.OutputAsync("mkfifo pipe");

        var problem = await server.Api.GetAsync(_session.FilePath("pipe"), HttpStatusCode.UnprocessableEntity);

        Assert.Equal("not_a_regular_file", problem.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("/etc/hostname", 403, "read_only")]
    [InlineData("/app/text-analysis/run", 403, "read_only")]
    [InlineData("/proc/sys/kernel/core_pattern", 404, "file_not_found")]
    public async Task Put_OutsideTheWritablePlaces_IsRefused(string path, int status, string code)
    {
        var problem = await server.Api.SendAsync(HttpMethod.Put, _session.FilePath(path), new ByteArrayContent([1]), (HttpStatusCode)status);

        Assert.Equal(code, problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Put_MoreThanTheDiskLimit_Is507AndLeavesNothing()
    {
        await using var small = await server.Api.CreateAsync(new { limits = new { diskBytes = 4 << 20 } });

        var problem = await server.Api.SendAsync(HttpMethod.Put, small.FilePath("big"), new ByteArrayContent(new byte[8 << 20]), HttpStatusCode.InsufficientStorage);

        Assert.Equal("disk_full", problem.GetProperty("code").GetString());
        Assert.Equal("", await small.OutputAsync("ls -A /home/sandbox"));
    }

    [Fact]
    public async Task Put_Interrupted_LeavesNoHalfFile()
    {
        using var leaving = new CancellationTokenSource();
        using var content = new StreamContent(new EndlessStream(1 << 20, leaving));

        await Assert.ThrowsAnyAsync<Exception>(() => server.Api.Http.PutAsync(_session.FilePath("half"), content, leaving.Token));

        await Eventually.BecomesTrueAsync(async () => await _session.OutputAsync("ls -A /home/sandbox") == "");
    }

    [Fact]
    public async Task Get_LinkToHostPaths_StaysInTheBox()
    {
        await _session.OutputAsync("ln -s /etc/hostname up; ln -s /proc/1/root/etc/hostname root; ln -s loop loop");

        Assert.Equal("sandbox\n"u8.ToArray(), await _session.ReadAsync("up"));
        Assert.Equal("sandbox\n"u8.ToArray(), await _session.ReadAsync("root"));
        var loop = await server.Api.GetAsync(_session.FilePath("loop"), HttpStatusCode.UnprocessableEntity);
        Assert.Equal("too_many_links", loop.GetProperty("code").GetString());
    }

    /// <summary>Gives zeros until it has given <paramref name="until"/> of them, and then makes its reader leave.</summary>
    private sealed class EndlessStream(int until, CancellationTokenSource leaving) : Stream
    {
        private int _given;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_given > until) leaving.Cancel();
            _given += count;
            return count;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
