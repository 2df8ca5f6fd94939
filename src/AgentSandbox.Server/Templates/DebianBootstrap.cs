namespace AgentSandbox.Server.Templates;

/// <summary>
/// Has mmdebstrap make a Debian root file system and unpacks what it made. It comes as an archive, not as a directory:
/// the same way works with and without root, and nothing reaches a template that <see cref="RootArchive"/> did not let in.
/// </summary>
internal sealed class DebianBootstrap(TemplateSource.Debian debian, string? mirror)
{
    /// <summary>Nobody reads these in a box; licences stay.</summary>
    private static readonly string[] LeftOut =
    [
        "path-exclude=/usr/share/doc/*",
        "path-include=/usr/share/doc/*/copyright",
        "path-exclude=/usr/share/man/*",
        "path-exclude=/usr/share/info/*",
        "path-exclude=/usr/share/locale/*",
    ];

    /// <summary>What mmdebstrap says, how far it then is in percent, and how a person would say it.</summary>
    private static readonly (string Said, int Percent, string Step)[] Steps =
    [
        ("running apt-get update", 2, "reading Debian's package lists"),
        ("downloading packages", 10, "downloading packages"),
        ("extracting archives", 35, "unpacking packages"),
        ("installing essential", 45, "installing the base system"),
        ("installing remaining", 55, "installing packages"),
        ("cleaning package lists", 90, "tidying up"),
        ("creating tarball", 92, "laying out the root file system"),
    ];

    private static readonly (string Said, string Advice)[] KnownFailures =
    [
        ("exit code 127", "Install it: apt-get install mmdebstrap debian-archive-keyring"),
        ("No space left", "The disk is full: make room, or set DATA_DIR to a directory on a larger disk."),
        ("NO_PUBKEY", "Debian's keys are missing: apt-get install debian-archive-keyring"),
        ("keyring", "Debian's keys are missing: apt-get install debian-archive-keyring"),
        ("newuidmap", "Building without root needs newuidmap and a range in /etc/subuid: apt-get install uidmap"),
        ("newgidmap", "Building without root needs newgidmap and a range in /etc/subgid: apt-get install uidmap"),
        ("unprivileged", "This host does not let ordinary users make user namespaces: see './run doctor', or build as root."),
        ("Unable to locate package", "A package in the template's definition does not exist in its suite."),
        ("Failed to fetch", "Debian's servers cannot be reached: check the network, or set DEBIAN_MIRROR to a mirror that can."),
        ("Could not resolve", "Debian's servers cannot be reached: check the network, or set DEBIAN_MIRROR to a mirror that can."),
        ("apt-get update", "Debian's servers cannot be reached: check the network, or set DEBIAN_MIRROR to a mirror that can."),
    ];

    /// <summary>Whether this machine has what it needs at all.</summary>
    public static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(directory => File.Exists(Path.Join(directory, "mmdebstrap")));

    /// <param name="root">An empty directory to unpack into.</param>
    /// <param name="scratch">Where mmdebstrap may work. Removed by the caller, also after a crash.</param>
    /// <exception cref="TemplateException">It failed; the message says why and what to do.</exception>
    public async Task RunAsync(string root, string scratch, Action<string, int> progress, CancellationToken cancellationToken)
    {
        var tool = new ExternalTool("mmdebstrap", Arguments()) { OnLine = line => Report(line, progress) };
        tool.Environment["TMPDIR"] = RootOwner.IsShifted ? scratch : "/var/tmp";
        tool.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            var exitCode = await tool.RunAsync((tar, token) => UnpackAsync(tar, root, token), cancellationToken);
            if (exitCode != 0) throw Failure($"mmdebstrap ended with exit code {exitCode}", tool.LastLines());
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException)
        {
            throw Failure(failure.Message, tool.LastLines(), failure);
        }
    }

    private IEnumerable<string> Arguments()
    {
        yield return RootOwner.IsShifted ? "--mode=root" : "--mode=unshare";
        yield return "--variant=essential";
        yield return "--format=tar";
        yield return "--include=" + string.Join(',', debian.Packages);
        foreach (var option in LeftOut) yield return "--dpkgopt=" + option;
        // What is half-made is thrown away anyway, so dpkg need not wait for the disk after each file.
        yield return "--dpkgopt=force-unsafe-io";
        yield return debian.Suite;
        yield return "-";
        if (mirror is not null) yield return mirror;
    }

    private static async Task UnpackAsync(Stream tar, string root, CancellationToken cancellationToken)
    {
        await RootArchive.ExtractAsync(tar, root, cancellationToken);
        await tar.CopyToAsync(Stream.Null, cancellationToken);
    }

    private static void Report(string line, Action<string, int> progress)
    {
        foreach (var (said, percent, step) in Steps)
        {
            if (line.Contains(said, StringComparison.Ordinal)) progress(step, percent);
        }
    }

    private static TemplateException Failure(string what, IReadOnlyList<string> lines, Exception? cause = null)
    {
        var known = KnownFailures.FirstOrDefault(failure => lines.Append(what).Any(line => line.Contains(failure.Said, StringComparison.Ordinal)));
        var said = string.Concat(lines.Select(line => "\n  " + line));
        return new TemplateException($"{what}. Its last words:{said}\n{known.Advice}".TrimEnd(), cause);
    }
}
