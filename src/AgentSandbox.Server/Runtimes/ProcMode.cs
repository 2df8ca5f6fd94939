namespace AgentSandbox.Server.Runtimes;

/// <summary>What a box on the host's kernel sees in <c>/proc</c>.</summary>
internal enum ProcMode
{
    /// <summary>All but <see cref="ProcPaths.Masked"/>: what programs expect, the machine's processors and memory among it.</summary>
    Compat,

    /// <summary>Processes of its own, and nothing of the machine. Since Linux 5.8.</summary>
    Strict,
}
