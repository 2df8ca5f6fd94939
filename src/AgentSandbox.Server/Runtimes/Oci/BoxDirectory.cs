using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>The files of one box on the host. Nothing of them is visible in the box.</summary>
internal sealed class BoxDirectory(string stateDirectory, string boxId)
{
    private const uint OwnerOnly = 0x1C0; // 0700

    public string Path { get; } = System.IO.Path.Combine(BoxesOf(stateDirectory), boxId);

    /// <summary>The bundle's configuration, at the place that the OCI specification fixes.</summary>
    public string Config => System.IO.Path.Combine(Path, "config.json");

    public string Record => System.IO.Path.Combine(Path, "box.json");

    /// <summary>Where the OCI runtime writes the number of the box's first process.</summary>
    public string PidFile => System.IO.Path.Combine(Path, "init.pid");

    /// <summary>The box's user namespace, in the launcher's mount namespace; an empty file elsewhere.</summary>
    public string UserNamespace => System.IO.Path.Combine(Path, "users");

    /// <summary>Where the OCI runtime says what went wrong.</summary>
    public string Log => System.IO.Path.Combine(Path, "runtime.log");

    /// <summary>The pipes to a box that cannot be handed a socket; the launcher makes them.</summary>
    public string PipeToGuest => System.IO.Path.Combine(Path, "to-guest");

    public string PipeFromGuest => System.IO.Path.Combine(Path, "from-guest");

    /// <summary>Where gVisor keeps its notes: boxes share nothing there, so they go with the directory.</summary>
    public string GvisorRoot => System.IO.Path.Combine(Path, "gvisor");

    /// <summary>The OCI runtime's own notes on the box.</summary>
    private string RuntimeState { get; } = System.IO.Path.Combine(RuntimeRootOf(stateDirectory), boxId);

    /// <summary>The seccomp profile as crun compiled it; other runtimes, and newer ones, keep it elsewhere or not at all.</summary>
    public string CompiledSeccomp => System.IO.Path.Combine(RuntimeState, "seccomp.bpf");

    /// <summary>The OCI runtime's root, shared by all boxes: newer versions of crun cache there what boxes have in common.</summary>
    public static string RuntimeRootOf(string stateDirectory) => System.IO.Path.Combine(stateDirectory, "runtime");

    public static string BoxesOf(string stateDirectory) => System.IO.Path.Combine(stateDirectory, "boxes");

    /// <summary>All that have any directory, half-made ones included.</summary>
    public static IEnumerable<string> ListBoxIds(string stateDirectory)
    {
        string[] parents = [BoxesOf(stateDirectory), RuntimeRootOf(stateDirectory)];
        return parents.Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories).Select(path => System.IO.Path.GetFileName(path));
    }

    /// <exception cref="IOException">It could not be made, or there is one already.</exception>
    public void Create()
    {
        if (Libc.MakeDirectory(Path, OwnerOnly) < 0) throw Libc.Error($"make the box directory {Path}");
    }

    /// <summary>Does not follow links: only the server writes here, but it may do so as root.</summary>
    public void Remove()
    {
        DeleteTree(RuntimeState);
        DeleteTree(Path);
    }

    private static void DeleteTree(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true); // removes links, not what they point to
    }
}
