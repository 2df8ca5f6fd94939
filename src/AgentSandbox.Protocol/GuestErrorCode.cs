namespace AgentSandbox.Protocol;

/// <summary>Why a request to the guest failed. The numbers are on the wire and never change their meaning.</summary>
public enum GuestErrorCode : ushort
{
    /// <summary>The guest answered with a code that this side does not know.</summary>
    Unknown = 0,

    /// <summary>Never on the wire: the link to the guest is gone, the outcome is not known.</summary>
    ConnectionLost = 1,

    /// <summary>The guest does not know this method.</summary>
    Unsupported = 2,

    TooManyStreams = 3,
    TooManyCommands = 4,

    /// <summary>The box has no memory, descriptors or other kernel resource left.</summary>
    OutOfResources = 5,

    /// <summary>No arguments, or an argument with a NUL byte.</summary>
    InvalidArguments = 16,
    ExecutableNotFound = 17,

    /// <summary>The file is there, but may not be executed, or its interpreter is missing.</summary>
    NotExecutable = 18,
    ExecutableIsDirectory = 19,
    InvalidWorkingDirectory = 20,

    /// <summary>Not a program: neither a binary of this machine nor a script with an interpreter line.</summary>
    ExecFormat = 21,
    ArgumentsTooLong = 22,

    /// <summary>A variable's name is empty or holds <c>=</c>, or its name or value holds a NUL byte.</summary>
    InvalidEnvironment = 23,

    /// <summary>The box's limit of processes is reached.</summary>
    TooManyProcesses = 24,

    /// <summary>No command that was started by the guest has this pid; finished ones are forgotten in time.</summary>
    CommandNotFound = 25,
    CommandExited = 26,

    /// <summary>The command was started without standard input, or it has been closed.</summary>
    StdinClosed = 27,
    InvalidSignal = 28,

    NotFound = 48,
    PermissionDenied = 49,
    NotADirectory = 50,
    IsADirectory = 51,
    AlreadyExists = 52,
    NotEmpty = 53,
    NoSpace = 54,
    NameTooLong = 55,
    TooManyLinks = 56,
    ReadOnly = 57,

    /// <summary>The path is empty or holds a NUL byte, or the operation makes no sense for it.</summary>
    InvalidPath = 58,

    /// <summary>A pipe, a socket or a device: only regular files have content here.</summary>
    NotARegularFile = 59,

    /// <summary>A directory or special file cannot be moved to another file system.</summary>
    CrossDevice = 60,

    /// <summary>In use, such as a mount point.</summary>
    Busy = 61,
    FileTooLarge = 62,
    InputOutput = 63,
}
