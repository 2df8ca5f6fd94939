using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// The system calls that a box may make: an allow-list, in the OCI specification's form, of what ordinary programs need.
/// It starts from what Docker allows by default and leaves out what has served escapes or tells of the host. Notable, with
/// the reasons that JSON has no place for:
/// <list type="bullet">
/// <item><c>clone</c> only without namespaces; <c>clone3</c> hides its flags in memory, so it "does not exist" (ENOSYS) and
/// the C library takes <c>clone</c>.</item>
/// <item><c>socket</c>: families by name, because new kernel bugs live in the rarely used ones; of the internet's only TCP,
/// UDP and echo requests, because asking for another protocol makes the host load it; of netlink only the route protocol,
/// which lists interfaces.</item>
/// <item><c>setsockopt</c>: all but TCP_ULP, which puts the kernel's TLS and the like into a connection, and
/// <c>ioctl</c>: all but TIOCSETD, which puts a line discipline into a terminal: both load rarely used parts of the kernel on
/// demand. TIOCSTI and TIOCLINUX type into a terminal as if at its keyboard.</item>
/// <item><c>io_setup</c>: its rings are counted for the whole host (fs.aio-max-nr), so a box could use up all of them;
/// programs go on without when it "does not exist".</item>
/// <item><c>preadv2</c>: not with RWF_NOWAIT, which tells without waiting whether somebody has read a shared file.</item>
/// <item><c>prlimit64</c>, <c>setrlimit</c>: all but RLIMIT_CORE, which must stay as it is (see <see cref="OciConfig"/>).</item>
/// <item><c>seccomp</c>: not with a listener, which would let a process answer for others.</item>
/// <item><c>sync</c>, <c>syncfs</c>: succeed without doing anything. All that a box can write is in memory, and the real
/// call would make the host write out everyone's data.</item>
/// <item>Other ABIs of the processor (i386, x32) are killed: their system calls have other numbers.</item>
/// </list>
/// </summary>
internal static class SeccompProfile
{
    private const string ResourceName = "seccomp.json";
    private const uint TiocSti = 0x5412;   // types into a terminal as if at its keyboard
    private const uint TiocLinux = 0x541C; // pastes into a virtual console
    private const uint TiocSetD = 0x5423;  // changes the line discipline
    private const int IoctlRequest = 1;
    private const uint SolTcp = 6, TcpUlp = 31;
    private const int SetSockOptLevel = 1, SetSockOptName = 2;

    /// <summary>The OCI configuration's <c>linux.seccomp</c>, as JSON.</summary>
    public static ReadOnlySpan<byte> Json => Bytes;

    private static readonly byte[] Bytes = Build();

    /// <summary>
    /// Allows a call unless the low 32 bits of an argument have one of the given values. The kernel ignores the high
    /// bits, so "not equal" on the whole argument could be slipped past, and "masked and not equal" does not exist in the
    /// format. So: one rule per prefix that leaves the forbidden values behind.
    /// </summary>
    internal static IEnumerable<JsonObject> AllBut(string name, int argument, params IReadOnlyCollection<uint> forbidden)
    {
        var path = new HashSet<(int Length, uint Prefix)>();
        foreach (var value in forbidden)
        {
            for (var length = 0; length <= 32; length++) path.Add((length, PrefixOf(value, length)));
        }

        for (var length = 1; length <= 32; length++)
        {
            foreach (var (_, parent) in path.Where(node => node.Length == length - 1))
            {
                foreach (var child in (uint[])[parent, parent | (1u << (32 - length))])
                {
                    if (!path.Contains((length, child))) yield return MaskedRule(name, argument, PrefixOf(uint.MaxValue, length), child);
                }
            }
        }
    }

    private static byte[] Build()
    {
        using var resource = typeof(SeccompProfile).Assembly.GetManifestResourceStream(ResourceName)!;
        var profile = JsonNode.Parse(resource)!;
        var rules = profile["syscalls"]!.AsArray();
        IEnumerable<JsonObject> computed =
        [
            .. AllBut("ioctl", IoctlRequest, TiocSti, TiocLinux, TiocSetD),
            .. AllBut("setsockopt", SetSockOptLevel, SolTcp),      // either of the two is enough
            .. AllBut("setsockopt", SetSockOptName, TcpUlp),
        ];
        foreach (var rule in computed) rules.Add(rule);
        return JsonSerializer.SerializeToUtf8Bytes(profile);
    }

    private static uint PrefixOf(uint value, int length) => length == 0 ? 0 : value & (uint.MaxValue << (32 - length));

    private static JsonObject MaskedRule(string name, int argument, uint mask, uint value) => new()
    {
        ["names"] = new JsonArray(name),
        ["action"] = "SCMP_ACT_ALLOW",
        ["args"] = new JsonArray(new JsonObject
        {
            ["index"] = argument,
            ["value"] = mask,
            ["valueTwo"] = value,
            ["op"] = "SCMP_CMP_MASKED_EQ",
        }),
    };
}
