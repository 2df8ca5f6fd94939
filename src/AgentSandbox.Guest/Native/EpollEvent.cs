using System.Runtime.InteropServices;

namespace AgentSandbox.Guest.Native;

/// <summary><c>struct epoll_event</c>, packed on x86-64.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal struct EpollEvent
{
    public Readiness Events;
    public ulong Token;
}

[Flags]
internal enum Readiness : uint
{
    None = 0,
    Readable = 1,
    Writable = 4,
    Error = 8,
    HangUp = 16,
}
