using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Runtimes.Cgroups;

/// <summary>
/// Tells whether a v2 group is ours to divide. systemd marks what it delegates by an attribute; a group that an ordinary
/// user may write to was given to that user by someone.
/// See https://systemd.io/CGROUP_DELEGATION/.
/// </summary>
internal static class Delegation
{
    public static bool IsDelegated(string directory) =>
        HasMark(directory, "trusted.delegate") || HasMark(directory, "user.delegate") || IsOwnedByOrdinaryUser(directory);

    private static bool HasMark(string directory, string name)
    {
        Span<byte> value = stackalloc byte[8];
        return Libc.GetExtendedAttribute(directory, name, value, (nuint)value.Length) == 1 && value[0] == (byte)'1';
    }

    private static bool IsOwnedByOrdinaryUser(string directory)
    {
        if (Libc.GetEffectiveUserId() == 0) return false;
        return Libc.Access(directory, Libc.WriteAllowed) == 0 && Libc.Access(Path.Combine(directory, "cgroup.procs"), Libc.WriteAllowed) == 0;
    }
}
