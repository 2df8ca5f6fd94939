using System.Globalization;
using System.Text.RegularExpressions;

namespace AgentSandbox.Server.Runtimes.Docker;

/// <summary>Where a Docker Engine, or Podman's compatible socket, answers, and how many boxes it may have.</summary>
/// <param name="Name">Unique among the endpoints; shown in the API as the host of a session.</param>
/// <param name="Address"><c>unix:///path</c> or <c>tcp://host:port</c>.</param>
/// <param name="Capacity">The most boxes; null is no limit.</param>
/// <param name="TlsDirectory">Holds <c>ca.pem</c>, <c>cert.pem</c> and <c>key.pem</c>, as Docker's own tools name them; null is no TLS.</param>
internal sealed partial record DockerEndpoint(string Name, Uri Address, int? Capacity = null, string? TlsDirectory = null)
{
    public const string DefaultSocket = "/var/run/docker.sock";
    public const int MaxCapacity = 10_000;

    /// <summary>For messages: what an address looks like.</summary>
    public const string Form = "a path, unix:///path or tcp://host:port, each with ?name=NAME&capacity=NUMBER&tls=DIRECTORY as needed";

    /// <summary>Null when the text is none.</summary>
    public static DockerEndpoint? TryParse(string text)
    {
        if (text.StartsWith('/')) text = "unix://" + text;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0) return null;

        var isSocket = uri is { Scheme: "unix", Host: "", AbsolutePath.Length: > 1 };
        var isTcp = uri is { Scheme: "tcp", Host.Length: > 0, Port: > 0, AbsolutePath: "" or "/" };
        if (!isSocket && !isTcp) return null;
        if (TryParseSettings(uri.Query) is not { } settings) return null;

        int? capacity = null;
        if (settings.TryGetValue("capacity", out var number))
        {
            if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed is < 1 or > MaxCapacity) return null;
            capacity = parsed;
        }

        var tls = settings.GetValueOrDefault("tls");
        if (tls is not null && (isSocket || !Path.IsPathRooted(tls))) return null;

        var address = new Uri(isSocket ? $"unix://{uri.AbsolutePath}" : $"tcp://{uri.Authority}");
        var name = settings.GetValueOrDefault("name") ?? (isSocket ? RuntimeHost.Local : uri.Authority);
        return NamePattern.IsMatch(name) ? new DockerEndpoint(name, address, capacity, tls) : null;
    }

    public override string ToString() => $"{Name} ({Address.OriginalString})";

    private static Dictionary<string, string>? TryParseSettings(string query)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2) is not [("name" or "capacity" or "tls") and var key, { Length: > 0 } value]) return null;
            if (!settings.TryAdd(key, Uri.UnescapeDataString(value))) return null;
        }

        return settings;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._:-]{0,62}$", RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern { get; }
}
