using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>
/// All that <see cref="RuntimeContract"/> needs to know of one runtime: how a server makes it, and where to look on the host
/// for what it does. Owns a place of its own for state, which outlives the runtimes that are opened on it.
/// </summary>
internal abstract class RuntimeUnderTest : IAsyncDisposable
{
    /// <summary>What makes this one again in another process: see <see cref="AbandonedServer"/>.</summary>
    public abstract IReadOnlyList<string> Words { get; }

    public virtual string Isolation => RuntimeCapabilities.Standard;

    /// <summary>
    /// Whether a kernel of its own stands between the box and the host's. Limits then hold for the box as a whole: what goes
    /// over them takes the box with it.
    /// </summary>
    public bool HasOwnKernel => Isolation is not RuntimeCapabilities.Standard;

    /// <summary>Of a small Debian with a shell and Python.</summary>
    public abstract Template Template { get; }

    /// <summary>A template whose files are not there any more.</summary>
    public abstract Template MissingTemplate { get; }

    /// <summary>The runtime, as a server makes it when it starts.</summary>
    public abstract Task<ISandboxRuntime> OpenAsync();

    /// <summary>The box's first process, as the host numbers it.</summary>
    public abstract Task<int> FindInitAsync(SandboxHandle box);

    /// <summary>Fails when the host has anything left of a box.</summary>
    public abstract Task AssertNothingIsLeftAsync();

    public abstract ValueTask DisposeAsync();
}
