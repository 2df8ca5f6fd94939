namespace AgentSandbox.Server.Runtimes;

/// <summary>A box lacks walls that are promised of it.</summary>
internal sealed class MissingWallException(string isolation, string host, IReadOnlyList<string> missing)
    : SandboxRuntimeException(RuntimeError.Unsupported, Describe(isolation, host, missing))
{
    private static string Describe(string isolation, string host, IReadOnlyList<string> missing)
    {
        var walls = Wall.All.Where(wall => missing.Contains(wall.Name)).Select(wall => $"\n  {wall.Name}: {wall.Remedy}");
        return $"A box of isolation {isolation} on host {host} lacks walls that it should have:{string.Concat(walls)}\n"
            + "Mend that; or set ALLOW_MISSING_WALLS=true to start without them, if nothing hostile will ever run here.";
    }
}
