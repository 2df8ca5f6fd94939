using AgentSandbox.Server.Runtimes.Oci;

namespace AgentSandbox.Server.Doctor;

/// <summary>Who starts the server, and what an ordinary user needs beyond root.</summary>
internal sealed class UserChecks(DoctorHost host)
{
    public DoctorFinding User() => host.IsRoot
        ? DoctorFinding.Ok("User", "root; boxes run as ids that nobody else has")
        : DoctorFinding.Ok("User", $"{host.UserName}; boxes run rootless");

    public DoctorFinding? SubordinateIds()
    {
        const string Name = "Subordinate ids";
        if (host.IsRoot) return null;
        if (host.FirstLineOf("newuidmap", "--help") is null || host.FirstLineOf("newgidmap", "--help") is null)
            return DoctorFinding.Missing(Name, "newuidmap or newgidmap is missing", "sudo apt-get install uidmap");
        if (!HasRange("/etc/subuid") || !HasRange("/etc/subgid"))
            return DoctorFinding.Missing(
                Name,
                $"{host.UserName} has no range of {IdMap.Count} in /etc/subuid and /etc/subgid",
                $"sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {host.UserName}");

        return DoctorFinding.Ok(Name, $"{host.UserName} has a range");
    }

    private bool HasRange(string path) => Runtimes.Oci.SubordinateIds.FindRange(host.ReadLines(path), host.UserName, host.UserId) is not null;
}
