namespace AgentSandbox.Server.Templates;

/// <summary>
/// Gives files in a root file system to the box's own users. Boxes run in a user namespace, in which the ids of the box
/// are ids far away on the host; a file that shall belong to the box's root therefore belongs to that far id here.
/// Without root no id can be given away: then every file stays the caller's, who is the box's root.
/// </summary>
internal static class RootOwner
{
    /// <summary>
    /// The host's id of the box's root, when the server runs as root. The box's id n is this + n. Far from 100 000, where
    /// the ids begin that distributions hand to ordinary users: whoever holds an id could change the files it owns.
    /// </summary>
    public const int HostIdBase = 16_000_000;

    public static bool IsShifted { get; } = Environment.IsPrivilegedProcess;

    public static void Set(string path, int boxUser = 0, int boxGroup = 0)
    {
        if (IsShifted) TemplateNative.SetOwner(path, HostIdBase + boxUser, HostIdBase + boxGroup);
    }
}
