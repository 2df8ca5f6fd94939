using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Doctor;

/// <summary>What the doctor looks at: a machine, and this server's settings on it.</summary>
/// <param name="DataPath">The data directory, which need not exist yet.</param>
/// <param name="WebPath">The folder of the built page.</param>
internal sealed record DoctorContext(
    DoctorHost Host, string DataPath, int Port, string WebPath, string DefinitionsPath, TemplateOptions Templates)
{
    /// <summary>The template that sessions get when they name none.</summary>
    public string TemplateName { get; init; } = "default";

    /// <summary>An engine makes the boxes: what makes them without one does not matter.</summary>
    public bool UsesEngine { get; init; }

    /// <summary>Room on the disk that a path is, or will be, on.</summary>
    public Func<string, long> FreeBytes { get; init; } = MeasureFreeBytes;

    private static long MeasureFreeBytes(string path)
    {
        var existing = Path.GetFullPath(path);
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
        return new DriveInfo(existing).AvailableFreeSpace;
    }
}
