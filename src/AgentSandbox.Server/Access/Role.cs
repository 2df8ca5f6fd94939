namespace AgentSandbox.Server.Access;

/// <summary>What a caller may do at most; each includes those before it.</summary>
internal enum Role
{
    /// <summary>Looks at what is the owner's, and changes nothing.</summary>
    ReadOnly,

    /// <summary>Uses sessions of its own.</summary>
    User,

    /// <summary>Sees everybody's sessions and manages keys.</summary>
    Admin,
}
