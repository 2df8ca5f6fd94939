using System.Text.Json;
using AgentSandbox.Bench.Kernel;

namespace AgentSandbox.Bench.Hosts.Docker;

/// <summary>Containers whose names begin alike: several sides share one engine, and each has its own beginning.</summary>
internal sealed class EngineBoxes(DockerDaemon daemon, string prefix) : IBoxes
{
    private readonly string _list = "containers/json?all=true&filters=" + Uri.EscapeDataString(
        JsonSerializer.Serialize(new Dictionary<string, string[]>(StringComparer.Ordinal) { ["name"] = ["^" + prefix] }));

    public IReadOnlyList<int> ServicePids => [daemon.Pid, .. ProcessTable.ChildrenOf(daemon.Pid)];

    public async Task<IReadOnlyList<Box>> ListAsync(CancellationToken cancellationToken)
    {
        var containers = await daemon.Http.CallJsonAsync(HttpMethod.Get, _list, null, cancellationToken);
        return
        [
            .. from container in containers.EnumerateArray()
               let name = container.GetProperty("Names")[0].GetString()!.TrimStart('/')
               select new Box(name[prefix.Length..], container.GetProperty("State").GetString() is "running"),
        ];
    }

    /// <summary>The container's shim lives for it alone, and is charged to nobody's box.</summary>
    public async Task<BoxProcesses> InspectAsync(string id, CancellationToken cancellationToken)
    {
        var details = await daemon.Http.CallJsonAsync(HttpMethod.Get, $"containers/{prefix}{id}/json", null, cancellationToken);
        var init = details.GetProperty("State").GetProperty("Pid").GetInt32();
        return new BoxProcesses(init, ProcessTable.ParentOf(init) is { } shim ? [shim] : []);
    }
}
