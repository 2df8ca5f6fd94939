namespace AgentSandbox.Protocol;

public enum FileKind : byte
{
    Other = 0,
    File = 1,
    Directory = 2,
    SymbolicLink = 3,
    Pipe = 4,
    Socket = 5,
    CharacterDevice = 6,
    BlockDevice = 7,
}
