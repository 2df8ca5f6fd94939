using System.Globalization;

namespace AgentSandbox.Server.Access;

/// <summary>What an owner may be called, wherever the name comes from.</summary>
internal static class OwnerName
{
    public const int MaxLength = 128;

    public const string Form = "1 to 128 characters, none of which is invisible, and not 'anonymous'";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && !name.Any(IsInvisible) && !string.Equals(name, Caller.AnonymousOwner, StringComparison.OrdinalIgnoreCase);

    /// <summary>Control characters, and those that turn or hide the text around them.</summary>
    private static bool IsInvisible(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
