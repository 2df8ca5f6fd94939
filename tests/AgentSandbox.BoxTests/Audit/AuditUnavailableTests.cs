using System.Diagnostics;
using System.Net;
using System.Text.Json;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace AgentSandbox.BoxTests.Audit;

/// <summary>A server whose audit log lies on a small file system of its own, which gets really full.</summary>
public sealed class SmallDiskServer : ServerFixture
{
    private readonly string _data = Directory.CreateTempSubdirectory("agent-sandbox-test-").FullName;

    public SmallDiskServer()
    {
        if (!Environment.IsPrivilegedProcess) return;
        Directory.CreateDirectory(LogPath);
        Run("mount", "-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs", LogPath);
    }

    internal string LogPath => Path.Combine(_data, "audit");

    protected override IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["DATA_DIR"] = _data,
        ["WARM_POOL_SIZE"] = "1",
    };

    protected override void AfterStop()
    {
        if (Environment.IsPrivilegedProcess) Run("umount", LogPath);
    }

    internal static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}

public sealed class AuditUnavailableTests(SmallDiskServer server) : IClassFixture<SmallDiskServer>
{
    [Fact]
    public async Task DiskFull_ChangesAreRefused_ReadsAndDeletesGoOn_AndItRecovers()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a file system of its own.");
        await using var kept = await server.Api.CreateAsync();
        await using var removed = await server.Api.CreateAsync();
        await kept.PutAsync("a.txt", "content"u8.ToArray());
        var log = server.Services.GetRequiredService<AuditLog>();
        await log.FlushAsync(CancellationToken.None);
        var filler = FillUp();

        await Eventually.BecomesTrueAsync(async () =>
        {
            using var response = await server.Api.Http.PostAsync($"{kept.Path}/files/mkdir", JsonContentOf(new { path = "d" }));
            return response.StatusCode == HttpStatusCode.ServiceUnavailable;
        });

        using var refused = await server.Api.Http.PostAsync($"{kept.Path}/commands", JsonContentOf(new { command = "true" }));
        var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("audit_unavailable", problem.GetProperty("code").GetString());
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal("content"u8.ToArray(), await kept.ReadAsync("a.txt"));
        await server.Api.GetAsync("/api/v1/sessions");
        await server.Api.SendAsync(HttpMethod.Delete, removed.Path, null, HttpStatusCode.NoContent);

        File.Delete(filler);
        await Eventually.BecomesTrueAsync(() => log.IsAvailable);
        await kept.OutputAsync("true");
        await log.FlushAsync(CancellationToken.None);

        using var verifier = new AuditVerifier(new AuditDirectory(server.LogPath));
        Assert.Null(verifier.Run().Broken);
        var lines = Directory.GetFiles(server.LogPath, "*.jsonl").SelectMany(File.ReadLines).ToList();
        Assert.Contains(lines, line => line.Contains("\"deleteSession\"", StringComparison.Ordinal) && line.Contains(removed.Id, StringComparison.Ordinal));
    }

    private static StringContent JsonContentOf(object body) => new(JsonSerializer.Serialize(body), System.Text.Encoding.UTF8, "application/json");

    private string FillUp()
    {
        var path = Path.Combine(server.LogPath, "filler");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var i = 0; i <= 256; i++) file.Write(new byte[1024]);
        }
        catch (IOException)
        {
            return path;
        }

        throw new InvalidOperationException("The file system is larger than it should be.");
    }
}
