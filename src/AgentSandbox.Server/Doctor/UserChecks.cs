using System.Globalization;

namespace AgentSandbox.Server.Doctor;

/// <summary>Who starts the server, and what an ordinary user needs beyond root.</summary>
internal sealed class UserChecks(DoctorHost host)
{
    /// <summary>The ids 1 to 65535 of a box; its id 0 is the user's own.</summary>
    private const long IdsPerBox = 65_535;

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
                $"{host.UserName} has no range of {IdsPerBox} in /etc/subuid and /etc/subgid",
                $"sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {host.UserName}");

        return DoctorFinding.Ok(Name, $"{host.UserName} has a range");
    }

    private bool HasRange(string path) => host.ReadLines(path)
        .Select(line => line.Split(':'))
        .Any(fields => fields.Length == 3
            && string.Equals(fields[0], host.UserName, StringComparison.Ordinal)
            && long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count >= IdsPerBox);
}
