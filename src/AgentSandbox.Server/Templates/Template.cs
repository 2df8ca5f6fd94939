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
    /// <summary>Where the guest lies in every root file system: executable, and readable only where it has to be, by the sandbox's user.</summary>
    public const string GuestPath = "/usr/lib/agent-sandbox/sandboxd";

    /// <summary>The guest's mode where it has to be readable all the same.</summary>
    public const UnixFileMode ReadableGuest =
        UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
}
