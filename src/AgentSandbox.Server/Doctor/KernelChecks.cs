using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace AgentSandbox.Server.Doctor;

/// <summary>What the kernel must be and allow.</summary>
internal sealed partial class KernelChecks(DoctorHost host)
{
    /// <summary>waitid() on a pidfd, which watches the boxes' processes, came with it.</summary>
    private static readonly Version Oldest = new(5, 4);

    public DoctorFinding System()
    {
        const string Name = "System";
        var name = host.ReadLines("/etc/os-release").FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))?[12..].Trim('"');
        var release = host.Read("/proc/sys/kernel/osrelease");
        if (release is null) return DoctorFinding.Missing(Name, "this is not Linux", "Use a Linux machine or a virtual one.");
        if (RuntimeInformation.OSArchitecture != Architecture.X64)
            return DoctorFinding.Missing(Name, $"{name}, {RuntimeInformation.OSArchitecture}", "Use a machine with an x86-64 processor.");

        return DoctorFinding.Ok(Name, $"{name ?? "Linux"}, x86-64");
    }

    public DoctorFinding Version()
    {
        const string Name = "Kernel";
        var release = host.Read("/proc/sys/kernel/osrelease") ?? "";
        if (ParseVersion(release) is not { } version) return DoctorFinding.Warning(Name, $"cannot tell the version from '{release}'");
        if (version >= Oldest) return DoctorFinding.Ok(Name, release);

        var isWsl1 = release.EndsWith("-Microsoft", StringComparison.Ordinal);
        return isWsl1
            ? DoctorFinding.Missing(Name, $"{release}: WSL 1 has no Linux kernel", "In Windows: wsl --set-version DISTRIBUTION 2")
            : DoctorFinding.Missing(Name, $"{release} is too old", $"Upgrade to {Oldest} or later.");
    }

    public DoctorFinding UserNamespaces()
    {
        const string Name = "User namespaces";
        if (ReadNumber("/proc/sys/user/max_user_namespaces") is not { } most)
            return DoctorFinding.Missing(Name, "the kernel has none", "Use a kernel with CONFIG_USER_NS.");
        if (most == 0) return DoctorFinding.Missing(Name, "forbidden by user.max_user_namespaces", "sudo sysctl user.max_user_namespaces=65536");
        if (host.IsRoot) return DoctorFinding.Ok(Name, "available");
        if (ReadNumber("/proc/sys/kernel/unprivileged_userns_clone") == 0)
            return DoctorFinding.Missing(Name, "forbidden to ordinary users", "sudo sysctl kernel.unprivileged_userns_clone=1, or start as root");
        if (ReadNumber("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == 1)
            return DoctorFinding.Missing(
                Name,
                "AppArmor forbids them to ordinary users, as Ubuntu does since 24.04",
                "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or start as root");

        return DoctorFinding.Ok(Name, "available to ordinary users");
    }

    public DoctorFinding Seccomp()
    {
        const string Name = "Seccomp";
        var actions = host.Read("/proc/sys/kernel/seccomp/actions_avail")?.Split(' ') ?? [];
        return actions.Contains("errno", StringComparer.Ordinal)
            ? DoctorFinding.Ok(Name, "filters available")
            : DoctorFinding.Missing(Name, "the kernel has no filters", "Use a kernel with CONFIG_SECCOMP_FILTER.");
    }

    private long? ReadNumber(string path) =>
        long.TryParse(host.Read(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static Version? ParseVersion(string release) =>
        VersionPattern().Match(release) is { Success: true } match ? global::System.Version.Parse(match.Value) : null;

    [GeneratedRegex(@"^\d{1,5}\.\d{1,5}", RegexOptions.NonBacktracking)]
    private static partial Regex VersionPattern();
}
