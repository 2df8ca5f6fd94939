using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Oci;
using Microsoft.Extensions.Logging.Abstractions;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>
/// Each wall is really taken away, by an OCI runtime that lies: the trial before the first session names it, and the server
/// does not start.
/// </summary>
[Collection(OciCollection.Name)]
public sealed class MissingWallTests(OciFixture fixture) : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("oci-test-").FullName;
    private LyingRuntime _liar = null!;

    /// <summary>A lie, and the walls that it takes away.</summary>
    public static TheoryData<string, string[]> Lies { get; } = new()
    {
        { "linux.pop('seccomp')", ["seccomp", "systemCalls"] },
        { "linux['seccomp']['syscalls'].append({'names': ['ptrace'], 'action': 'SCMP_ACT_ALLOW'})", ["systemCalls"] },
        { "linux['seccomp']['syscalls'].append({'names': ['socket'], 'action': 'SCMP_ACT_ALLOW', 'args': [{'index': 0, 'value': 40, 'op': 'SCMP_CMP_EQ'}]})", ["systemCalls"] },
        { "linux['seccomp']['architectures'].append('SCMP_ARCH_X86')", ["systemCalls"] },
        { "process['capabilities']['bounding'] = ['CAP_NET_RAW']", ["noCapabilities"] },
        { "process['noNewPrivileges'] = False", ["noNewPrivileges"] },
        { "linux['namespaces'] = [n for n in linux['namespaces'] if n['type'] != 'ipc']", ["namespaces"] },
        { "linux['namespaces'] = [n for n in linux['namespaces'] if n['type'] != 'network']", ["namespaces", "noNetwork"] },
        { "[n.pop('path', None) for n in linux['namespaces']]; linux['uidMappings'] = linux['gidMappings'] = [{'containerID': 0, 'hostID': 16000000, 'size': 65536}]", ["ownUser"] },
        { "c['mounts'].append({'destination': '/mnt', 'type': 'bind', 'source': '/etc', 'options': ['bind', 'ro']})", ["noHostFiles"] },
        { "next(m for m in c['mounts'] if m['destination'] == '/tmp')['options'].remove('nodev')", ["safeMounts"] },
        { "linux['maskedPaths'] = []", ["hiddenKernelFiles"] },
        { "linux['readonlyPaths'] = []", ["hiddenKernelFiles"] },
        { "process['rlimits'] = []", ["processLimits"] },
        { Overlay + "root.update(path='/mnt/root', readonly=False)", ["readOnlyRoot"] },
        { Overlay + "root.update(path='/mnt/root'); run('chmod 555 /mnt/root/usr/lib/agent-sandbox/sandboxd')", ["guardedGuest"] },
    };

    /// <summary>Where the launcher has its own mounts, so that this is gone with the box.</summary>
    private const string Overlay =
        "run('mount -t tmpfs t /mnt && mkdir /mnt/root /mnt/upper /mnt/work && mount -t overlay o /mnt/root -o nodev,nosuid,lowerdir=' + root['path'] + ',upperdir=/mnt/upper,workdir=/mnt/work'); ";

    public async ValueTask InitializeAsync() => _liar = new LyingRuntime(_directory, (await OciFixture.FindAsync("crun")).Path);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task Trial_WallIsMissing_IsNamed(string lie, string[] walls)
    {
        await _liar.TellAsync(lie);
        await using var runtime = await OpenAsync();

        var refusal = await Assert.ThrowsAsync<MissingWallException>(() => TryAsync(runtime, new WallAllowances()));
        var allowed = await TryAsync(runtime, new WallAllowances(Any: true));

        Assert.All(walls, wall => Assert.Contains($"\n  {wall}: ", refusal.Message, StringComparison.Ordinal));
        Assert.Contains("ALLOW_MISSING_WALLS=true", refusal.Message, StringComparison.Ordinal);
        Assert.Subset(allowed.Missing.ToHashSet(), walls.ToHashSet());
        Assert.InRange(allowed.Missing.Count, walls.Length, walls.Length + 1);
    }

    [Fact]
    public async Task Trial_NothingIsMissing_SaysSo()
    {
        await _liar.TellAsync("pass");
        await using var runtime = await OpenAsync();

        var found = await TryAsync(runtime, new WallAllowances());

        Assert.Empty(found.Missing);
        Assert.Equal(Wall.All.Select(wall => wall.Name).Except(["ownKernel"]), found.Promised);
    }

    [Fact]
    public async Task Examiner_WallIsMissingLater_OffersNothingThere()
    {
        await _liar.TellAsync("pass");
        await using var runtime = await OpenAsync();
        await TryAsync(runtime, new WallAllowances());

        await _liar.TellAsync("linux['maskedPaths'] = []");
        var offered = await runtime.Examiner!(runtime.Hosts[0], CancellationToken.None);

        Assert.Empty(offered);
    }

    /// <summary>With runc, for crun does not start without groups of its own on a host like many a developer's.</summary>
    [Fact]
    public async Task Trial_LimitsAreNotEnforced_IsAWallLikeAnyOther()
    {
        var host = new OciHost(await OciFixture.FindAsync("runc"), new UnenforcedCgroups(), Rootless: null);
        await using var runtime = new OciRuntime(fixture.Options(_directory), host, TimeProvider.System, NullLogger<OciRuntime>.Instance);

        var refusal = await Assert.ThrowsAsync<MissingWallException>(() => TryAsync(runtime, new WallAllowances()));
        var allowed = await TryAsync(runtime, new WallAllowances(Limits: true));

        Assert.Contains("\n  resourceLimits: ", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["resourceLimits"], allowed.Missing);
    }

    private async Task<OciRuntime> OpenAsync()
    {
        var options = fixture.Options(_directory);
        return OciFixture.Runtime(options, await OciFixture.FindAsync(_liar.Path));
    }

    private async Task<IsolationOffer> TryAsync(OciRuntime runtime, WallAllowances allowed)
    {
        using var booter = new SandboxBooter(runtime, TimeProvider.System);
        var offer = new RuntimeOffer(runtime, RuntimeCapabilities.Standard);
        var trial = new RuntimeTrial(runtime, offer, allowed, booter, UnreadLog.Security, NullLogger<RuntimeTrial>.Instance);
        await trial.RunAsync(fixture.Template, OciFixture.Limits, RuntimeCapabilities.Standard, CancellationToken.None);
        return offer.Found[RuntimeCapabilities.Standard];
    }
}
