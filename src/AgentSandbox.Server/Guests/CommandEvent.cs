namespace AgentSandbox.Server.Guests;

/// <summary>One thing that a command did, in order.</summary>
internal abstract record CommandEvent
{
    /// <summary>Bytes that it printed. The memory is good only until the next event is asked for.</summary>
    /// <param name="Gap">Older output was lost before this: more than the sandbox keeps.</param>
    internal sealed record Output(CommandStream Stream, ReadOnlyMemory<byte> Data, bool Gap) : CommandEvent;

    /// <summary>The last event.</summary>
    internal sealed record Exited(CommandExit Exit) : CommandEvent;
}

internal enum CommandStream
{
    Stdout,
    Stderr,
}
