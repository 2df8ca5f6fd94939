namespace AgentSandbox.Server.Templates;

/// <summary>
/// Lays our own files over a Debian root file system. The rest is hard links to the base: quick, and the kernel keeps one
/// copy in memory for all templates. So nothing here may change a file in place; files are made new.
/// </summary>
internal static class RootLayer
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode DirectoryMode = ReadOnly | AgentFiles.AnyExecute | UnixFileMode.UserWrite;

    /// <summary>The box's user on the host, who may write nothing but what he compiles.</summary>
    private const int CompilerId = RootOwner.HostIdBase + RootAccounts.UserId;

    /// <param name="root">Must not exist; made on the same file system as <paramref name="basePath"/>.</param>
    public static async Task BuildAsync(
        string basePath, string root, TemplateOptions options, IReadOnlyList<AgentFile> agents, CancellationToken cancellationToken)
    {
        await RunAsync(new ExternalTool("cp", "--archive", "--link", basePath, root), "The base could not be copied", cancellationToken);

        AddGuest(options.GuestFile, root);
        var app = Path.Join(root, "app");
        foreach (var agent in agents) AddAgentFile(agent, app);

        if (File.Exists(Path.Join(root, "usr/bin/python3"))) await CompilePythonAsync(root, cancellationToken);
        foreach (var path in Directory.EnumerateFileSystemEntries(app, "*", SearchOption.AllDirectories)) Seal(path);
        Seal(app);
    }

    private static void AddGuest(string guest, string root)
    {
        var path = Path.Join(root, Template.GuestPath);
        var directory = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, DirectoryMode);
        RootOwner.Set(directory);

        File.Copy(guest, path);
        // Unreadable, so that no process in the box can look for weaknesses in it, and undumpable when it runs.
        File.SetUnixFileMode(path, Template.ExecutableGuest);
        RootOwner.Set(path);
    }

    private static void AddAgentFile(AgentFile agent, string app)
    {
        var path = Path.Join(app, agent.RelativePath);
        MakeWritableForCompiler(Path.GetDirectoryName(path)!, app);

        File.Copy(agent.FullPath, path);
        File.SetUnixFileMode(path, agent.Mode);
    }

    private static void MakeWritableForCompiler(string directory, string app)
    {
        if (directory.Length > app.Length) MakeWritableForCompiler(Path.GetDirectoryName(directory)!, app);

        Directory.CreateDirectory(directory);
        RootOwner.Set(directory, RootAccounts.UserId, RootAccounts.UserId);
    }

    /// <summary>
    /// Compiles the agents with the box's own Python, so that no run has to. The compiled file is trusted without a look
    /// at the source, which cannot change in a read-only root.
    /// </summary>
    private static Task CompilePythonAsync(string root, CancellationToken cancellationToken)
    {
        string[] confine = RootOwner.IsShifted
            ? ["--no-new-privs", "unshare", "--net", "--ipc", "--mount", "--pid", "--fork", "chroot", $"--userspec={CompilerId}:{CompilerId}", "--groups="]
            : ["--no-new-privs", "unshare", "--user", "--map-root-user", "--net", "--ipc", "--mount", "--pid", "--fork", "chroot"];
        string[] compile = ["/usr/bin/python3", "-I", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "/app"];

        var tool = new ExternalTool("setpriv", [.. confine, root, .. compile]);
        tool.Environment.Clear();
        tool.Environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin";
        tool.Environment["LC_ALL"] = "C.UTF-8";
        return RunAsync(tool, "The agents could not be compiled", cancellationToken);
    }

    private static void Seal(string path)
    {
        RootOwner.Set(path);
        if (Directory.Exists(path)) File.SetUnixFileMode(path, DirectoryMode);
        else if (path.EndsWith(".pyc", StringComparison.Ordinal)) File.SetUnixFileMode(path, ReadOnly);
    }

    private static async Task RunAsync(ExternalTool tool, string failure, CancellationToken cancellationToken)
    {
        var exitCode = await tool.RunAsync(cancellationToken);
        if (exitCode == 0) return;

        throw new TemplateException($"{failure} (exit code {exitCode}): {string.Join('\n', tool.LastLines())}");
    }
}
