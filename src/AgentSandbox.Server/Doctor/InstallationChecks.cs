using System.Net;
using System.Net.Sockets;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Doctor;

/// <summary>The programs, files and room that this installation needs.</summary>
internal sealed class InstallationChecks(DoctorContext context)
{
    private const long Gibibyte = 1L << 30;
    private const string DebianKeys = "/usr/share/keyrings/debian-archive-keyring.gpg";

    /// <summary>It refuses the flag AT_NO_AUTOMOUNT, which both calls have had since coreutils 9.</summary>
    private const string DebianTwelvesGvisor = "20221219";

    private static readonly string[] OciRuntimes = ["crun", "runc"];

    private readonly DoctorHost _host = context.Host;

    public DoctorFinding OciRuntime()
    {
        string[] found = [.. OciRuntimes.Select(tool => _host.FirstLineOf(tool, "--version")).OfType<string>()];
        return found.Length > 0
            ? DoctorFinding.Ok("OCI runtime", string.Join(", ", found))
            : DoctorFinding.Missing("OCI runtime", "neither crun nor runc is installed", "sudo apt-get install crun");
    }

    /// <summary>Optional: for sessions that ask for it.</summary>
    public DoctorFinding Gvisor()
    {
        const string Name = "gVisor";
        if (_host.FirstLineOf("runsc", "--version") is not { } version)
            return DoctorFinding.Warning(Name, "runsc is not installed; there is no isolation gvisor without it", "sudo apt-get install runsc");

        return version.Contains(DebianTwelvesGvisor, StringComparison.Ordinal)
            ? DoctorFinding.Warning(Name, $"{version}: ls and stat of coreutils 9 fail on it", "Take a newer one from https://gvisor.dev")
            : DoctorFinding.Ok(Name, version);
    }

    public DoctorFinding Guest() => File.Exists(context.Templates.GuestFile)
        ? DoctorFinding.Ok("Guest", context.Templates.GuestFile)
        : DoctorFinding.Warning("Guest", "not built yet", "./run build");

    public DoctorFinding Page() => File.Exists(Path.Join(context.WebPath, "index.html"))
        ? DoctorFinding.Ok("Page", context.WebPath)
        : DoctorFinding.Warning("Page", "not built yet; the API works without it", "./run build");

    public DoctorFinding Definitions() => Definition(out var finding) is null ? finding : DoctorFinding.Ok("Templates", "all definitions are valid");

    /// <summary>mmdebstrap and Debian's keys matter only until the template is built.</summary>
    public DoctorFinding Template()
    {
        const string Name = "Default template";
        if (Definition(out _)?.Source is TemplateSource.Image image) return DoctorFinding.Ok(Name, $"made from {image.Reference} by Docker when the server starts");
        if (IsTemplateBuilt()) return DoctorFinding.Ok(Name, "built");
        if (_host.FirstLineOf("mmdebstrap", "--version") is null)
            return DoctorFinding.Missing(Name, "not built, and mmdebstrap is not installed", "sudo apt-get install mmdebstrap debian-archive-keyring");
        if (!_host.Exists(DebianKeys))
            return DoctorFinding.Missing(Name, "not built, and Debian's keys are not installed", "sudo apt-get install debian-archive-keyring");

        return DoctorFinding.Warning(Name, "not built yet", "./run builds it in about two minutes, with the network");
    }

    public DoctorFinding Disk()
    {
        const string Name = "Disk";
        var needed = (IsTemplateBuilt() ? 1 : 3) * Gibibyte;
        var free = context.FreeBytes(context.DataPath);
        var detail = $"{free / (double)Gibibyte:F1} GiB free in {context.DataPath}";
        return free >= needed
            ? DoctorFinding.Ok(Name, detail)
            : DoctorFinding.Missing(Name, detail, $"Make room for {needed / Gibibyte} GiB, or set DATA_DIR to a directory on a larger disk.");
    }

    public DoctorFinding Port()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, context.Port);
            listener.Start();
            return DoctorFinding.Ok("Port", $"{context.Port} is free");
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.AccessDenied)
        {
            return DoctorFinding.Missing("Port", $"{context.Port} is not open to {_host.UserName}", "Set PORT to one above 1023.");
        }
        catch (SocketException)
        {
            return DoctorFinding.Warning("Port", $"{context.Port} is in use, perhaps by a server that runs already", "Stop it, or set PORT to another.");
        }
    }

    private bool IsTemplateBuilt()
    {
        if (Definition(out _) is not { } definition || !File.Exists(context.Templates.GuestFile)) return false;

        return new TemplateBuilder(context.Templates, TimeProvider.System).Find(definition) is not null;
    }

    private TemplateDefinition? Definition(out DoctorFinding finding)
    {
        finding = DoctorFinding.Missing("Templates", $"there is no template '{context.TemplateName}'", "Set DEFAULT_TEMPLATE to one that has a file in templates/.");
        try
        {
            return TemplateCatalog.Load(context.DefinitionsPath).Definitions.FirstOrDefault(definition => definition.Name == context.TemplateName);
        }
        catch (TemplateException failure)
        {
            finding = DoctorFinding.Missing("Templates", failure.Message, "Correct the file.");
            return null;
        }
    }
}
