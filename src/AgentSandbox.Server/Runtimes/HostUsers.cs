namespace AgentSandbox.Server.Runtimes;

/// <summary>Who the user of a box is on its host.</summary>
internal enum HostUsers
{
    /// <summary>The user with the same number, in all boxes.</summary>
    Shared,

    /// <summary>One that is nobody else's, but the same in all boxes.</summary>
    Remapped,

    /// <summary>One that no other box has.</summary>
    PerBox,
}
