using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Tests.Runtimes.Docker;

public sealed class DockerContainerTests
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault };

    [Fact]
    public void Describe_Box_IsExactlyThis()
    {
        var described = Describe();
        var seccomp = described["HostConfig"]!["SecurityOpt"]![1]!.GetValue<string>();
        described["HostConfig"]!["SecurityOpt"]!.AsArray().RemoveAt(1);

        Assert.Equal(JsonNode.Parse(Golden)!.ToString(), described.ToString());
        Assert.Equal("seccomp=" + System.Text.Encoding.UTF8.GetString(SeccompProfile.Json), seccomp);
    }

    [Fact]
    public void Describe_ImageWithVariables_TakesThemFromTheGuest() =>
        Assert.Equal(
            ["DOTNET_gcServer", "LANG", "PATH=/usr/local/bin:/usr/bin:/bin"],
            Describe(RuntimeCapabilities.Standard, "DOTNET_gcServer", "PATH", "LANG")["Env"]!.AsArray().Select(variable => variable!.GetValue<string>()));

    [Fact]
    public void Describe_Gvisor_LeavesRoomForItsOwnThreads()
    {
        var standard = Describe()["HostConfig"]!["PidsLimit"]!.GetValue<long>();
        var gvisor = Describe(RuntimeCapabilities.Gvisor)["HostConfig"]!["PidsLimit"]!.GetValue<long>();

        Assert.True(gvisor >= standard + 64, $"{gvisor} is not enough above {standard}.");
    }

    private static JsonNode Describe(string isolation = RuntimeCapabilities.Standard, params string[] variables)
    {
        var template = new Template("default", "0123", "/root", new Dictionary<string, string>(), []);
        var spec = new SandboxSpec("box1", template, new SandboxLimits(512L << 20, 0.5, 100, 64L << 20), isolation);
        var image = new DockerImage("agent-sandbox/default:0123", variables);
        return JsonSerializer.SerializeToNode(DockerContainer.Describe(spec, image, Engine, "agent-sandbox-0a0b0c0d"), Options)!;
    }

    private static DockerTraits Engine { get; } = new()
    {
        Isolations = new Dictionary<string, string?> { [RuntimeCapabilities.Standard] = "runc", [RuntimeCapabilities.Gvisor] = "runsc" },
    };

    private const string Golden =
        """
        {
          "Name": "agent-sandbox-0a0b0c0d-box1",
          "Hostname": "sandbox",
          "Domainname": "",
          "User": "1001:1001",
          "AttachStdin": true,
          "AttachStdout": true,
          "AttachStderr": true,
          "OpenStdin": true,
          "Env": ["PATH=/usr/local/bin:/usr/bin:/bin"],
          "Cmd": [],
          "Healthcheck": {
            "Test": ["NONE"]
          },
          "Image": "agent-sandbox/default:0123",
          "WorkingDir": "/home/sandbox",
          "Entrypoint": ["/usr/lib/agent-sandbox/sandboxd", "stdio"],
          "Labels": {
            "agent-sandbox.server": "agent-sandbox-0a0b0c0d",
            "agent-sandbox.session": "box1",
            "agent-sandbox.template": "default",
            "agent-sandbox.isolation": "standard"
          },
          "HostConfig": {
            "ContainerIDFile": "",
            "LogConfig": {
              "Type": "none"
            },
            "NetworkMode": "none",
            "AutoRemove": true,
            "VolumeDriver": "",
            "CapDrop": ["ALL"],
            "CgroupnsMode": "private",
            "Dns": ["127.0.0.1"],
            "DnsSearch": ["."],
            "IpcMode": "private",
            "Cgroup": "",
            "OomScoreAdj": 200,
            "PidMode": "",
            "ReadonlyRootfs": true,
            "SecurityOpt": ["no-new-privileges"],
            "Tmpfs": {
              "/tmp": "rw,exec,nosuid,nodev,size=67108864,nr_inodes=8192,uid=1001,gid=1001,mode=1777",
              "/home/sandbox": "rw,exec,nosuid,nodev,size=67108864,nr_inodes=8192,uid=1001,gid=1001,mode=0755"
            },
            "UTSMode": "",
            "UsernsMode": "",
            "ShmSize": 33554432,
            "Runtime": "runc",
            "Isolation": "",
            "Memory": 536870912,
            "NanoCpus": 500000000,
            "CgroupParent": "",
            "CpusetCpus": "",
            "CpusetMems": "",
            "MemorySwap": 536870912,
            "PidsLimit": 116,
            "Ulimits": [
              { "Name": "core", "Hard": 1, "Soft": 1 },
              { "Name": "nofile", "Hard": 4096, "Soft": 4096 },
              { "Name": "memlock", "Hard": 65536, "Soft": 65536 },
              { "Name": "nice" },
              { "Name": "rtprio" }
            ],
            "MaskedPaths": ["/proc/acpi", "/proc/asound", "/proc/cmdline", "/proc/config.gz", "/proc/interrupts", "/proc/kallsyms", "/proc/kcore", "/proc/key-users", "/proc/keys", "/proc/kmsg", "/proc/latency_stats", "/proc/locks", "/proc/modules", "/proc/pressure", "/proc/sched_debug", "/proc/schedstat", "/proc/scsi", "/proc/softirqs", "/proc/timer_list", "/proc/timer_stats", "/sys"],
            "ReadonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"],
            "Init": false
          }
        }
        """;
}
