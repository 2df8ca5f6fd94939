using System.Globalization;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>The command line that starts a box: the launcher's words, and behind the dashes those of the OCI runtime.</summary>
internal sealed class OciCommandLine(OciOptions options, OciHost host, OciBinary binary, OciSandbox box)
{
    /// <param name="bindTarget">Where a server run by root shows the template's root to the OCI runtime.</param>
    public IReadOnlyList<string> Write(string templateRoot, string bindTarget) =>
        [options.LauncherPath, "launch", .. Preparations(templateRoot, bindTarget), "--", binary.Path, .. Command()];

    private List<string> Preparations(string templateRoot, string bindTarget)
    {
        List<string> words = ["--directory", box.Directory.Path];
        if (box.LinksOverPipes) words.AddRange(["--gvisor", Template.GuestPath]);
        if (!binary.EntersCgroupsItself)
        {
            foreach (var file in box.Cgroup.ProcsFiles) words.AddRange(["--cgroup", file]);
        }

        if (host.Rootless is not null) return words;

        foreach (var mountPoint in host.Cgroups.HiddenMounts) words.AddRange(["--detach", mountPoint]);
        words.AddRange(["--bind", templateRoot, bindTarget]);
        if (binary.JoinsUserNamespace && box.HostId is { } hostId)
            words.AddRange(["--users", hostId.ToString(CultureInfo.InvariantCulture), IdMap.Format(IdMap.ForRoot(hostId)), box.Directory.UserNamespace]);
        return words;
    }

    private IEnumerable<string> Command() => binary.Kind switch
    {
        OciBinaryKind.Crun =>
            ["--root", Root, "--log", box.Directory.Log, "--cgroup-manager=disabled", "run", "--preserve-fds", "1", .. Box, box.Id],
        OciBinaryKind.Runc => ["--root", Root, "--log", box.Directory.Log, "run", "--preserve-fds", "1", .. Box, box.Id],
        OciBinaryKind.Runsc => [.. GvisorSettings(), "run", .. Box, GvisorId],
        _ => throw new InvalidOperationException($"Unknown OCI runtime {binary.Kind}."),
    };

    private string Root => BoxDirectory.RuntimeRootOf(options.StateDirectory);

    private string[] Box => ["--detach", "--bundle", box.Directory.Path, "--pid-file", box.Directory.PidFile];

    /// <summary>gVisor names an abstract socket of the host after it, so it must differ between the servers of a host too.</summary>
    private string GvisorId => $"{new ServerIdentity(options.StateDirectory).CgroupName}-{box.Id}";

    /// <summary>
    /// No network but a loopback of its own. The control groups have been entered by the launcher, so that gVisor's own
    /// processes are charged to the box and die with it.
    /// </summary>
    private List<string> GvisorSettings()
    {
        List<string> words = ["--root", box.Directory.GvisorRoot, "--log", box.Directory.Log, "--network=none", "--ignore-cgroups"];
        if (options.GvisorPlatform is { } platform) words.Add($"--platform={platform}");
        return words;
    }
}
