namespace AgentSandbox.Protocol;

/// <summary>The numbers that both ends hold each other to. See <c>docs/protocol.md</c>.</summary>
public static class ProtocolLimits
{
    /// <summary>The version that this library speaks.</summary>
    public const ushort Version = 1;

    /// <summary>Bytes of payload in one frame, at most.</summary>
    public const int MaxPayload = 64 * 1024;

    /// <summary>Bytes of one request, all its frames together: the kernel takes 2 MiB of arguments and environment.</summary>
    public const int MaxRequest = 4 * 1024 * 1024;

    /// <summary>Entries of one list inside a request, so that a short message cannot ask for a huge array.</summary>
    public const int MaxListItems = 32 * 1024;

    /// <summary>Bytes that a peer may grant to one stream in total; also the largest window that a hello may announce.</summary>
    public const int MaxWindow = 16 * 1024 * 1024;

    /// <summary>Bytes of arguments that the status of a command repeats; longer ones are cut off.</summary>
    public const int MaxStatusArguments = 4 * 1024;
}
