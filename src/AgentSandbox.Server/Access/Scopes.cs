namespace AgentSandbox.Server.Access;

/// <summary>The parts of the API that a key is good for.</summary>
[Flags]
internal enum Scopes
{
    None = 0,

    /// <summary>Create, inspect, extend and delete sessions.</summary>
    Sessions = 1,

    /// <summary>Run commands and follow them.</summary>
    Commands = 2,

    Files = 4,

    /// <summary>Run agents.</summary>
    Agents = 8,

    All = Sessions | Commands | Files | Agents,
}
