using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>
/// What the server relies on in every runtime. A runtime is done when it passes this unchanged; a subclass says only where to
/// get one. This part is the life of a box: how it starts and ends, and that nothing of it stays.
/// </summary>
public abstract partial class RuntimeContract : IAsyncLifetime
{
    private RuntimeUnderTest _underTest = null!;
    private ISandboxRuntime _runtime = null!;

    private protected abstract Task<RuntimeUnderTest> PrepareAsync();

    public async ValueTask InitializeAsync()
    {
        _underTest = await PrepareAsync();
        _runtime = await _underTest.OpenAsync();
    }

    /// <summary>Every test ends here: after an orderly end nothing may be left, whatever the test has done.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _runtime.DisposeAsync();
            await _underTest.AssertNothingIsLeftAsync();
        }
        finally
        {
            await _underTest.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Start_Connect_GuestAnswersAndBoxIsListed()
    {
        await using var box = await StartAsync("box1");

        Assert.Equal("hello", await box.OutputAsync("echo hello"));
        Assert.Equal("box1", box.Handle.Id);
        Assert.Contains(_runtime.Hosts, host => host.Name == box.Handle.Host && host.IsAvailable);
        Assert.Equal(["box1"], await ListAsync());
    }

    [Fact]
    public async Task Start_IdInUse_IsRefusedAndTheFirstLives()
    {
        await using var box = await StartAsync("box1");

        await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.StartAsync(Spec("box1"), CancellationToken.None));

        Assert.Equal("alive", await box.OutputAsync("echo alive"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("Upper")]
    [InlineData("a23456789012345678901234567890123")] // 33
    public async Task Start_IdIsNone_IsRefused(string id)
    {
        await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.StartAsync(Spec(id), CancellationToken.None));
        await _underTest.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Start_IsolationThatIsNotOffered_IsUnsupported()
    {
        var spec = Spec("box1") with { Isolation = "wishful" };

        var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.StartAsync(spec, CancellationToken.None));

        Assert.Equal(RuntimeError.Unsupported, failure.Error);
        await _underTest.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Start_TemplateIsMissing_IsUndone()
    {
        var spec = Spec("box1") with { Template = _underTest.MissingTemplate };

        await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.StartAsync(spec, CancellationToken.None));

        Assert.Empty(await ListAsync());
        await _underTest.AssertNothingIsLeftAsync();
    }

    /// <summary>Whether the cancellation comes in time or not, afterwards there is a whole box or none.</summary>
    [Fact]
    public async Task Start_CancelledAnywhere_IsUndone()
    {
        const int attempts = 12;
        var whole = await MeasureStartAsync();
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            using var cancellation = new CancellationTokenSource(whole * attempt / (attempts - 1));
            try
            {
                await _runtime.StopAsync(await _runtime.StartAsync(Spec($"box{attempt}"), cancellation.Token), CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                // As asked.
            }

            Assert.Empty(await ListAsync());
            await _underTest.AssertNothingIsLeftAsync();
        }
    }

    [Fact]
    public async Task Connect_Again_ReplacesTheLinkAndTheCommandsStay()
    {
        await using var first = await StartAsync("box1");
        await using var command = await first.StartAsync("read -r line; echo got $line");

        await using var second = await LiveBox.ConnectAsync(_runtime, first.Handle, Spec("box1"));
        await first.Guest.Completion.WaitAsync(Patience);
        await second.Guest.WriteStdinAsync(command.Pid, "it\n"u8.ToArray(), end: true, CancellationToken.None);
        await using var again = await second.Guest.AttachAsync(command.Pid, CancellationToken.None);

        Assert.Equal("got it\n", (await FinishedCommand.ReadAsync(again)).StdoutText);
    }

    [Fact]
    public async Task BoxDied_IsNoticedAndCanBeStopped()
    {
        await using var box = await StartAsync("box1");

        Host.Kill(await _underTest.FindInitAsync(box.Handle));
        await box.Guest.Completion.WaitAsync(Patience);

        // The end of the link is the first that is seen of it; the kernel may still be clearing the rest away.
        await Eventually.BecomesTrueAsync(async () => await TryConnectAsync(box) is RuntimeError.Gone);
        await StopAsync(box);
        await _underTest.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Stop_LeavesNothingAndCanBeRepeated()
    {
        await using var box = await StartAsync("box1");
        var init = await _underTest.FindInitAsync(box.Handle);
        await box.StartAsync("sleep 1000");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => StopAsync(box)));
        await StopAsync(box);

        await box.Guest.Completion.WaitAsync(Patience);
        Assert.True(Host.HasEnded(init));
        Assert.Empty(await ListAsync());
        Assert.Equal(0, await _runtime.ReadOomKillsAsync(box.Handle));
        var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(async () => await _runtime.ReadStatsAsync(box.Handle, CancellationToken.None));
        Assert.Equal(RuntimeError.Gone, failure.Error);
        await _underTest.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task List_SeveralBoxes_AreThoseThatLive()
    {
        var boxes = await Task.WhenAll(Enumerable.Range(1, 4).Select(number => StartAsync($"box{number}")));
        Assert.Equal(["box1", "box2", "box3", "box4"], await ListAsync());

        await StopAsync(boxes[1]);

        Assert.Equal(["box1", "box3", "box4"], await ListAsync());
        foreach (var box in boxes) await box.DisposeAsync();
    }

    [Fact]
    public async Task ServerKilled_NextOneTakesTheBoxBackWithItsCommands()
    {
        await _runtime.DisposeAsync();
        var pid = await AbandonedServer.CrashAsync(_underTest, "box1");
        _runtime = await _underTest.OpenAsync();

        var handle = Assert.Single(await _runtime.ListAsync(CancellationToken.None));
        await using var box = await LiveBox.ConnectAsync(_runtime, handle, Spec("box1"));
        await using var command = await box.Guest.AttachAsync(pid, CancellationToken.None);
        await box.Guest.WriteStdinAsync(pid, "the crash\n"u8.ToArray(), end: true, CancellationToken.None);

        Assert.Equal("box1", handle.Id);
        Assert.Equal("before\nafter the crash\n", (await FinishedCommand.ReadAsync(command)).StdoutText);
        Assert.False(command.ReplayTruncated);
        Assert.InRange((await _runtime.ReadStatsAsync(handle, CancellationToken.None)).MemoryBytes, 1, OciFixture.Limits.MemoryBytes);
    }

    private static TimeSpan Patience => TimeSpan.FromSeconds(60);   // the machine may be busy with other tests

    private SandboxSpec Spec(string id) => new(id, _underTest.Template, OciFixture.Limits, _underTest.Isolation);

    private Task<LiveBox> StartAsync(string id) => LiveBox.StartAsync(_runtime, Spec(id));

    private Task StopAsync(LiveBox box) => _runtime.StopAsync(box.Handle, CancellationToken.None);

    private async Task<RuntimeError?> TryConnectAsync(LiveBox box)
    {
        // As long as the server gives it: an engine may never answer who asks for a container in the moment in which it ends.
        using var limit = new CancellationTokenSource(GuestConnection.Patience);
        try
        {
            await using var stream = await _runtime.ConnectAsync(box.Handle, limit.Token);
            return null;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return null;
        }
        catch (SandboxRuntimeException failure)
        {
            return failure.Error;
        }
    }

    private async Task<IEnumerable<string>> ListAsync() =>
        (await _runtime.ListAsync(CancellationToken.None)).Select(handle => handle.Id).Order(StringComparer.Ordinal);

    private async Task<TimeSpan> MeasureStartAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        var box = await _runtime.StartAsync(Spec("measured"), CancellationToken.None);
        var taken = TimeProvider.System.GetElapsedTime(started);
        await _runtime.StopAsync(box, CancellationToken.None);
        return taken;
    }
}
