namespace AgentSandbox.Server.Files;

/// <summary>An entry of a session's file system.</summary>
/// <param name="Type"><c>file</c>, <c>directory</c>, <c>symlink</c> or <c>other</c>.</param>
/// <param name="Mode">Permission bits in octal, such as <c>0644</c>.</param>
internal sealed record FileResponse(
    string Path, string Name, string Type, long SizeBytes, string Mode, DateTimeOffset ModifiedAt, string? LinkTarget);

/// <summary>A directory's entries. <c>truncated</c> says that there are more than the server lists.</summary>
internal sealed record FileList(IReadOnlyList<FileResponse> Items, bool Truncated);

internal sealed record MoveFileRequest(string From, string To, bool Overwrite = false);

internal sealed record MakeDirectoryRequest(string Path);
