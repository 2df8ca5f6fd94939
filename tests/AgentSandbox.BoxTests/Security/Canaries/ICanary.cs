namespace AgentSandbox.BoxTests.Security.Canaries;

/// <summary>Something outside a box that no attack from inside may read, change, reach or end.</summary>
internal interface ICanary
{
    /// <summary>What nobody in an attacked box may ever see; null when it holds nothing.</summary>
    string? Secret { get; }

    /// <summary>What has happened to it since it was last asked; null when it is intact and untouched.</summary>
    Task<string?> ComplainAsync();
}
