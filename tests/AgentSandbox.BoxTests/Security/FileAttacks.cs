using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// The file API, led astray: by paths, and by what a box puts at them while the API looks. Whatever it answers, it is about
/// files of the box; and it does answer.
/// </summary>
public abstract partial class FileAttacks(AttackedServer server, string isolation) : AttackTest(server, isolation)
{
    /// <summary>D1: every path means what it means inside, or nothing. None ends in an error of the server's.</summary>
    [Theory]
    [InlineData("{up}{host}")]
    [InlineData("{host}")]
    [InlineData("/proc/self/root{host}")]
    [InlineData("/proc/1/root{host}")]
    [InlineData("/proc/1/cwd/{up}{host}")]
    [InlineData("/dev/fd/3{host}")]
    [InlineData("..%2f..%2f..%2f..{host}")]
    [InlineData("%2e%2e/%2e%2e/%2e%2e{host}")]
    [InlineData("..%252f..%252f..{host}")]
    [InlineData("..\\..\\..{host}")]
    [InlineData("//{host}//")]
    [InlineData("file://{host}")]
    [InlineData("\u2025/\u2025{host}")]
    [InlineData("~root/{host}")]
    public async Task Path_ThatWantsOut_FindsNothing(string path)
    {
        var attempt = path.Replace("{up}", string.Concat(Enumerable.Repeat("../", 20)), StringComparison.Ordinal).Replace("{host}", Server.HostFile.Path, StringComparison.Ordinal);

        foreach (var encoded in (string[])[Uri.EscapeDataString(attempt), attempt.Replace("\\", "%5C", StringComparison.Ordinal)])
        {
            var read = await SendAsync(HttpMethod.Get, $"{Session.Path}/files?path={encoded}");
            var stat = await SendAsync(HttpMethod.Get, $"{Session.Path}/files/stat?path={encoded}");
            var list = await SendAsync(HttpMethod.Get, $"{Session.Path}/files/list?path={encoded}");

            Assert.InRange((int)read.Status, 400, 499);
            Assert.InRange((int)stat.Status, 400, 499);
            Assert.InRange((int)list.Status, 400, 499);
            await SendAsync(HttpMethod.Put, $"{Session.Path}/files?path={encoded}", [1]);      // a file of the box's own, or none
            await SendAsync(HttpMethod.Delete, $"{Session.Path}/files?path={encoded}&recursive=true");
        }
    }

    /// <summary>D1: the guest's own doors, and what is no file at all.</summary>
    [Theory]
    [InlineData("/proc/1/mem")]
    [InlineData("/proc/1/fd/3")]
    [InlineData("/proc/1/task/1/mem")]
    [InlineData("/proc/self/mem")]
    [InlineData("/proc/kmsg")]
    [InlineData("/proc/kcore")]
    [InlineData("/dev/zero")]
    [InlineData("/dev/full")]
    [InlineData("/dev/ptmx")]
    [InlineData("/dev/tty")]
    [InlineData("/dev/mem")]
    [InlineData("/dev/stdin")]
    public async Task Path_OfTheGuestOrADevice_IsNotRead(string path)
    {
        var read = await SendAsync(HttpMethod.Get, Session.FilePath(path));
        var write = await SendAsync(HttpMethod.Put, Session.FilePath(path), [1]);

        Assert.InRange((int)read.Status, 400, 499);
        Assert.True((int)write.Status is >= 400 and < 500, $"{path}: {write}");
        await AssertAliveAsync();
    }

    /// <summary>D1: the guest's program may be read where its image holds it, and is changed nowhere.</summary>
    [Theory]
    [InlineData("/proc/1/exe")]
    [InlineData("/proc/self/exe")]
    [InlineData("/proc/1/environ")]
    [InlineData("/proc/1/maps")]
    [InlineData("/proc/self/oom_score_adj")]
    [InlineData("/proc/sys/kernel/core_pattern")]
    [InlineData("/proc/sysrq-trigger")]
    public async Task Path_OfTheGuestOrTheKernel_IsNotWritten(string path)
    {
        await SendAsync(HttpMethod.Get, Session.FilePath(path));

        Assert.InRange((int)(await SendAsync(HttpMethod.Put, Session.FilePath(path), "1"u8.ToArray())).Status, 400, 499);
        Assert.InRange((int)(await SendAsync(HttpMethod.Delete, Session.FilePath(path))).Status, 400, 499);
        Assert.InRange((int)(await PostAsync($"{Session.Path}/files/move", new { from = path, to = "moved", overwrite = true })).Status, 400, 499);
        await AssertAliveAsync();
    }

    /// <summary>D1: long, strange and empty names.</summary>
    [Fact]
    public async Task Path_OfAnyShape_IsAnsweredInOrder()
    {
        string[] paths =
        [
            new('a', 255), new('a', 256), new('a', 4096), new('a', 4097), string.Concat(Enumerable.Repeat("a/", 2000)) + "b", new('/', 3000),
            new('é', 127), new('é', 128), " ", ".", "..", "...", "a\0b", "\u202Etxt.exe", "e\u0301", "\uFEFF", "a\nb", "\u001B[2J", "-rf", "*", "$(id)", "a//b/./../c",
        ];

        foreach (var path in paths)
        {
            var write = await SendAsync(HttpMethod.Put, Session.FilePath(path), "of the box"u8.ToArray());
            if (write.Status == HttpStatusCode.OK) Assert.Equal("of the box"u8.ToArray(), await Session.ReadAsync(path));
            else Assert.InRange((int)write.Status, 400, 499);
        }

        await AssertAliveAsync();
    }

    /// <summary>D2: as many links as the kernel follows, and more.</summary>
    [Fact]
    public async Task Links_InALongChain_AreFollowedToALimit()
    {
        await Session.OutputAsync("echo end > 0; for i in $(seq 60); do ln -s $((i - 1)) $i; done");

        Assert.Equal("end\n"u8.ToArray(), await Session.ReadAsync("30"));
        var problem = await Server.Api.GetAsync(Session.FilePath("60"), HttpStatusCode.UnprocessableEntity);
        Assert.Equal("too_many_links", problem.GetProperty("code").GetString());
    }

    /// <summary>D3: what has no content is refused at once, also when nobody is at its other end.</summary>
    [Theory]
    [InlineData("import os; os.mkfifo('thing')")]
    [InlineData("import socket; socket.socket(socket.AF_UNIX).bind('thing')")]
    [InlineData("import os; os.symlink('/dev/zero', 'thing')")]
    [InlineData("import os; os.symlink('/proc/kmsg', 'thing')")]
    [InlineData("import os; os.mkdir('thing')")]
    [InlineData("import os; os.close(os.open('thing', os.O_CREAT, 0))")]
    [InlineData("import os; os.mkdir('shut'); os.mkdir('shut/d'); os.symlink('shut/d', 'thing'); os.chmod('shut', 0)")]
    public async Task Thing_WithoutContent_IsRefused(string make)
    {
        Assert.Equal(0, (await AttackWithPythonAsync(make)).ExitCode);

        var read = await SendAsync(HttpMethod.Get, Session.FilePath("thing"));

        Assert.InRange((int)read.Status, 400, 499);
        await AssertAliveAsync();
    }

    /// <summary>D3: a size is only a claim. The server streams, and stops when its caller leaves.</summary>
    [Fact]
    public async Task Read_ATebibyteOfNothing_StopsWhenItsCallerLeaves()
    {
        await Session.OutputAsync("truncate -s 1T sparse");
        var stat = await Server.Api.GetAsync(Session.FilePath("sparse", "/stat"));
        Assert.Equal(1L << 40, stat.GetProperty("sizeBytes").GetInt64());

        using (var response = await Server.Api.Http.GetAsync(Session.FilePath("sparse"), HttpCompletionOption.ResponseHeadersRead))
        {
            await using var content = await response.Content.ReadAsStreamAsync();
            await content.ReadExactlyAsync(new byte[10 << 20]);
        }

        await AssertAliveAsync();
        Assert.Equal("of the box"u8.ToArray(), await WriteAndReadAsync("after"));
    }

    /// <summary>D3: files that grow and shrink under a reader end for it all the same.</summary>
    [Fact]
    public async Task Read_FilesThatChangeMeanwhile_End()
    {
        await Session.RunAsync(new { command = "while :; do head -c 300000 /dev/zero > changing; : > changing; done", background = true, timeoutMs = 60_000 }, HttpStatusCode.Created);
        await Session.RunAsync(new { command = "for i in $(seq 100); do head -c 50000 /dev/zero; sleep 0.01; done >> growing", background = true }, HttpStatusCode.Created);

        for (var i = 0; i < 10; i++)
        {
            foreach (var name in (string[])["changing", "growing"])
            {
                var read = await SendAsync(HttpMethod.Get, Session.FilePath(name));
                Assert.Contains(read.Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.NotFound]);
            }
        }
    }

    /// <summary>D4.</summary>
    [Fact]
    public async Task HardLinks_ToWhatIsNotTheUsers_AreRefused()
    {
        var result = await AttackWithPythonAsync("""
            import os
            for target in ("/proc/1/exe", "/proc/self/exe", "/usr/bin/env", "/etc/passwd", "/etc/shadow", "/dev/null"):
                for follow in (True, False):
                    try: os.link(target, "/home/sandbox/hard", follow_symlinks=follow); print(target); os.unlink("/home/sandbox/hard")
                    except OSError: pass
            """);

        Assert.Equal(0, result.ExitCode);
        Assert.Equal("", result.Everything);
    }

    /// <summary>D6: there is no archive API: a box unpacks its own archives, with its own rights.</summary>
    [Fact]
    public async Task Archives_UnpackedInTheBox_StayInTheBox()
    {
        var program = await Abuse.SourceAsync("hostile_archives");
        var before = await Session.OutputAsync("sha256sum /etc/passwd /usr/bin/env");

        var result = await AttackAsync(new { command = new[] { "python3", "-c", program, Server.HostFile.Path }, timeoutMs = 60_000 });

        Assert.True(result.ExitCode == 0, result.Everything);
        Assert.Equal(7, result.Output.Count(character => character == '\n'));       // every tool has ended
        Assert.Equal(before, await Session.OutputAsync("sha256sum /etc/passwd /usr/bin/env"));
        // gVisor lets anybody make device nodes, which nobody can open.
        Assert.Equal("", await Session.OutputAsync("find /home/sandbox '(' -type b -o -type c ')' -exec head -c 1 {} ';' 2> /dev/null || true"));
        await AssertAliveAsync();
    }

    /// <summary>D7: neither a name nor a content is anything to a browser but a download.</summary>
    [Theory]
    [InlineData("a\r\nX-Evil: 1\r\n\r\n<script>.html")]
    [InlineData("\"; filename=\"evil.exe")]
    [InlineData("image.svg")]
    public async Task Download_WhateverTheName_IsADownload(string name)
    {
        await Session.PutAsync(name, "<script>alert(1)</script>"u8.ToArray());

        using var response = await Server.Api.Http.GetAsync(Session.FilePath(name));

        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain(response.Headers.Concat(response.Content.Headers), header => header.Key.Contains("Evil", StringComparison.Ordinal) || header.Value.Any(value => value.Contains("evil", StringComparison.Ordinal)));
        Assert.Equal([name], await NamesAsync());
    }

    /// <summary>D8: of many writers to one name each writes it whole, whoever reads meanwhile.</summary>
    [Fact]
    public async Task Write_ManyAtOnceToOneName_IsAlwaysWhole()
    {
        const int Size = 1 << 20;
        await Session.PutAsync("shared", new byte[Size]);
        var writers = Enumerable.Range(1, 8).Select(i => Session.PutAsync("shared", [.. Enumerable.Repeat((byte)i, Size)])).ToList();

        var done = Task.WhenAll(writers);
        do
        {
            var read = await Session.ReadAsync("shared");
            Assert.Equal(Size, read.Length);
            Assert.True(read.AsSpan().IndexOfAnyExcept(read[0]) < 0, "A file was read that nobody wrote.");
        }
        while (!done.IsCompleted);

        await done;
        Assert.Equal(["shared"], await NamesAsync());       // no writer leaves anything beside it
    }

    /// <summary>D8: an upload that is cut off leaves nothing, whether its length was told before or not.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_CutOff_LeavesNothing(bool tellsLength)
    {
        using var leaving = new CancellationTokenSource();
        using var content = new CutOffContent(tellsLength, leaving);

        await Assert.ThrowsAnyAsync<Exception>(() => Server.Api.Http.PutAsync(Session.FilePath("half"), content, leaving.Token));

        await Eventually.BecomesTrueAsync(async () => (await NamesAsync()).Length == 0);
    }

    /// <summary>D8: what the disk cannot hold is refused, and given back.</summary>
    [Fact]
    public async Task Write_MoreThanTheDisk_IsRefusedAndGivenBack()
    {
        var limit = Session.Created.GetProperty("limits").GetProperty("diskBytes").GetInt64();
        await Session.OutputAsync($"head -c {limit - (1 << 20)} /dev/zero > filler");

        var write = await SendAsync(HttpMethod.Put, Session.FilePath("big"), new byte[4 << 20]);

        Assert.Equal(HttpStatusCode.InsufficientStorage, write.Status);
        Assert.Equal(["filler"], await NamesAsync());
    }

    private async Task<string?[]> NamesAsync() =>
        [.. (await Server.Api.GetAsync(Session.FilePath("/home/sandbox", "/list"))).GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString())];

    private async Task<byte[]> WriteAndReadAsync(string path)
    {
        await Session.PutAsync(path, "of the box"u8.ToArray());
        return await Session.ReadAsync(path);
    }

    /// <summary>Sends a request whose answer may be any, but no failure of the server's and no secret.</summary>
    private async Task<Answer> SendAsync(HttpMethod method, string path, byte[]? content = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (content is not null)
        {
            request.Content = new ByteArrayContent(content);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        }

        return await ReadAsync(request);
    }

    private async Task<Answer> PostAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        return await ReadAsync(request);
    }

    private async Task<Answer> ReadAsync(HttpRequestMessage request)
    {
        using var response = await Server.Api.Http.SendAsync(request);
        var answer = new Answer(response.StatusCode, Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()));
        // gVisor ends a lost race with an error now and then that Linux has no word for: that is the box's failure, and told as such.
        var isOfItsKernel = HasOwnKernel && answer.Status == HttpStatusCode.BadGateway;
        Assert.True(isOfItsKernel || answer.Status is < HttpStatusCode.InternalServerError or HttpStatusCode.InsufficientStorage, $"{request}: {answer}");
        AssertHoldsNoSecret(answer.Text);
        return answer;
    }

    private sealed record Answer(HttpStatusCode Status, string Text);

    /// <summary>Sends a mebibyte of more, and then makes its sender leave.</summary>
    private sealed class CutOffContent(bool tellsLength, CancellationTokenSource leaving) : HttpContent
    {
        protected override bool TryComputeLength(out long length)
        {
            length = 8 << 20;
            return tellsLength;
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(new byte[1 << 20]);
            await stream.FlushAsync();
            await leaving.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, leaving.Token);
        }
    }
}
