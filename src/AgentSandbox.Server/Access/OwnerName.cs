namespace AgentSandbox.Server.Access;

/// <summary>What an owner may be called, wherever the name comes from.</summary>
internal static class OwnerName
{
    public const int MaxLength = 128;

    public const string Form = "1 to 128 characters, no control characters, and not 'anonymous'";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && !name.Any(char.IsControl) && !string.Equals(name, Caller.AnonymousOwner, StringComparison.OrdinalIgnoreCase);
}
