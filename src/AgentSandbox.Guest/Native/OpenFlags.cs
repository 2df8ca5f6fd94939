namespace AgentSandbox.Guest.Native;

/// <summary>Flags of <c>open</c> and of its relatives that make descriptors.</summary>
[Flags]
internal enum OpenFlags
{
    ReadOnly = 0,
    WriteOnly = 1,
    Create = 0x40,
    Exclusive = 0x80,
    NoControllingTerminal = 0x100,
    Append = 0x400,
    NonBlocking = 0x800,
    Directory = 0x10000,
    NoFollow = 0x20000,
    CloseOnExec = 0x80000,
    PathOnly = 0x200000,
}
