using System.Text;
using AgentSandbox.Protocol;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Runtimes.Oci;
using AgentSandbox.Server.Templates;

namespace AgentSandbox.Server.Runtimes;

/// <summary>
/// Looks at a box's walls from inside: by what the kernel tells the guest of itself, and by what the guest's own binary sees
/// and tries when it is run as a command. It needs no program in the box.
/// </summary>
internal static class WallsInspector
{
    private const int MaxOutput = 256 * 1024;
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(10);
    private static readonly string[] NamespaceNames = ["user", "pid", "mnt", "net", "ipc", "uts", "cgroup"];

    /// <exception cref="GuestException">The guest cannot read what it should.</exception>
    /// <exception cref="SandboxRuntimeException">A command does not run in the box, or the box is gone.</exception>
    public static async Task<Walls> InspectAsync(Sandbox sandbox, string? hostKernel, CancellationToken cancellationToken)
    {
        var spec = sandbox.Spec;
        var hasOwnKernel = spec.Isolation is not RuntimeCapabilities.Standard;
        var evidence = new BoxEvidence(
            new CheckReport(await RunCheckAsync(sandbox, withCalls: !hasOwnKernel, cancellationToken)),
            await ReadAsync(sandbox.Guest, "/proc/self/status", cancellationToken),
            await FindKernelFilesAsync(sandbox.Guest, cancellationToken),
            await sandbox.ReadLimitsAsync(cancellationToken));
        return evidence.Judge(
            hostKernel, OwnNamespaces(), spec.Template.Environment.Keys, spec.Isolation is RuntimeCapabilities.Gvisor ? GvisorLimits.OnHost(spec.Limits) : spec.Limits);
    }

    private static async Task<string> RunCheckAsync(Sandbox sandbox, bool withCalls, CancellationToken cancellationToken)
    {
        string[] words = withCalls ? [Template.GuestPath, "check", "calls"] : [Template.GuestPath, "check"];
        var start = new CommandStart { Args = words, Env = sandbox.Spec.Template.Environment, Timeout = CommandTimeout };
        await using var command = await sandbox.Guest.StartAsync(start, cancellationToken);
        using var output = new MemoryStream();
        await foreach (var happened in command.ReadAsync(cancellationToken))
        {
            if (happened is CommandEvent.Output { Stream: CommandStream.Stdout } printed && output.Length < MaxOutput) output.Write(printed.Data.Span);
            if (happened is CommandEvent.Exited { Exit.ExitCode: 0 }) return Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
        }

        throw new SandboxRuntimeException("The first command in a box did not end well.");
    }

    private static async Task<string> ReadAsync(GuestConnection guest, string path, CancellationToken cancellationToken)
    {
        await using var file = await guest.OpenReadAsync(path, 0, MaxOutput, cancellationToken);
        using var content = new MemoryStream();
        await file.CopyToAsync(content, cancellationToken);
        return Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length);
    }

    /// <summary>Whatever has been mounted over them.</summary>
    private static async Task<IReadOnlyCollection<string>> FindKernelFilesAsync(GuestConnection guest, CancellationToken cancellationToken)
    {
        var found = new List<string>();
        foreach (var path in ProcPaths.Masked.Concat(ProcPaths.ReadOnly))
        {
            try
            {
                await guest.StatAsync(path, cancellationToken);
                found.Add(path);
            }
            catch (GuestException exception) when (exception.Code is GuestErrorCode.NotFound)
            {
                // As good as masked.
            }
        }

        return found;
    }

    /// <summary>A box on this machine that has one of these shares it with the server.</summary>
    private static HashSet<string> OwnNamespaces() =>
        [.. NamespaceNames.Select(name => new FileInfo("/proc/self/ns/" + name).LinkTarget).OfType<string>().Select(link => link.Split('[', ']')[1])];
}
