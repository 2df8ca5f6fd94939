using System.Globalization;
using System.Net;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Limits;

/// <summary>What the kernel enforces on a box, reached for on purpose; the session answers afterwards.</summary>
[Collection(ServerCollection.Name)]
public sealed class LimitTests(ServerFixture server)
{
    [Fact]
    public async Task Memory_OverTheLimit_KillsTheCommandNotTheSession()
    {
        await using var session = await server.Api.CreateAsync(new { limits = new { memoryBytes = 64 << 20 } });

        var result = await session.RunAsync(new { command = new[] { "python3", "-c", "x = b'x' * (500 << 20)" } });

        Assert.True(result.GetProperty("oomKilled").GetBoolean());
        Assert.Equal("SIGKILL", result.GetProperty("signal").GetString());
        Assert.Equal("alive", await session.OutputAsync("echo alive"));
    }

    [Fact]
    public async Task Memory_EveryDiskFull_SessionLives()
    {
        await using var session = await server.Api.CreateAsync(new { limits = new { memoryBytes = 64 << 20 } });

        await session.RunAsync("for d in /tmp /home/sandbox /dev/shm; do head -c 1G /dev/zero > $d/fill; for i in $(seq 20000); do echo > $d/$i || break; done; done 2>/dev/null");
        await session.RunAsync(new { command = new[] { "python3", "-c", "x = b'x' * (500 << 20)" } });

        Assert.Equal("alive", await session.OutputAsync("echo alive"));
    }

    [Fact]
    public async Task Disk_MoreThanTheMemoryCanHold_IsRefused()
    {
        var problem = await server.Api.PostTextAsync(
            "/api/v1/sessions", """{"limits":{"memoryBytes":67108864,"diskBytes":67108864}}""", HttpStatusCode.UnprocessableEntity);

        Assert.Contains("files live in the 67108864 bytes of memory", problem.GetProperty("errors").GetProperty("limits.diskBytes")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pids_ForkBomb_StaysInItsBox()
    {
        await using var session = await server.Api.CreateAsync(new { limits = new { pids = 50 } });
        await using var other = await server.Api.CreateAsync();

        await session.RunAsync(new { command = "f() { f | f & }; f; sleep 1", timeoutMs = 3_000 });

        Assert.Equal("alive", await other.OutputAsync("echo alive"));
        var stats = await server.Api.GetAsync($"{session.Path}/stats");
        Assert.InRange(stats.GetProperty("pids").GetInt32(), 1, 50 + 16);   // the guest has threads of its own
    }

    [Fact]
    public async Task Pids_AsManyAsPromised_CanRun()
    {
        await using var session = await server.Api.CreateAsync(new { limits = new { pids = 40 } });

        const string Script = """
            import subprocess
            started = 1
            try:
                while started < 200: subprocess.Popen(["sleep", "100"]); started += 1
            except OSError: print(started)
            """;
        var result = await session.RunAsync(new { command = new[] { "python3", "-c", Script } });

        // At least what was promised, python included; at most what the guest's own threads leave of its allowance.
        Assert.InRange(int.Parse(result.GetProperty("stdout").GetString()!, CultureInfo.InvariantCulture), 40, 40 + 16);
    }

    [Fact]
    public async Task Cpu_TwoSpinners_GetOneProcessor()
    {
        await using var session = await server.Api.CreateAsync(new { limits = new { cpus = 0.5 } });

        var result = await session.RunAsync(new { command = "timeout 2 sh -c 'while :; do :; done' & timeout 2 sh -c 'while :; do :; done'; wait" });
        var stats = await server.Api.GetAsync($"{session.Path}/stats");

        // Two seconds at half a processor; the start of the box is charged as well.
        Assert.InRange(stats.GetProperty("cpuMs").GetInt64(), 1, 1_500);
        Assert.True(result.GetProperty("durationMs").GetInt64() >= 2_000);
    }

    [Theory]
    [InlineData("/tmp")]
    [InlineData("/home/sandbox")]
    public async Task Disk_OverTheLimit_IsNoSpace(string directory)
    {
        await using var session = await server.Api.CreateAsync(new { limits = new { diskBytes = 8 << 20 } });

        var result = await session.RunAsync($"head -c 100M /dev/zero > {directory}/fill");

        Assert.Contains("No space left on device", result.GetProperty("stderr").GetString(), StringComparison.Ordinal);
        Assert.Equal($"{8 << 20}", await session.OutputAsync($"stat -c %s {directory}/fill"));
    }

    [Fact]
    public async Task Disk_ManyEmptyFiles_RunOutOfInodes()
    {
        await using var session = await server.Api.CreateAsync(new { limits = new { diskBytes = 8 << 20 } });

        var result = await session.RunAsync("python3 -c \"[open(f'/tmp/{i}', 'w').close() for i in range(200000)]\"");

        Assert.Contains("No space left on device", result.GetProperty("stderr").GetString(), StringComparison.Ordinal);
        Assert.Equal("alive", await session.OutputAsync("echo alive"));
    }

    [Fact]
    public async Task Descriptors_Exhausted_CommandFailsSessionLives()
    {
        await using var session = await server.Api.CreateAsync();

        var result = await session.RunAsync("python3 -c \"k = [open('/dev/null') for _ in range(100000)]\"");

        Assert.Contains("Too many open files", result.GetProperty("stderr").GetString(), StringComparison.Ordinal);
        Assert.Equal("alive", await session.OutputAsync("echo alive"));
    }

    [Fact]
    public async Task ThreeHundredSessions_AliveAtOnce_AllAnswer()
    {
        var sessions = await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => server.Api.CreateAsync()));
        try
        {
            var answers = await Task.WhenAll(sessions.Select((session, i) => session.OutputAsync($"echo {i}")));

            Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), answers);
        }
        finally
        {
            await Task.WhenAll(sessions.Select(session => session.DisposeAsync().AsTask()));
        }
    }
}
