namespace AgentSandbox.Server.Access;

/// <summary>Roles as people write them, on the command line and in tokens.</summary>
internal static class RoleNames
{
    public static string Of(Role role) => role switch
    {
        Role.Admin => "admin",
        Role.User => "user",
        _ => "read-only",
    };

    public static bool TryParse(string text, out Role role)
    {
        (var isKnown, role) = text switch
        {
            "admin" => (true, Role.Admin),
            "user" => (true, Role.User),
            "read-only" or "readOnly" => (true, Role.ReadOnly),
            _ => (false, Role.ReadOnly),
        };
        return isKnown;
    }
}
