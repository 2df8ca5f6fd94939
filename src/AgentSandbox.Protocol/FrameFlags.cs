namespace AgentSandbox.Protocol;

[Flags]
public enum FrameFlags : byte
{
    None = 0,

    /// <summary>Data: this is standard error; without it, standard output or the only content.</summary>
    Stderr = 1,

    /// <summary>Data: the sender has no more content for this stream.</summary>
    Last = 2,

    /// <summary>Data: older output was dropped before this.</summary>
    Gap = 4,

    /// <summary>Request: the request goes on in the next frame of this stream.</summary>
    More = 8,

    /// <summary>Cancel: kill the command that this stream is attached to.</summary>
    Kill = 16,
}
