using AgentSandbox.Server.Runtimes.Cgroups;
using AgentSandbox.Server.Runtimes.Native;

namespace AgentSandbox.Server.Runtimes.Oci;

/// <summary>
/// The <c>oci</c> runtime's record of one box. Made by a start, or from what an earlier life of the server left, which
/// survives in the box's directory and in the names of its control groups. Thread-safe.
/// </summary>
internal sealed class OciSandbox(string id, BoxDirectory directory, BoxCgroup cgroup) : SandboxHandle(id)
{
    private readonly Lock _gate = new();
    private Task? _stop; // guarded by _gate
    private Stream? _pipes; // guarded by _gate

    public BoxDirectory Directory { get; } = directory;

    public BoxCgroup Cgroup { get; } = cgroup;

    public required string Isolation { get; init; }

    /// <summary>
    /// gVisor's kernel takes over only the standard streams of whoever starts it, so the link to its guest is a pair of pipes
    /// and not a socket.
    /// </summary>
    public bool LinksOverPipes => Isolation == RuntimeCapabilities.Gvisor;

    /// <summary>The box's first process; null for the remains of a box that never came to have one.</summary>
    public WatchedProcess? Init { get; init; }

    /// <summary>The host's id for the sandbox user, when it was lent to this box alone.</summary>
    public uint? HostId { get; init; }

    /// <summary>Whether an earlier life of the server started it.</summary>
    public bool IsInherited { get; init; }

    /// <summary>
    /// Ends the connection over the box's pipes that was there before: of two readers each would get a part. Returns whether
    /// there never was one.
    /// </summary>
    public bool ReplacePipes(Stream pipes)
    {
        Stream? former;
        lock (_gate) (former, _pipes) = (_pipes, pipes);
        former?.Dispose();
        return former is null && !IsInherited;
    }

    /// <summary>Runs one stop at a time: callers share it, and a later call tries again after a failure.</summary>
    public Task StopOnceAsync(Func<Task> stop)
    {
        lock (_gate)
        {
            if (_stop is null or { IsFaulted: true } or { IsCanceled: true }) _stop = Task.Run(stop);
            return _stop;
        }
    }
}
