namespace AgentSandbox.Server.Templates;

/// <summary>Where a template's root file system comes from: one of the two records inside.</summary>
internal abstract record TemplateSource
{
    private TemplateSource()
    {
    }

    /// <summary>Debian, made from its packages. Every runtime can use it.</summary>
    /// <param name="Suite">The release, such as <c>bookworm</c>.</param>
    /// <param name="Packages">Installed with what they depend on, and without what they recommend.</param>
    public sealed record Debian(string Suite, IReadOnlyList<string> Packages) : TemplateSource;

    /// <summary>An image of the operator's, which only an engine can unpack.</summary>
    public sealed record Image(ImageReference Reference) : TemplateSource;
}
