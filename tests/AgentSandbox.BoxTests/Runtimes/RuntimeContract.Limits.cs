using System.Globalization;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>What a box may use, reached for on purpose.</summary>
public abstract partial class RuntimeContract
{
    /// <summary>The guest's own processes and threads.</summary>
    private const int Overhead = 16;

    /// <summary>The most that the host may have for a box: a kernel between the two has many of its own for each process.</summary>
    private int MaxPidsOnHost => Overhead + (_underTest.HasOwnKernel ? GvisorLimits.OnHost(OciFixture.Limits) : OciFixture.Limits).Pids;

    [Fact]
    public async Task Limits_AreTheKernels()
    {
        await using var box = await StartAsync("box1");

        var limits = KernelLimits.Of(await _underTest.FindInitAsync(box.Handle));

        Assert.Equal(OciFixture.Limits.MemoryBytes, limits.MemoryBytes);
        Assert.Equal(OciFixture.Limits.Cpus, limits.Cpus, tolerance: 0.001);
        Assert.InRange(limits.Pids, OciFixture.Limits.Pids, MaxPidsOnHost);
    }

    [Fact]
    public async Task Memory_OverTheLimit_IsKilledAndToldApart()
    {
        await using var box = await StartAsync("box1");
        Assert.Equal(0, await _runtime.ReadOomKillsAsync(box.Handle));

        await using var hog = await box.StartAsync("python3", "-c", "x = b'x' * (500 << 20)");
        if (_underTest.HasOwnKernel)
        {
            await box.Guest.Completion.WaitAsync(Patience);
            return;
        }

        Assert.Equal(9, (await FinishedCommand.ReadAsync(hog)).Exit.Signal);
        Assert.InRange(await _runtime.ReadOomKillsAsync(box.Handle, moreThan: 0), 1, int.MaxValue);
        Assert.Equal("alive", await box.OutputAsync("echo alive"));
    }

    [Fact]
    public async Task Memory_HeldByASibling_StaysItsOwn()
    {
        await using var hog = await StartAsync("box1");
        await using var sibling = await StartAsync("box2");

        await using var command = await hog.StartAsync("python3", "-c", "x = b'x' * (500 << 20)");
        await Task.WhenAny(hog.Guest.Completion, FinishedCommand.ReadAsync(command)).WaitAsync(Patience);

        Assert.Equal("alive", await sibling.OutputAsync("echo alive"));
        Assert.Equal(0, await _runtime.ReadOomKillsAsync(sibling.Handle));
    }

    [Fact]
    public async Task Pids_AsManyAsPromised_CanRunAndNotManyMore()
    {
        await using var box = await StartAsync("box1");

        await using var command = await box.StartAsync("python3", "-c", StartMany);
        var count = (await FinishedCommand.ReadAsync(command)).Stdout.Count(character => character == '\n');

        Assert.InRange(count + 1, OciFixture.Limits.Pids, OciFixture.Limits.Pids + Overhead);     // Python itself included
    }

    [Theory]
    [InlineData("/tmp")]
    [InlineData("/home/sandbox")]
    public async Task Disk_OverTheLimit_IsNoSpace(string directory)
    {
        await using var box = await StartAsync("box1");

        var result = await box.RunAsync($"head -c 100M /dev/zero > {directory}/fill");

        Assert.Contains("No space left on device", result.StderrText);
        Assert.Equal(OciFixture.Limits.DiskBytes.ToString(CultureInfo.InvariantCulture), await box.OutputAsync($"wc -c < {directory}/fill"));
    }

    /// <summary>One line for each process that could be started.</summary>
    private const string StartMany = """
        import subprocess
        try:
            for _ in range(400):
                subprocess.Popen(["sleep", "1000"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
                print("started", flush=True)
        except OSError: pass
        """;
}
