using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AgentSandbox.BoxTests.Support.Docker;

/// <summary>
/// A Docker Engine of one's own: the real dockerd with its own containerd, on a socket and in directories that it shares
/// with no other. Containers outlive it when it is killed (<c>live-restore</c>), and are found again when it starts anew.
/// When it is disposed nothing of it stays on the host, whatever became of it before. Owned by one test or fixture.
/// </summary>
internal sealed partial class PrivateEngine : IAsyncDisposable
{
    private const int Terminate = 15, ForceKill = 9, Suspending = 19, Continuing = 18;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly EngineDirectory _directory;
    private Process? _process;

    private readonly string _searchPath;

    private PrivateEngine(EngineDirectory directory, EngineTls? tls, string? programs)
    {
        _directory = directory;
        _searchPath = (programs is null ? "" : programs + ":") + "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        Tls = tls;
        Http = EngineClient.Connect(directory.Socket);
    }

    /// <summary>Part of the name of everything that it has on the host.</summary>
    public string Name => _directory.Name;

    /// <summary>The path of its unix socket.</summary>
    public string Socket => _directory.Socket;

    /// <summary>Its address in the network and the files to reach it with, when it was started with them.</summary>
    public EngineTls? Tls { get; }

    public EngineClient Http { get; }

    public bool IsRunning => _process is { HasExited: false };

    /// <param name="programs">A directory whose programs it uses in place of the machine's.</param>
    public static async Task<PrivateEngine> StartAsync(bool withTls = false, string? programs = null)
    {
        var directory = EngineDirectory.Create();
        var engine = new PrivateEngine(directory, withTls ? await EngineTls.CreateAsync(directory.Certificates) : null, programs);
        try
        {
            await engine.StartAgainAsync();
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it on what it left when it was killed.</summary>
    public async Task StartAgainAsync()
    {
        Assert.False(IsRunning);
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec dockerd \"$@\" >> \"$0\" 2>&1", _directory.Log, .. _directory.Arguments, .. Tls?.Arguments ?? []])
        {
            UseShellExecute = false,
            Environment = { ["PATH"] = _searchPath },
        })!;
        await WaitUntilAsync(Http.AnswersAsync);
    }

    /// <summary>Ends it as a crash would, its containerd with it. The containers live on.</summary>
    public async Task KillAsync()
    {
        var containerd = _directory.ContainerdPid;
        Signal(ForceKill);
        await _process!.WaitForExitAsync();
        // The kernel kills containerd for dockerd; its number stays for a while if nobody asks how it ended.
        await Eventually.BecomesTrueAsync(() => containerd is not { } pid || Host.HasEnded(pid));
        _directory.RemovePidFiles();
    }

    /// <summary>From here on it takes connections and answers none, like a machine that hangs.</summary>
    public void Suspend() => Signal(Suspending);

    public void Continue() => Signal(Continuing);

    /// <summary>Makes an image of a directory. Files belong to whom they belong to on the host.</summary>
    public async Task ImportAsync(string image, string root)
    {
        await using var tar = new FileStream(_directory.NewFile(), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 4096, FileOptions.DeleteOnClose);
        await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(root, tar, includeBaseDirectory: false);
        tar.Position = 0;
        await ImportAsync(image, tar);
    }

    /// <summary>Makes an image of a tar archive.</summary>
    public Task ImportAsync(string image, Stream tar) => Http.ImportAsync(image, tar);

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
        {
            Continue();
            await Http.RemoveContainersAsync();
            Signal(Terminate);
            await _process!.WaitForExitAsync().WaitAsync(Patience);
        }

        _process?.Dispose();
        Http.Dispose();
        await EngineRemains.RemoveAsync(_directory);
    }

    private async Task WaitUntilAsync(Func<Task<bool>> condition)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.False(_process!.HasExited, $"dockerd ended at once: {_directory.LastWords()}");
            Assert.True(Stopwatch.GetElapsedTime(started) < Patience, $"dockerd does not answer: {_directory.LastWords()}");
            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    private void Signal(int signal) => Assert.Equal(0, Kill(_process!.Id, signal));

    // SAFETY: two integers, no memory.
    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
