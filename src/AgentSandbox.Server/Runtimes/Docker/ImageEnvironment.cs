using AgentSandbox.Server.Templates;
using Docker.DotNet.Models;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>The environment variables of an image, and what commands get of them.</summary>
internal static class ImageEnvironment
{
    private static readonly KeyValuePair<string, string> DefaultPath = new("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

    private static readonly KeyValuePair<string, string>[] User =
    [
        new("HOME", RootAccounts.Home),
        new("USER", RootAccounts.UserName),
        new("LOGNAME", RootAccounts.UserName),
    ];

    public static IReadOnlyList<string> NamesOf(ImageInspectResponse image) => [.. VariablesOf(image).Select(variable => variable.Key)];

    /// <summary>Later ones win: what any image needs, the image's own, the sandbox's user, the operator's.</summary>
    public static IReadOnlyDictionary<string, string> Merge(ImageInspectResponse image, IReadOnlyDictionary<string, string> operators)
    {
        var merged = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in VariablesOf(image).Prepend(DefaultPath).Concat(User).Concat(operators)) merged[name] = value;
        return merged;
    }

    private static IEnumerable<KeyValuePair<string, string>> VariablesOf(ImageInspectResponse image) =>
        from variable in image.Config?.Env ?? []
        let parts = variable.Split('=', 2)
        where parts[0].Length > 0
        select KeyValuePair.Create(parts[0], parts.Length > 1 ? parts[1] : "");
}
