using System.Globalization;
using System.Text;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;

namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// Looks at a box's walls from inside, by what the kernel tells the guest about itself: commands and files inherit all of it.
/// It needs no program in the box.
/// </summary>
internal static class WallsInspector
{
    private const int MaxFile = 256 * 1024;
    private const string Unknown = "unknown";
    private const string FilteredBySeccomp = "2";   // proc_pid_status(5): SECCOMP_MODE_FILTER

    /// <param name="hostKernel">The release of the host's kernel; null when it is not known.</param>
    /// <exception cref="GuestException">The guest cannot read what it should.</exception>
    public static async Task<Walls> InspectAsync(GuestConnection guest, string? hostKernel, CancellationToken cancellationToken)
    {
        var status = ParseStatus(await ReadAsync(guest, "/proc/self/status", cancellationToken));
        var userMap = await ReadAsync(guest, "/proc/self/uid_map", cancellationToken);
        var mounts = await ReadAsync(guest, "/proc/self/mountinfo", cancellationToken);
        var interfaces = await ReadAsync(guest, "/proc/net/dev", cancellationToken);
        var kernel = ReleaseOf(await ReadAsync(guest, "/proc/version", cancellationToken));
        // What a kernel of its own says of namespaces and filters is about itself, not about the host's.
        var hasOwnKernel = hostKernel is not null && kernel is not Unknown && kernel != hostKernel;
        return new Walls(
            UserNamespace: hasOwnKernel ? null : !IsIdentity(userMap),
            OwnKernel: hasOwnKernel,
            Seccomp: hasOwnKernel ? null : status.GetValueOrDefault("Seccomp") == FilteredBySeccomp,
            NoNewPrivileges: status.TryGetValue("NoNewPrivs", out var flag) ? flag == "1" : null,
            NoCapabilities: HasNone(status),
            NotRoot: status.TryGetValue("Uid", out var ids) && !ids.Split('\t').Contains("0"),
            NoNetwork: interfaces.Length > 0 && InterfacesOf(interfaces) is [] or ["lo"],
            ReadOnlyRoot: IsReadOnly(mounts),
            Kernel: kernel);
    }

    /// <summary>The third word of "Linux version 6.1.0 (…)"; gVisor has no other place that tells.</summary>
    internal static string ReleaseOf(string version) =>
        version.Split(' ') is ["Linux", "version", { Length: > 0 and <= 64 } release, ..] ? release : Unknown;

    internal static Dictionary<string, string> ParseStatus(string text) => text.Split('\n')
        .Select(line => line.Split(':', 2))
        .Where(parts => parts.Length == 2)
        .GroupBy(parts => parts[0], StringComparer.Ordinal)
        .ToDictionary(parts => parts.Key, parts => parts.First()[1].Trim(), StringComparer.Ordinal);

    /// <summary>Every id is its own on the host: "0 0 4294967295", or nothing where there are no user namespaces.</summary>
    internal static bool IsIdentity(string map) => map.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .All(fields => fields.Length == 3 && fields[0] == fields[1]);

    internal static List<string> InterfacesOf(string text) =>
        [.. text.Split('\n').Where(line => line.Contains(':', StringComparison.Ordinal)).Select(line => line.Split(':')[0].Trim()).Distinct(StringComparer.Ordinal)];

    /// <summary>The last mount on the root is the one that counts. The fifth field is the place, the sixth its flags (proc_pid_mountinfo(5)).</summary>
    internal static bool IsReadOnly(string mounts) => mounts.Split('\n')
        .Select(line => line.Split(' '))
        .LastOrDefault(fields => fields.Length > 5 && fields[4] == "/") is { } root && root[5].Split(',').Contains("ro");

    /// <summary>Of the sets that the kernel knows; gVisor's has no ambient one.</summary>
    internal static bool HasNone(Dictionary<string, string> status)
    {
        if (!status.ContainsKey("CapEff") || !status.ContainsKey("CapBnd")) return false;

        return status.Where(line => line.Key is "CapInh" or "CapPrm" or "CapEff" or "CapBnd" or "CapAmb")
            .All(line => ulong.TryParse(line.Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits) && bits == 0);
    }

    /// <summary>Empty when the kernel has no such file: then no wall is seen by it.</summary>
    private static async Task<string> ReadAsync(GuestConnection guest, string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = await guest.OpenReadAsync(path, 0, MaxFile, cancellationToken);
            using var content = new MemoryStream();
            await file.CopyToAsync(content, cancellationToken);
            return Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length);
        }
        catch (GuestException exception) when (exception.Code is GuestErrorCode.NotFound)
        {
            return "";
        }
    }
}
