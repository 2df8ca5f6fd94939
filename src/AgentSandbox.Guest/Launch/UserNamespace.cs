using System.Text;

namespace AgentSandbox.Guest.Launch;

/// <summary>
/// Makes the box's user namespace in the name of the box's own user on the host. What the kernel counts by user (inotify
/// instances, pending signals and more) it counts for whoever made the namespace, too, up to the host's limits. OCI runtimes
/// make it as root, so that one box could use up what is left for root and for all other boxes.
/// </summary>
internal static class UserNamespace
{
    private const uint Root = 0;

    /// <param name="map">Lines of /proc/PID/uid_map, which gid_map gets as well.</param>
    /// <param name="name">The file where the OCI runtime finds the namespace; in a mount namespace of our own, which keeps it alive.</param>
    public static void Make(uint owner, string map, string name)
    {
        // The process ends at once, and stays in /proc until we ask for it: that is all that we need of it.
        var process = CloneAs(owner);
        try
        {
            Write($"/proc/{process}/uid_map", map);
            Write($"/proc/{process}/gid_map", map);
            LaunchException.ThrowIfFailed(LaunchNative.MakeNode(name, LaunchNative.RegularFile, 0), $"make {name}");
            LaunchException.ThrowIfFailed(LaunchNative.Mount($"/proc/{process}/ns/user", name, null, LaunchNative.MountBind, null), "bind the user namespace");
        }
        finally
        {
            LaunchNative.Reap(process);
        }
    }

    /// <summary>
    /// The capabilities are kept meanwhile, for hosts that let nobody else make user namespaces. It is not an error when that
    /// is not allowed: most hosts let everybody.
    /// </summary>
    private static int CloneAs(uint owner)
    {
        var secureBits = LaunchNative.GetSecureBits();
        LaunchNative.SetSecureBits(secureBits | LaunchNative.SecureNoSetUidFixup);
        LaunchException.ThrowIfFailed(LaunchNative.SetEffectiveUser(owner), $"become user {owner}");
        var process = LaunchNative.CloneEnded(LaunchNative.CloneNewUser, out var errno);
        LaunchException.ThrowIfFailed(LaunchNative.SetEffectiveUser(Root), "become root again");
        LaunchNative.SetSecureBits(secureBits);
        return process >= 0 ? process : throw new LaunchException($"make a user namespace of user {owner}", errno);
    }

    /// <summary>The kernel takes a map in one piece or not at all.</summary>
    private static void Write(string file, string map)
    {
        var descriptor = LaunchNative.Open(file, LaunchNative.WriteOnly | LaunchNative.OpenCloexec);
        LaunchException.ThrowIfFailed(descriptor, $"open {file}");
        var bytes = Encoding.ASCII.GetBytes(map);
        LaunchException.ThrowIfFailed((int)LaunchNative.Write(descriptor, bytes, (nuint)bytes.Length), $"write {file}");
        _ = LaunchNative.Close(descriptor);
    }
}
