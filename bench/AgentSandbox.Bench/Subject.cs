namespace AgentSandbox.Bench;

/// <summary>Which of the server's ways to make boxes is measured. The words are those of its settings and its API.</summary>
internal sealed record Subject(string Runtime, string Isolation)
{
    public const string Oci = "oci";
    public const string Docker = "docker";
    public const string Standard = "standard";
    public const string Gvisor = "gvisor";

    public bool IsOnDocker => Runtime is Docker;

    public bool IsGvisor => Isolation is Gvisor;

    /// <summary>Whether a box takes hundreds of milliseconds to start, so that less can be measured in the same time.</summary>
    public bool StartsSlowly => IsOnDocker || IsGvisor;

    public override string ToString() => $"{Runtime}, {Isolation}";
}
