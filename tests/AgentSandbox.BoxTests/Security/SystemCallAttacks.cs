using System.Globalization;
using AgentSandbox.BoxTests.Security.Golden;
using AgentSandbox.BoxTests.Security.Targets;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// Which system calls get past the filter: every number of every ABI, and every socket there is. gVisor's kernel answers
/// system calls itself, so these say nothing about it; its own filter is looked at from the host.
/// </summary>
public abstract class SystemCallAttacks(AttackedServer server, string isolation) : AttackTest(server, isolation)
{
    private const string Header = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";

    /// <summary>A8.</summary>
    [Fact]
    public async Task Native_AllowsExactlyTheListed()
    {
        var attempts = await ProbeAsync("syscalls", "x86_64");

        var names = ReadNames();
        GoldenFile.AssertMatches("syscalls", attempts
            .Where(attempt => attempt.Outcome is not ("EPERM" or "ENOSYS"))
            .Select(attempt => $"{attempt.Name} {attempt.Outcome}  # {names.GetValueOrDefault(attempt.Name, "newer than the headers here")}"));
    }

    /// <summary>A8: a call by another ABI has another number, and would pass a filter of numbers as something else.</summary>
    [Theory]
    [InlineData("x32")]
    [InlineData("i386")]
    public async Task Foreign_KillsTheCaller(string abi)
    {
        var attempts = await ProbeAsync("syscalls", abi);

        // A kernel without the ABI answers by a fault.
        Assert.All(attempts, attempt => Assert.Contains(attempt.Outcome, (string[])["killed", "crashed"]));
        await AssertAliveAsync();
    }

    /// <summary>B9.</summary>
    [Fact]
    public async Task Sockets_AreOfTheListedFamiliesOnly()
    {
        var attempts = await ProbeAsync("sockets");

        GoldenFile.AssertMatches($"sockets.{Server.Name}", attempts.Select(attempt => $"{attempt.Name} {attempt.Outcome}"));
    }

    private static Dictionary<string, string> ReadNames() => File.ReadLines(Header)
        .Select(line => line.Split(' '))
        .Where(words => words is ["#define", _, _] && int.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .ToDictionary(words => words[2], words => words[1]["__NR_".Length..]);
}
