using System.Globalization;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>The life of a box, with each OCI runtime: what it is given, and that nothing of it stays.</summary>
public abstract class OciRuntimeTests(OciFixture fixture, string binaryName) : IAsyncLifetime
{
    private readonly string _state = Directory.CreateTempSubdirectory("oci-test-").FullName;
    private string[] _mountsBefore = [];
    private OciBinary _binary = null!;
    private OciOptions _options = null!;
    private OciRuntime _runtime = null!;

    public async ValueTask InitializeAsync()
    {
        _binary = await OciFixture.FindAsync(binaryName);
        _options = fixture.Options(_state);
        _mountsBefore = Mounts();
        _runtime = OciFixture.Runtime(_options, _binary);
    }

    /// <summary>Every test ends here: after an orderly end nothing may be left.</summary>
    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        AssertNothingIsLeft(_state);
        Assert.Empty(OciFixture.Cgroups(_options).ListBoxIds());
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup", new ServerIdentity(_state).CgroupName, SearchOption.AllDirectories), _ => true);
        Assert.Equal(_mountsBefore, Mounts());
        Directory.Delete(_state, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Start_Connect_Stop_LeavesNothing()
    {
        var box = await StartAsync("box1");
        await using (await _runtime.ConnectAsync(box, CancellationToken.None))
        {
            Assert.Contains(box, await _runtime.ListAsync(CancellationToken.None));
        }

        await _runtime.StopAsync(box, CancellationToken.None);

        Assert.False(Host.IsAlive(box.Init!.Pid) && !IsZombie(box.Init.Pid));
        Assert.Empty(await _runtime.ListAsync(CancellationToken.None));
        AssertNothingIsLeft(_state);
    }

    [Fact]
    public async Task Start_Posture_IsWithoutAnyPower()
    {
        var pid = (await StartAsync("box1")).Init!.Pid;
        var status = Host.Status(pid);

        foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]) Assert.Equal("0000000000000000", status[set]);
        Assert.Equal(("1", "2", ""), (status["NoNewPrivs"], status["Seccomp"], status["Groups"]));
        foreach (var name in (string[])["user", "pid", "mnt", "net", "ipc", "uts", "cgroup"])
            Assert.NotEqual(Host.Namespace(Environment.ProcessId, name), Host.Namespace(pid, name));
    }

    [Fact]
    public async Task Start_Identity_IsAHostUserOfItsOwn()
    {
        var first = await StartAsync("box1");
        var second = await StartAsync("box2");

        Assert.NotEqual(first.HostId, second.HostId);
        Assert.All(Host.Status(first.Init!.Pid)["Uid"].Split('\t'), uid => Assert.Equal(first.HostId.ToString(), uid));
        Assert.Equal(
            [$"0 {IdMap.HostBase} 1001", $"1001 {first.HostId} 1", $"1002 {IdMap.HostBase + 1002} 64534"],
            File.ReadLines($"/proc/{first.Init.Pid}/uid_map").Select(Squeeze));
    }

    [Fact]
    public async Task Start_Mounts_AreReadOnlyOrBoundedAndNeverSetuid()
    {
        var pid = (await StartAsync("box1")).Init!.Pid;
        var mounts = File.ReadLines($"/proc/{pid}/mounts").Select(line => line.Split(' ')).ToDictionary(field => field[1], field => field[3].Split(','));

        Assert.Superset(new HashSet<string> { "ro", "nosuid", "nodev" }, mounts["/"].ToHashSet());
        foreach (var writable in (string[])["/tmp", "/home/sandbox"])
            Assert.Superset(new HashSet<string> { "rw", "nosuid", "nodev", "size=16384k", "nr_inodes=2048" }, mounts[writable].ToHashSet());
        Assert.Superset(new HashSet<string> { "nosuid", "nodev", "noexec", "size=16384k" }, mounts["/dev/shm"].ToHashSet());
        Assert.Contains("ro", mounts["/proc/sys"]);
        Assert.DoesNotContain("/sys", mounts.Keys);
    }

    /// <summary>crun gives the standard streams to the box's user; whoever owns the host's /dev/null can close it to all.</summary>
    [Fact]
    public async Task Start_HostDevices_KeepTheirOwner()
    {
        await StartAsync("box1");

        Assert.Equal("0 0 666", await Shell.OutputAsync("stat -c '%u %g %a' /dev/null"));
    }

    [Fact]
    public async Task Start_Limits_AreTheKernels()
    {
        var box = await StartAsync("box1");
        var written = box.Cgroup.ProcsFiles.Select(file => Path.GetDirectoryName(file)!)
            .SelectMany(Directory.EnumerateFiles)
            .Where(file => Path.GetFileName(file) is "memory.limit_in_bytes" or "memory.max" or "cpu.cfs_quota_us" or "cpu.max" or "pids.max")
            .Select(file => File.ReadAllText(file).Split()[0]);

        Assert.All(box.Cgroup.ProcsFiles, file => Assert.Contains(box.Init!.Pid.ToString(CultureInfo.InvariantCulture), File.ReadLines(file)));
        Assert.Equal(["134217728", "50000", "56"], written.Order(StringComparer.Ordinal)); // 40 processes, and the guest's own
        var limits = File.ReadLines($"/proc/{box.Init!.Pid}/limits").Select(Squeeze).ToList();
        Assert.Contains("Max core file size 1 1 bytes", limits);
        Assert.Contains("Max open files 4096 4096 files", limits);
    }

    [Fact]
    public async Task Start_RootFileSystemIsMissing_IsUndone()
    {
        var spec = fixture.Spec("box1") with { Template = fixture.Template with { RootPath = "/nonexistent" } };

        var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.StartAsync(spec, CancellationToken.None));

        Assert.Contains("/nonexistent", failure.Message);
        AssertNothingIsLeft(_state);
    }

    [Fact]
    public async Task Start_GuestIsMissing_TellsTheRuntimesWords()
    {
        var root = Directory.CreateDirectory(Path.Combine(_state, "empty")).FullName;
        foreach (var directory in (string[])["proc", "dev", "tmp", "home/sandbox"]) Directory.CreateDirectory(Path.Combine(root, directory));
        var spec = fixture.Spec("box1") with { Template = fixture.Template with { RootPath = root } };

        var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.StartAsync(spec, CancellationToken.None));

        Assert.Contains("sandboxd", failure.Message);
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task Start_SameIdTwice_IsRefusedAndTheFirstLives()
    {
        var box = await StartAsync("box1");

        await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.StartAsync(fixture.Spec("box1"), CancellationToken.None));

        Assert.True(Host.IsAlive(box.Init!.Pid));
    }

    [Fact]
    public async Task Start_IdOfABoxThatACrashLeft_IsRefusedAndTouchesNothingOfIt()
    {
        var box = await StartAsync("box1");
        File.Delete(Path.Combine(_state, "lock")); // as if the first server were gone
        await using var next = OciFixture.Runtime(_options, _binary);

        await Assert.ThrowsAsync<SandboxRuntimeException>(() => next.StartAsync(fixture.Spec("box1"), CancellationToken.None));

        Assert.True(File.Exists(box.Directory.Record));
        await using var link = await _runtime.ConnectAsync(box, CancellationToken.None);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("Upper")]
    [InlineData("a23456789012345678901234567890123")] // 33
    public async Task Start_IdIsNone_IsRefused(string id) =>
        await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.StartAsync(fixture.Spec(id), CancellationToken.None));

    /// <summary>Whether the cancellation comes in time or not, afterwards there is a whole box or none.</summary>
    [Fact]
    public async Task Start_CancelledAnywhere_IsUndone()
    {
        for (var delay = 0; delay < 60; delay += 4)
        {
            using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(delay));
            try
            {
                var box = await _runtime.StartAsync(fixture.Spec($"box{delay}"), cancellation.Token);
                await _runtime.StopAsync(box, CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                // As asked.
            }

            AssertNothingIsLeft(_state);
            Assert.Empty(OciFixture.Cgroups(_options).ListBoxIds());
        }
    }

    [Fact]
    public async Task Start_FiftyAtOnce_AllLiveAndAllEnd()
    {
        var boxes = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => StartAsync($"box{number}")));

        Assert.Equal(50, boxes.Select(box => box.HostId).Distinct().Count());
        Assert.All(boxes, box => Assert.True(Host.IsAlive(box.Init!.Pid)));
        await Task.WhenAll(boxes.Select(box => _runtime.StopAsync(box, CancellationToken.None)));
        AssertNothingIsLeft(_state);
    }

    [Fact]
    public async Task Start_RuntimeIsKilledAtItsEnd_TheRunningBoxIsUndone()
    {
        await WithFakeRuntimeAsync($"{_binary.Path} \"$@\"; kill -9 $$", startTimeout: null, async runtime =>
        {
            var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => runtime.StartAsync(fixture.Spec("box1"), CancellationToken.None));
            Assert.Contains("signal 9", failure.Message);
        });
    }

    [Fact]
    public async Task Start_RuntimeHangs_IsKilledWithItsChildren()
    {
        await WithFakeRuntimeAsync("sleep 1000 & sleep 1000", TimeSpan.FromSeconds(1), async runtime =>
        {
            var failure = await Assert.ThrowsAsync<SandboxRuntimeException>(() => runtime.StartAsync(fixture.Spec("box1"), CancellationToken.None));
            Assert.Contains("did not start the box within 1 s", failure.Message);
        });
    }

    [Fact]
    public async Task Pause_Resume_FreezesAndThaws()
    {
        var box = await StartAsync("box1");

        await _runtime.PauseAsync(box, CancellationToken.None);
        Assert.True(box.Cgroup.IsFrozen);
        await _runtime.ResumeAsync(box, CancellationToken.None);
        Assert.False(box.Cgroup.IsFrozen);
    }

    [Fact]
    public async Task Stop_PausedBox_Ends()
    {
        var box = await StartAsync("box1");
        await _runtime.PauseAsync(box, CancellationToken.None);

        await _runtime.StopAsync(box, CancellationToken.None);

        AssertNothingIsLeft(_state);
    }

    [Fact]
    public async Task Stop_ManyTimesAtOnce_IsOneStop()
    {
        var box = await StartAsync("box1");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _runtime.StopAsync(box, CancellationToken.None)));
        await _runtime.StopAsync(box, CancellationToken.None);
    }

    [Fact]
    public async Task Stop_BoxThatDied_Ends()
    {
        var box = await StartAsync("box1");
        Host.Kill(box.Init!.Pid);
        await box.Init.Exited;

        await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.ConnectAsync(box, CancellationToken.None));
        await _runtime.StopAsync(box, CancellationToken.None);

        AssertNothingIsLeft(_state);
    }

    [Fact]
    public async Task ReadStats_LiveBox_IsMeasuredAndSmall()
    {
        var box = await StartAsync("box1");
        await using var link = await _runtime.ConnectAsync(box, CancellationToken.None);

        var stats = await _runtime.ReadStatsAsync(box, CancellationToken.None);

        Assert.InRange(stats.MemoryBytes, 1, 6L << 20);
        Assert.InRange(stats.Pids, 1, 8);
        Assert.Equal(0, stats.OomKills);
        await _runtime.StopAsync(box, CancellationToken.None);
        await Assert.ThrowsAsync<SandboxRuntimeException>(async () => await _runtime.ReadStatsAsync(box, CancellationToken.None));
    }

    [Fact]
    public async Task Purge_AfterACrash_RemovesWholeAndHalfMadeBoxes()
    {
        var boxes = await Task.WhenAll(StartAsync("whole1"), StartAsync("whole2"));
        Directory.CreateDirectory(Path.Combine(_state, "boxes/half1"));
        OciFixture.Cgroups(_options).Create("half2", OciFixture.Limits);
        File.Delete(Path.Combine(_state, "lock")); // as if the first server were gone

        await using (var next = OciFixture.Runtime(_options, _binary))
        {
            Assert.Equal(4, await next.PurgeAsync(CancellationToken.None));
            Assert.All(boxes, box => Assert.False(Host.IsAlive(box.Init!.Pid) && !IsZombie(box.Init.Pid)));
            AssertNothingIsLeft(_state);
            Assert.Empty(OciFixture.Cgroups(_options).ListBoxIds());
        }
    }

    [Fact]
    public async Task Purge_NumberOfADeadBoxBelongsToSomeoneElse_SparesThem()
    {
        using var bystander = System.Diagnostics.Process.Start("sleep", "1000");
        var directory = new BoxDirectory(_state, "old");
        directory.Create();
        new BoxRecord(bystander.Id, StartTime: 1, ProcessIdentity.BootId, HostId: null).Write(directory.Record);

        await _runtime.PurgeAsync(CancellationToken.None);

        Assert.False(bystander.HasExited);
        bystander.Kill();
        await bystander.WaitForExitAsync();
    }

    [Fact]
    public async Task Purge_OfAnotherServer_SparesOurBoxes()
    {
        var box = await StartAsync("box1");
        var other = Directory.CreateTempSubdirectory("oci-test-other-").FullName;

        await using (var runtime = OciFixture.Runtime(fixture.Options(other), _binary)) Assert.Equal(0, await runtime.PurgeAsync(CancellationToken.None));

        Assert.True(Host.IsAlive(box.Init!.Pid));
        Directory.Delete(other, recursive: true);
    }

    [Fact]
    public void Construct_DirectoryInUse_IsRefused() => Assert.Throws<SandboxRuntimeException>(() => OciFixture.Runtime(_options, _binary));

    [Fact]
    public async Task Connect_StateDirectoryLongerThanASocketAddress_Works()
    {
        var options = fixture.Options(Path.Combine(_state, new string('d', 150)));
        await using (var runtime = OciFixture.Runtime(options, _binary))
        {
            var box = await runtime.StartAsync(fixture.Spec("box1"), CancellationToken.None);
            await using var stream = await runtime.ConnectAsync(box, CancellationToken.None);
        }

        AssertNothingIsLeft(options.StateDirectory);
    }

    private async Task<OciSandbox> StartAsync(string id) => (OciSandbox)await _runtime.StartAsync(fixture.Spec(id), CancellationToken.None);

    private async Task WithFakeRuntimeAsync(string script, TimeSpan? startTimeout, Func<OciRuntime, Task> test)
    {
        var path = Path.Combine(_state, "fake-runtime");
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script}\n");
        await Shell.OutputAsync($"chmod +x {path}");
        var options = fixture.Options(Path.Combine(_state, "fake"), startTimeout);

        await using (var runtime = OciFixture.Runtime(options, _binary with { Path = path }))
        {
            await test(runtime);
            AssertNothingIsLeft(options.StateDirectory);
            Assert.Empty(OciFixture.Cgroups(options).ListBoxIds());
        }
    }

    private static void AssertNothingIsLeft(string state)
    {
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(state, "boxes")));
        Assert.DoesNotContain(Directory.EnumerateDirectories(Path.Combine(state, "runtime")), path => !Path.GetFileName(path).StartsWith('.'));
        Assert.DoesNotContain(File.ReadLines("/proc/net/unix"), line => line.Contains(state, StringComparison.Ordinal));
    }

    private static bool IsZombie(int pid) => Host.Status(pid)["State"].StartsWith('Z');

    /// <summary>Mounts where the launcher makes and takes away some in a namespace of its own. Others on the host may come and go.</summary>
    private string[] Mounts()
    {
        string[] touched = ["/", "/dev", "/dev/null", "/media", "/srv", "/mnt", "/opt", "/home", "/sys/fs/cgroup/unified", _binary.Path];
        return [.. File.ReadLines("/proc/self/mounts").Where(line => touched.Contains(line.Split(' ')[1]) || line.Contains(_state, StringComparison.Ordinal))];
    }

    private static string Squeeze(string line) => string.Join(' ', line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>With crun.</summary>
[Collection(OciCollection.Name)]
public sealed class CrunTests(OciFixture fixture) : OciRuntimeTests(fixture, "crun");

/// <summary>With runc.</summary>
[Collection(OciCollection.Name)]
public sealed class RuncTests(OciFixture fixture) : OciRuntimeTests(fixture, "runc");
