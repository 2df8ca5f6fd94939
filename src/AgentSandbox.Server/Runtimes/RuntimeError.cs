namespace AgentSandbox.Server.Runtimes;

/// <summary>Why a runtime could not do something, as far as its callers act differently.</summary>
internal enum RuntimeError
{
    /// <summary>It went wrong; the message says how. Another attempt may go well.</summary>
    Failed,

    /// <summary>The box is no more. No attempt will go well.</summary>
    Gone,

    /// <summary>The host of the box does not answer now. The box may still be there.</summary>
    Unreachable,

    /// <summary>This runtime, on this host, cannot do that at all: see <see cref="RuntimeCapabilities"/>.</summary>
    Unsupported,

    /// <summary>Every host has as many boxes as it may have.</summary>
    NoCapacity,
}
