namespace AgentSandbox.Server.Runtimes;

/// <summary>What a runtime can do on this host, found by probing. Asking for more is <see cref="RuntimeError.Unsupported"/>.</summary>
/// <param name="Isolations">The isolations on offer, <see cref="Standard"/> among them.</param>
internal sealed record RuntimeCapabilities(IReadOnlyList<string> Isolations, bool Pause)
{
    /// <summary>Namespaces of the host's own kernel, its system calls filtered.</summary>
    public const string Standard = "standard";

    /// <summary>A kernel of its own in user space, gVisor: the host's kernel serves only that.</summary>
    public const string Gvisor = "gvisor";

    /// <summary>A virtual machine, such as Kata's.</summary>
    public const string Vm = "vm";
}
