namespace AgentSandbox.Protocol;

/// <summary>What a request asks for: the first byte of its payload.</summary>
public enum GuestMethod : byte
{
    StartCommand = 1,
    AttachCommand = 2,
    ListCommands = 3,
    GetCommand = 4,
    SignalCommand = 5,
    WriteStdin = 6,

    StatFile = 16,
    ListFiles = 17,
    ReadFile = 18,
    WriteFile = 19,
    MakeDirectory = 20,
    MoveFile = 21,
    RemoveFile = 22,
}
