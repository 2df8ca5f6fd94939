namespace AgentSandbox.Server.Templates;

/// <summary>A built template, ready to start boxes from.</summary>
/// <param name="Name">Its name in the API.</param>
/// <param name="Version">Hash of the definition and of everything that we lay into the root file system.</param>
/// <param name="RootPath">
/// The root file system on the host: shared by all boxes, never written to. Null where an engine keeps it as an image.
/// </param>
/// <param name="Environment">What every command in the box starts with, <c>PATH</c> and <c>HOME</c> among it.</param>
/// <param name="Shell">The words before a command line, such as <c>/bin/bash -c</c>; none when there is no shell.</param>
internal sealed record Template(
    string Name,
    string Version,
    string? RootPath,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<string> Shell)
{
    /// <summary>Where the guest lies in every root file system: for the sandbox's user to execute, and to read only where it has to be.</summary>
    public const string GuestPath = "/usr/lib/agent-sandbox/sandboxd";

    /// <summary>The guest's mode: a file that cannot be read cannot be changed through a flaw of the page cache either.</summary>
    public const UnixFileMode ExecutableGuest = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The guest's mode where it has to be readable all the same.</summary>
    public const UnixFileMode ReadableGuest = ExecutableGuest | UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
}
