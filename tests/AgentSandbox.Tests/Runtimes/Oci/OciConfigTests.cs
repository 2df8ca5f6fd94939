using System.Text.Json.Nodes;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Tests.Runtimes.Oci;

public sealed class OciConfigTests
{
    [Fact]
    public void Write_OnARootServer_IsExactlyThis()
    {
        var config = JsonNode.Parse(Config().Write())!;
        var seccomp = config["linux"]!["seccomp"]!.ToJsonString();
        config["linux"]!.AsObject().Remove("seccomp");

        Assert.Equal(JsonNode.Parse(Golden)!.ToString(), config.ToString());
        Assert.Equal(JsonNode.Parse(SeccompProfile.Json)!.ToJsonString(), seccomp);
    }

    [Fact]
    public void Write_ForRunc_NamesTheCgroup() =>
        Assert.Equal("group/box1", (string?)JsonNode.Parse(Config(cgroupsPath: "group/box1").Write())!["linux"]!["cgroupsPath"]);

    [Fact]
    public void Write_CompiledSeccomp_StandsBesideTheProfile()
    {
        var config = JsonNode.Parse(Config(compiledSeccomp: "AAAA").Write())!;

        Assert.Equal("AAAA", (string?)config["annotations"]!["run.oci.seccomp_bpf_data"]);
        Assert.NotNull(config["linux"]!["seccomp"]);
    }

    [Theory]
    [InlineData(false, new[] { "nosuid", "noexec", "nodev", "subset=pid", "hidepid=2" })]
    [InlineData(true, new[] { "nosuid", "noexec", "nodev" })]     // it has a /proc of its own
    public void Write_StrictProc_ShowsOnlyProcesses(bool isGvisor, string[] expected)
    {
        var proc = JsonNode.Parse(Config(isGvisor: isGvisor, procMode: ProcMode.Strict).Write())!["mounts"]![0]!;

        Assert.Equal("/proc", (string?)proc["destination"]);
        Assert.Equal(expected, proc["options"]!.AsArray().Select(option => (string?)option));
    }

    /// <summary>What gVisor would ignore is not there, so that nobody takes it for a wall.</summary>
    [Fact]
    public void Write_ForGvisor_HoldsNoWallThatItIgnores()
    {
        var config = JsonNode.Parse(Config(compiledSeccomp: "AAAA", isGvisor: true).Write())!;
        var expected = JsonNode.Parse(Golden)!;
        expected["process"]!["args"]!.AsArray().Add("stdio");
        var linux = expected["linux"]!.AsObject();
        linux["namespaces"]!.AsArray().RemoveAt(6);
        linux.Remove("maskedPaths");
        linux.Remove("readonlyPaths");

        Assert.Equal(expected.ToString(), config.ToString());
    }

    [Theory]
    [InlineData(1L << 20, 1_024)]
    [InlineData(1L << 30, 131_072)]
    [InlineData(1L << 40, 1_048_576)]
    public void Write_Inodes_GrowWithTheDisk(long diskBytes, int expected)
    {
        var mounts = JsonNode.Parse(Config(diskBytes: diskBytes).Write())!["mounts"]!.AsArray();
        var home = mounts.Single(mount => (string?)mount!["destination"] == "/home/sandbox")!;

        Assert.Contains($"nr_inodes={expected}", home["options"]!.AsArray().Select(option => (string?)option));
    }

    private static OciConfig Config(string? cgroupsPath = null, string? compiledSeccomp = null, long diskBytes = 1L << 30, bool isGvisor = false, ProcMode procMode = ProcMode.Compat) => new()
    {
        RootPath = "/mnt",
        Limits = new SandboxLimits(MemoryBytes: 512 << 20, Cpus: 1, Pids: 100, DiskBytes: diskBytes),
        UserMappings = IdMap.ForRoot(20_000_000),
        GroupMappings = IdMap.ForRoot(20_000_000),
        UserNamespace = "/state/boxes/box1/users",
        ProcessLimits = ProcessLimits.Create(100, _ => ulong.MaxValue, 0),
        CgroupsPath = cgroupsPath,
        CompiledSeccomp = compiledSeccomp,
        IsGvisor = isGvisor,
        ProcMode = procMode,
    };

    private const string Golden =
        """
        {
          "ociVersion": "1.0.0",
          "hostname": "sandbox",
          "root": { "path": "/mnt", "readonly": true },
          "process": {
            "terminal": false,
            "cwd": "/home/sandbox",
            "args": ["/usr/lib/agent-sandbox/sandboxd"],
            "env": ["PATH=/usr/local/bin:/usr/bin:/bin"],
            "noNewPrivileges": true,
            "oomScoreAdj": 200,
            "user": { "uid": 1001, "gid": 1001, "umask": 18 },
            "capabilities": { "bounding": [], "effective": [], "inheritable": [], "permitted": [], "ambient": [] },
            "rlimits": [
              { "type": "RLIMIT_CORE", "soft": 1, "hard": 1 },
              { "type": "RLIMIT_NPROC", "soft": 116, "hard": 116 },
              { "type": "RLIMIT_NOFILE", "soft": 4096, "hard": 4096 },
              { "type": "RLIMIT_MEMLOCK", "soft": 65536, "hard": 65536 },
              { "type": "RLIMIT_SIGPENDING", "soft": 1024, "hard": 1024 },
              { "type": "RLIMIT_MSGQUEUE", "soft": 262144, "hard": 262144 },
              { "type": "RLIMIT_NICE", "soft": 0, "hard": 0 },
              { "type": "RLIMIT_RTPRIO", "soft": 0, "hard": 0 }
            ]
          },
          "mounts": [
            { "destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev"] },
            { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "noexec", "mode=755", "size=64k", "nr_inodes=64"] },
            { "destination": "/dev/pts", "type": "devpts", "source": "devpts",
              "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5", "max=64"] },
            { "destination": "/dev/shm", "type": "tmpfs", "source": "tmpfs",
              "options": ["nosuid", "nodev", "noexec", "mode=1777", "size=33554432", "nr_inodes=4096"] },
            { "destination": "/tmp", "type": "tmpfs", "source": "tmpfs",
              "options": ["nosuid", "nodev", "mode=1777", "size=1073741824", "nr_inodes=131072", "uid=1001", "gid=1001"] },
            { "destination": "/home/sandbox", "type": "tmpfs", "source": "tmpfs",
              "options": ["nosuid", "nodev", "mode=0755", "size=1073741824", "nr_inodes=131072", "uid=1001", "gid=1001"] }
          ],
          "linux": {
            "namespaces": [
              { "type": "user", "path": "/state/boxes/box1/users" }, { "type": "pid" }, { "type": "mount" }, { "type": "network" }, { "type": "ipc" }, { "type": "uts" },
              { "type": "cgroup" }
            ],
            "uidMappings": [
              { "containerID": 0, "hostID": 16000000, "size": 1001 },
              { "containerID": 1001, "hostID": 20000000, "size": 1 },
              { "containerID": 1002, "hostID": 16001002, "size": 64534 }
            ],
            "gidMappings": [
              { "containerID": 0, "hostID": 16000000, "size": 1001 },
              { "containerID": 1001, "hostID": 20000000, "size": 1 },
              { "containerID": 1002, "hostID": 16001002, "size": 64534 }
            ],
            "maskedPaths": [
              "/proc/acpi", "/proc/asound", "/proc/cmdline", "/proc/config.gz", "/proc/interrupts", "/proc/kallsyms", "/proc/kcore",
              "/proc/key-users", "/proc/keys", "/proc/kmsg", "/proc/latency_stats", "/proc/locks", "/proc/modules", "/proc/pressure", "/proc/sched_debug",
              "/proc/schedstat", "/proc/scsi", "/proc/softirqs", "/proc/timer_list", "/proc/timer_stats"
            ],
            "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
          }
        }
        """;
}
