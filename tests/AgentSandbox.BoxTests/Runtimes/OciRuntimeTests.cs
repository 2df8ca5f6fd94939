using System.Globalization;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>What is particular to the <c>oci</c> runtime, with each of its binaries. The rest is <see cref="RuntimeContract"/>.</summary>
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
        OciTraces.AssertNone(_options);
        Assert.DoesNotContain(Directory.EnumerateDirectories("/sys/fs/cgroup", new ServerIdentity(_state).CgroupName, SearchOption.AllDirectories), _ => true);
        Assert.Equal(_mountsBefore, Mounts());
        Directory.Delete(_state, recursive: true);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Start_NamespacesAndGroups_AreItsOwn()
    {
        var pid = (await StartAsync("box1")).Init!.Pid;

        Assert.Equal("", Host.Status(pid)["Groups"]);
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
        const string owner = "stat -c '%u %g %a' /dev/null";
        var before = await Shell.OutputAsync(owner);   // perhaps no longer root: Docker with runsc gives it away at every exec

        await StartAsync("box1");

        Assert.Equal(before, await Shell.OutputAsync(owner));
    }

    /// <summary>All boxes share the file: whoever can read it might reach the others through a defect of the kernel's page cache.</summary>
    [Fact]
    public async Task Start_Guest_CannotBeReadFromInside()
    {
        await using var box = await LiveBox.ConnectAsync(_runtime, await StartAsync("box1"), fixture.Spec("box1"));

        Assert.Contains("Permission denied", (await box.RunAsync($"cat {Template.GuestPath}")).StderrText);
    }

    [Fact]
    public async Task Start_Limits_OfGroupsAndProcess_HoldTheBox()
    {
        var box = await StartAsync("box1");

        Assert.All(box.Cgroup.ProcsFiles, file => Assert.Contains(box.Init!.Pid.ToString(CultureInfo.InvariantCulture), File.ReadLines(file)));
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
        OciTraces.AssertNone(_options);
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
    public async Task Start_IdOfABoxThatACrashLeft_IsRefusedAndTouchesNothingOfIt()
    {
        await CrashAsync("box1");

        await Assert.ThrowsAsync<SandboxRuntimeException>(() => _runtime.StartAsync(fixture.Spec("box1"), CancellationToken.None));

        var box = (OciSandbox)Assert.Single(await _runtime.ListAsync(CancellationToken.None));
        Assert.True(File.Exists(box.Directory.Record));
        await using var link = await _runtime.ConnectAsync(box, CancellationToken.None);
    }

    [Fact]
    public async Task Start_FiftyAtOnce_AllLiveAndAllEnd()
    {
        var boxes = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => StartAsync($"box{number}")));

        Assert.Equal(50, boxes.Select(box => box.HostId).Distinct().Count());
        Assert.All(boxes, box => Assert.True(Host.IsAlive(box.Init!.Pid)));
        await Task.WhenAll(boxes.Select(box => _runtime.StopAsync(box, CancellationToken.None)));
        OciTraces.AssertNone(_options);
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
    public async Task ReadStats_IdleBox_IsSmall()
    {
        var box = await StartAsync("box1");
        await using var link = await _runtime.ConnectAsync(box, CancellationToken.None);

        var stats = await _runtime.ReadStatsAsync(box, CancellationToken.None);

        Assert.InRange(stats.MemoryBytes, 1, 6L << 20);
        Assert.InRange(stats.Pids, 1, 8);
    }

    [Fact]
    public async Task Purge_AfterACrash_RemovesWholeAndHalfMadeBoxes()
    {
        await CrashAsync("whole");
        Directory.CreateDirectory(Path.Combine(_state, "boxes/half1"));
        OciFixture.Cgroups(_options).Create("half2", OciFixture.Limits);
        var init = BoxRecord.TryRead(new BoxDirectory(_state, "whole").Record)!.Pid;

        Assert.Equal(3, await _runtime.PurgeAsync(CancellationToken.None));

        Assert.True(Host.HasEnded(init));
        OciTraces.AssertNone(_options);
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

        OciTraces.AssertNone(options);
    }

    private async Task<OciSandbox> StartAsync(string id) => (OciSandbox)await _runtime.StartAsync(fixture.Spec(id), CancellationToken.None);

    /// <summary>Leaves a box of a server that is no more, and starts the next server.</summary>
    private async Task CrashAsync(string id)
    {
        await _runtime.DisposeAsync();
        await AbandonedServer.CrashAsync(new OciUnderTest(fixture, _binary, gvisor: null, _state), id);
        _runtime = OciFixture.Runtime(_options, _binary);
    }

    private async Task WithFakeRuntimeAsync(string script, TimeSpan? startTimeout, Func<OciRuntime, Task> test)
    {
        var path = Path.Combine(_state, "fake-runtime");
        await File.WriteAllTextAsync(path, $"#!/bin/sh\n{script}\n");
        await Shell.OutputAsync($"chmod +x {path}");
        var options = fixture.Options(Path.Combine(_state, "fake"), startTimeout);

        await using (var runtime = OciFixture.Runtime(options, _binary with { Path = path }))
        {
            await test(runtime);
            OciTraces.AssertNone(options);
        }
    }

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
