using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes;

/// <summary>What a box shall be.</summary>
/// <param name="Id">Unique among live boxes: 1 to 32 characters of <c>a-z 0-9</c>. Names of host resources derive from it.</param>
/// <param name="Host">The host that it shall run on; null leaves the choice to the runtime.</param>
/// <param name="IsTrial">It is to show whether its host can be used, so the host need not be ready for others.</param>
internal sealed record SandboxSpec(string Id, Template Template, SandboxLimits Limits, string Isolation, string? Host = null, bool IsTrial = false)
{
    private const int MaxIdLength = 32;

    public static bool IsValidId(string id) =>
        id.Length is > 0 and <= MaxIdLength && id.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character));
}
