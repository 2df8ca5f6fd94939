using AgentSandbox.Protocol;

namespace AgentSandbox.Server.Guests;

/// <summary>The words for a code: what was wrong, for the one who asked.</summary>
internal static class GuestErrorText
{
    public static string For(GuestErrorCode code) => code switch
    {
        GuestErrorCode.ConnectionLost => "The connection to the sandbox was lost.",
        GuestErrorCode.Unsupported => "The sandbox does not support this operation.",
        GuestErrorCode.TooManyStreams => "Too many operations run in the sandbox at the same time.",
        GuestErrorCode.TooManyCommands => "Too many commands run in the sandbox at the same time.",
        GuestErrorCode.OutOfResources => "The sandbox has run out of memory or file descriptors.",
        GuestErrorCode.InvalidArguments => "A command needs at least one argument, and no argument may hold a NUL character.",
        GuestErrorCode.ExecutableNotFound => "The program was not found.",
        GuestErrorCode.NotExecutable => "The file is not executable, or its interpreter is missing.",
        GuestErrorCode.ExecutableIsDirectory => "The program is a directory.",
        GuestErrorCode.InvalidWorkingDirectory => "The working directory does not exist or cannot be entered.",
        GuestErrorCode.ExecFormat => "The file is not a program for this machine.",
        GuestErrorCode.ArgumentsTooLong => "The arguments and the environment are too long.",
        GuestErrorCode.InvalidEnvironment => "A variable's name is empty or holds '=', or a variable holds a NUL character.",
        GuestErrorCode.TooManyProcesses => "The sandbox's limit of processes is reached.",
        GuestErrorCode.CommandNotFound => "There is no such command.",
        GuestErrorCode.CommandExited => "The command has already ended.",
        GuestErrorCode.StdinClosed => "The command's standard input is closed.",
        GuestErrorCode.InvalidSignal => "The signal must be a number from 1 to 64.",
        GuestErrorCode.NotFound => "The file was not found.",
        GuestErrorCode.PermissionDenied => "The sandbox's user may not do this.",
        GuestErrorCode.NotADirectory => "Not a directory.",
        GuestErrorCode.IsADirectory => "It is a directory.",
        GuestErrorCode.AlreadyExists => "It already exists.",
        GuestErrorCode.NotEmpty => "The directory is not empty.",
        GuestErrorCode.NoSpace => "No space is left in the sandbox.",
        GuestErrorCode.NameTooLong => "The name is too long.",
        GuestErrorCode.TooManyLinks => "There are too many links.",
        GuestErrorCode.ReadOnly => "The file system is read-only.",
        GuestErrorCode.InvalidPath => "The path is empty, holds a NUL character, or makes no sense for this operation.",
        GuestErrorCode.NotARegularFile => "Not a regular file.",
        GuestErrorCode.CrossDevice => "Only regular files can be moved to another file system.",
        GuestErrorCode.Busy => "The file is in use.",
        GuestErrorCode.FileTooLarge => "The file would be too large.",
        GuestErrorCode.InputOutput => "Input or output failed in the sandbox.",
        _ => "The sandbox refused the operation.",
    };
}
