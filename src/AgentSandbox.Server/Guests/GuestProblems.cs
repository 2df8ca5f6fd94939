using AgentSandbox.Protocol;

namespace AgentSandbox.Server.Guests;

/// <summary>The one switch from the guest's error codes to HTTP: 4xx blames the caller, 502 the box, 503 and 507 its limits.</summary>
internal static class GuestProblems
{
    public sealed record Answer(int Status, string Code, string Detail);

    public static Answer Describe(GuestErrorCode code) => code switch
    {
        GuestErrorCode.ConnectionLost => new(502, "sandbox_lost", "The sandbox ended, or stopped answering, while it worked on this. Inspect the session."),
        GuestErrorCode.TooManyStreams => new(429, "too_many_streams", "The session has too many operations at once. Wait for some to end."),
        GuestErrorCode.TooManyCommands => new(429, "too_many_commands", "The session runs too many commands at once. Wait for some to end."),
        GuestErrorCode.OutOfResources => new(503, "sandbox_out_of_resources", "The sandbox has no memory or descriptors left. End some of its commands."),
        GuestErrorCode.TooManyProcesses => new(503, "process_limit_reached", "The session's limit of processes is reached. End some of them, or ask for more with limits.pids."),

        GuestErrorCode.InvalidArguments => new(422, "invalid_arguments", "command must have at least one word, and no word with a NUL character."),
        GuestErrorCode.ExecutableNotFound => new(422, "executable_not_found", "command[0] names no program on the PATH of the sandbox."),
        GuestErrorCode.NotExecutable => new(422, "not_executable", "command[0] names a file that may not be executed, or whose interpreter is missing."),
        GuestErrorCode.ExecutableIsDirectory => new(422, "executable_is_directory", "command[0] names a directory."),
        GuestErrorCode.ExecFormat => new(422, "exec_format", "command[0] is neither a program for this machine nor a script with an interpreter line."),
        GuestErrorCode.InvalidWorkingDirectory => new(422, "invalid_cwd", "cwd is not a directory that the sandbox's user may enter."),
        GuestErrorCode.ArgumentsTooLong => new(422, "arguments_too_long", "command and env together are longer than the kernel allows."),
        GuestErrorCode.InvalidEnvironment => new(422, "invalid_env", "env has a name that is empty or holds '=', or a NUL character."),
        GuestErrorCode.InvalidSignal => new(422, "invalid_signal", "signal is not one that can be sent."),
        GuestErrorCode.CommandNotFound => new(404, "command_not_found", "No command of this session has this pid. Ended ones are forgotten in time."),
        GuestErrorCode.CommandExited => new(409, "command_exited", "The command has ended."),
        GuestErrorCode.StdinClosed => new(409, "stdin_closed", "The command's standard input is closed. Only background commands without stdin keep it open."),

        GuestErrorCode.NotFound => new(404, "file_not_found", "path does not exist."),
        GuestErrorCode.PermissionDenied => new(403, "permission_denied", "The sandbox's user may not do this to path."),
        GuestErrorCode.NotADirectory => new(422, "not_a_directory", "A part of path is not a directory."),
        GuestErrorCode.IsADirectory => new(422, "is_a_directory", "path is a directory."),
        GuestErrorCode.AlreadyExists => new(409, "already_exists", "The target exists already."),
        GuestErrorCode.NotEmpty => new(409, "not_empty", "The directory is not empty; recursive=true removes it whole."),
        GuestErrorCode.NoSpace => new(507, "disk_full", "The session's disk limit is reached. Remove files, or ask for more with limits.diskBytes."),
        GuestErrorCode.NameTooLong => new(422, "name_too_long", "A name in path has more than 255 bytes, or path more than 4 095."),
        GuestErrorCode.TooManyLinks => new(422, "too_many_links", "path runs through too many symbolic links."),
        GuestErrorCode.ReadOnly => new(403, "read_only", "path lies on a read-only file system. Write below /home/sandbox or /tmp."),
        GuestErrorCode.InvalidPath => new(422, "invalid_path", "path cannot be used for this."),
        GuestErrorCode.NotARegularFile => new(422, "not_a_regular_file", "path is a pipe, a socket or a device: it has no content to read or write here."),
        GuestErrorCode.CrossDevice => new(422, "cross_device", "A directory cannot be moved to another file system. Copy it with a command."),
        GuestErrorCode.Busy => new(409, "busy", "path is in use, such as a mount point."),
        GuestErrorCode.FileTooLarge => new(422, "file_too_large", "The file would be larger than the file system allows."),
        _ => new(502, "sandbox_failed", "The sandbox could not do this."),
    };
}
