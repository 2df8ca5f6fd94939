namespace AgentSandbox.Server.Templates;

/// <summary>
/// The directory of built root file systems: <c>bases/HASH</c> as Debian makes them and <c>roots/NAME-HASH</c> with our own
/// files on top. What is being made has a name of its own (<c>.tmp-…</c>) and is renamed when it is complete, so whatever
/// has a final name is whole, also after a crash.
/// </summary>
/// <remarks>Only the holder of the lock writes; several servers may share one store.</remarks>
internal sealed class TemplateStore(string path, TimeProvider time)
{
    private const string Unfinished = ".tmp-";
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(250);

    private string Bases => Path.Join(path, "bases");

    private string Roots => Path.Join(path, "roots");

    public string BasePath(string hash) => Path.Join(Bases, hash);

    public string RootPath(string name, string version) => Path.Join(Roots, $"{name}-{version}");

    /// <summary>Waits until no other server builds, and sweeps up what one that crashed has left.</summary>
    public async Task<IDisposable> LockAsync(Action onWait, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Bases);
        Directory.CreateDirectory(Roots);
        var held = await OpenLockAsync(onWait, cancellationToken);
        foreach (var rubbish in Directory.EnumerateDirectories(path, Unfinished + "*")) Sweep(rubbish);
        return held;
    }

    /// <summary>Makes a directory complete or not at all. The caller holds the lock.</summary>
    public async Task PublishAsync(string finalPath, Func<string, Task> make, CancellationToken cancellationToken)
    {
        var unfinished = Path.Join(path, Unfinished + Path.GetRandomFileName());
        Directory.CreateDirectory(unfinished);
        try
        {
            var content = Path.Join(unfinished, "root");
            await make(content);
            // A rename may reach the disk before the files do, and a power cut in between would leave empty ones.
            await new ExternalTool("sync", "--file-system", content).RunAsync(cancellationToken);
            Directory.Move(content, finalPath);
        }
        finally
        {
            Directory.Delete(unfinished, recursive: true);
        }
    }

    /// <summary>Removes all that is neither named nor in use. The caller holds the lock.</summary>
    public void Prune(IReadOnlySet<string> keptPaths, Predicate<string> isInUse)
    {
        foreach (var built in Directory.EnumerateDirectories(Bases).Concat(Directory.EnumerateDirectories(Roots)))
        {
            if (keptPaths.Contains(built) || isInUse(built)) continue;

            // Renamed first: a removal that is cut short must not leave a half with a final name.
            var rubbish = Path.Join(path, Unfinished + Path.GetRandomFileName());
            Directory.Move(built, rubbish);
            Directory.Delete(rubbish, recursive: true);
        }
    }

    private static void Sweep(string rubbish)
    {
        try
        {
            Directory.Delete(rubbish, recursive: true);
        }
        catch (IOException)
        {
            // mmdebstrap can outlive a killed server for a while and still write there: the next sweep gets it.
        }
    }

    private async Task<FileStream> OpenLockAsync(Action onWait, CancellationToken cancellationToken)
    {
        for (var waited = false; ; waited = true)
        {
            try
            {
                return new FileStream(Path.Join(path, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException failure) when (failure is not DirectoryNotFoundException)
            {
                if (!waited) onWait();
                await Task.Delay(LockPoll, time, cancellationToken);
            }
        }
    }
}
