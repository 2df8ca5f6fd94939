using System.Globalization;
using System.Runtime.InteropServices;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>A run of ids that the box sees, and what they are on the host.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct IdMapping(uint ContainerId, uint HostId, uint Size);

/// <summary>
/// Who is who: the ids inside a box and on the host. A template's root file system is owned by the host side of this map,
/// so the constants bind whoever builds one.
/// </summary>
internal static class IdMap
{
    /// <summary>The user and group <c>sandbox</c> that everything in a box runs as.</summary>
    public const uint SandboxId = 1001;

    /// <summary>
    /// Host id of the box's root on a server run by root; id n of a template is owned by this + n. The ids of a template
    /// are the same in all boxes, which is safe because no process of a box can become any of them.
    /// </summary>
    public const uint HostBase = RootOwner.HostIdBase;

    /// <summary>Ids per box: what the 16 bits of traditional Unix offer.</summary>
    public const uint Count = 65_536;

    /// <summary>
    /// For a server run by root. Only the sandbox user, whom processes run as, gets a host id of its own per box: limits
    /// that the kernel keeps per user, and signals, then never reach another box.
    /// </summary>
    public static IReadOnlyList<IdMapping> ForRoot(uint sandboxHostId) =>
    [
        new(0, HostBase, SandboxId),
        new(SandboxId, sandboxHostId, 1),
        new(SandboxId + 1, HostBase + SandboxId + 1, Count - SandboxId - 1),
    ];

    /// <summary>As the kernel reads it, in /proc/PID/uid_map.</summary>
    public static string Format(IReadOnlyList<IdMapping> mappings) =>
        string.Concat(mappings.Select(mapping => string.Create(CultureInfo.InvariantCulture, $"{mapping.ContainerId} {mapping.HostId} {mapping.Size}\n")));

    /// <summary>For a server run by an ordinary user, from that user's subordinate ids.</summary>
    public static IReadOnlyList<IdMapping> ForUser(uint ownId, uint firstSubordinateId) =>
        [new(0, ownId, 1), new(1, firstSubordinateId, Count - 1)];
}
