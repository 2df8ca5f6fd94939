using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using AgentSandbox.Server.Problems;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Docker;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;
using AgentSandbox.Tests.Runtimes;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Tests.Fuzzing.Targets;

/// <summary>Texts about boxes and images: what the kernel tells in a box, of processes that chose their name, and what engines and images say.</summary>
internal static class HostTargets
{
    public static IEnumerable<FuzzTarget> All =>
    [
        new("walls", LookAtWalls) { Seeds = [Encoding.UTF8.GetBytes(BoxEvidenceTests.Report)], MaxLength = 8_192, Allocation = 256 * 1024, AllocationPerByte = 512 },
        new("mount-info", ReadMounts) { Seeds = [Encoding.UTF8.GetBytes(Mounts), "4:memory:/a\n0::/b\n1:name=systemd:/"u8.ToArray()], Allocation = 32 * 1024, AllocationPerByte = 512 },
        new("process-name", ReadStartTime) { Seeds = ["sleep"u8.ToArray(), ") R 1 1 1"u8.ToArray()], MaxLength = 15 },
        new("image-accounts", AddAccounts) { Seeds = ["root:x:0:0:root:/root:/bin/sh\nsandbox:x:5:5::/:/\nother:x:1001:1::/:/\n"u8.ToArray()], Tokens = ["sandbox:"u8.ToArray(), ":x:1001:"u8.ToArray(), "\n"u8.ToArray()], AllocationPerByte = 1_024 },
        new("image-environment", MergeEnvironment) { Seeds = ["PATH=/bin\0HOME=/x\0=\0A\0B=1=2"u8.ToArray()], Tokens = ["\0"u8.ToArray(), "PATH="u8.ToArray(), "LD_PRELOAD="u8.ToArray()], AllocationPerByte = 512 },
        new("engine-words", ReadWords) { Seeds = ["""{"message":"no such thing"}"""u8.ToArray(), "\u001b[2Jfirst\nsecond"u8.ToArray(), "[]"u8.ToArray()], MaxLength = 2_048, Allocation = 32 * 1024, AllocationPerByte = 256 },
    ];

    private const string Mounts = "1 0 0:1 / / ro,relatime - overlay overlay rw\n36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 - ext3 /dev/root rw,memory\n";
    private static readonly HashSet<string> HostNamespaces = ["4026531836"];

    /// <summary>The whole report comes from a program in the box, so any of it may be a lie; what it cannot do is to break its judge.</summary>
    private static int LookAtWalls(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var walls = new BoxEvidence(new CheckReport(text), text, ["/proc/keys"], new EnforcedLimits(1 << 20, 1, 10))
            .Judge("6.1.0", HostNamespaces, ["PATH"], new SandboxLimits(1 << 20, 1, 10, 1 << 20));
        var found = Wall.All.Select(wall => wall.Look(walls)).ToList();
        return Outcome.Of(found.Count(wall => wall is true), found.Count(wall => wall is null), walls.Kernel.Length);
    }

    private static int ReadMounts(byte[] input)
    {
        var lines = Encoding.UTF8.GetString(input).Split('\n');
        var mounts = MountInfo.Parse(lines);
        Assert.InRange(mounts.Count, 0, lines.Length);
        var memberships = CgroupMembership.Parse(lines);
        Assert.InRange(memberships.Count, 0, lines.Length);
        return Outcome.Of(mounts.Count, memberships.Count, mounts.Sum(mount => mount.MountPoint.Length), memberships.Count(membership => membership.IsUnified));
    }

    /// <summary>A process chooses its own name, and with it must not choose its start time.</summary>
    private static int ReadStartTime(byte[] input)
    {
        const long startTime = 123_456_789;
        var name = Encoding.UTF8.GetString(input.AsSpan().TrimEnd((byte)0));
        var stat = string.Create(CultureInfo.InvariantCulture, $"42 ({name}) S 1 42 42 0 -1 4194560 95 0 0 0 0 0 0 0 20 0 1 0 {startTime} 2531328 256 18446744073709551615");
        Assert.Equal(startTime, ProcessIdentity.ParseStartTime(stat));
        return Outcome.Of(name.Count(letter => letter is ')' or ' ' or '\n'));
    }

    /// <summary>The sandbox's user is there once, and whoever had its name or number is not.</summary>
    private static int AddAccounts(byte[] input)
    {
        var passwd = ImageAccounts.AddUser(input, "/bin/sh");
        Assert.Equal(passwd, ImageAccounts.AddUser(passwd, "/bin/sh"));
        var group = ImageAccounts.AddGroup(input);
        Assert.Equal(group, ImageAccounts.AddGroup(group));
        var users = Encoding.Latin1.GetString(passwd).TrimEnd('\n').Split('\n').Select(line => line.Split(':')).ToList();
        Assert.Equal(RootAccounts.UserName, users[^1][0]);
        Assert.DoesNotContain(users.SkipLast(1), fields => fields[0] == RootAccounts.UserName || fields.ElementAtOrDefault(2) == "1001");
        return Outcome.Of(Math.Min(users.Count, 16));
    }

    private static int MergeEnvironment(byte[] input)
    {
        var variables = Encoding.UTF8.GetString(input).Split('\0');
        var image = new ImageInspectResponse { Config = new DockerOCIImageConfig { Env = variables } };
        var merged = ImageEnvironment.Merge(image, new Dictionary<string, string> { ["OWN"] = "1" });
        Assert.Equal("1", merged["OWN"]);
        Assert.Equal(RootAccounts.Home, merged["HOME"]);
        Assert.True(merged.ContainsKey("PATH"));
        Assert.All(merged.Keys, name => Assert.False(name.Length == 0 || name.Contains('=', StringComparison.Ordinal)));
        return Outcome.Of(merged.Count);
    }

    /// <summary>One line of bounded length, whatever an engine or an image says.</summary>
    private static int ReadWords(byte[] input)
    {
        var said = Encoding.UTF8.GetString(input);
        var words = EngineMessages.WordsOf(new DockerApiException(HttpStatusCode.BadRequest, said));
        var messages = new EngineMessages();
        messages.Report(new JSONMessage { Stream = said, Error = new JSONError { Message = said } });
        foreach (var line in messages.LastLines.Append(words).Append(messages.Failure!))
        {
            Assert.InRange(line.Length, 0, 513);
            Assert.DoesNotContain(line, char.IsControl);
            _ = JsonSerializer.SerializeToUtf8Bytes(line, JsonSettings.Default);
        }
        return Outcome.Of(Outcome.Scale(words.Length), messages.LastLines.Count);
    }
}
