namespace AgentSandbox.Server.Templates;

/// <summary>Names what is built after everything that goes into it, so that a second start only hashes.</summary>
internal static class TemplateVersion
{
    /// <summary>To be raised when the same definition shall give another base or root than before.</summary>
    private const string BuilderVersion = "1";

    /// <summary>Of Debian, before anything of ours.</summary>
    public static string OfBase(TemplateSource.Debian debian)
    {
        using var hash = new ContentHash();
        return hash
            .Add(BuilderVersion)
            .Add(RootOwner.IsShifted ? $"owned by {RootOwner.HostIdBase}" : "own")
            .Add(debian.Suite)
            .Add(debian.Packages.Order(StringComparer.Ordinal))
            .Finish();
    }

    /// <summary>Of everything. What an image holds is not ours to know: the engine tells it by the image's id.</summary>
    public static string Of(TemplateDefinition definition, string guestFile, IReadOnlyList<AgentFile> agents)
    {
        using var hash = new ContentHash();
        hash.Add(OfSource(definition.Source))
            .Add(definition.Environment.OrderBy(variable => variable.Key, StringComparer.Ordinal).SelectMany(variable => new[] { variable.Key, variable.Value }))
            .Add(definition.Shell)
            .AddFile(guestFile);
        foreach (var agent in agents) hash.Add(agent.RelativePath).Add(agent.IsExecutable ? "x" : "-").AddFile(agent.FullPath);
        return hash.Finish();
    }

    private static string OfSource(TemplateSource source) => source switch
    {
        TemplateSource.Debian debian => OfBase(debian),
        TemplateSource.Image image => $"image {BuilderVersion} {image.Reference.Text}",
        _ => throw new ArgumentOutOfRangeException(nameof(source), source, null),
    };
}
