using System.Diagnostics;
using AgentSandbox.Bench.Hosts.Docker;
using AgentSandbox.Bench.Hosts.Server;
using AgentSandbox.Bench.Phases;
using AgentSandbox.Bench.Reports;

namespace AgentSandbox.Bench;

/// <summary>
/// One run: starts both sides in a directory of its own, lets the phases measure them, and ends everything that it started,
/// also when it is interrupted.
/// </summary>
internal sealed class BenchRun(BenchOptions options, TimeProvider time)
{
    public async Task<Report> RunAsync(CancellationToken cancellationToken)
    {
        var directory = Directory.CreateTempSubdirectory("agent-sandbox-bench-").FullName;
        try
        {
            return await RunInAsync(directory, cancellationToken);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private async Task<Report> RunInAsync(string directory, CancellationToken cancellationToken)
    {
        Say("starting the servers");
        await using var warm = await StartServerAsync(directory, "warm", options.PoolSize, cancellationToken);
        await using var cold = await StartServerAsync(directory, "cold", poolSize: 0, cancellationToken);

        if (options.WithDocker) Say("starting Docker");
        await using var docker = options.WithDocker
            ? await DockerDaemon.StartAsync(Path.Combine(directory, "docker"), FindRoot(), time, cancellationToken)
            : null;

        var report = new Report { StartedAt = time.GetUtcNow(), Machine = Machine.Describe(), Docker = docker?.Version, Quick = options.Quick };
        var arena = new Arena(
            new ServerHost("server", warm),
            new ServerHost("server without a pool", cold),
            docker is null ? null : new DockerHost(docker),
            options.Quick ? Scale.Quick : Scale.Full,
            time);
        await RunPhasesAsync(arena, options.PoolSize, report, cancellationToken);
        return report;
    }

    private Task<ServerProcess> StartServerAsync(string directory, string name, int poolSize, CancellationToken cancellationToken) =>
        ServerProcess.StartAsync(options.ServerPath, Path.Combine(directory, name), options.TemplatesPath, poolSize, time, cancellationToken);

    private async Task RunPhasesAsync(Arena arena, int poolSize, Report report, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var phase in AllPhases.List.Where(phase => options.Only.Count == 0 || options.Only.Contains(phase.Name)))
        {
            Say(phase.Name);
            await RunPhaseAsync(phase, arena, poolSize, report, cancellationToken);
        }

        report.Complete(Stopwatch.GetElapsedTime(started));
    }

    /// <summary>A phase that fails is told of in the report; the others are measured all the same.</summary>
    private static async Task RunPhaseAsync(IPhase phase, Arena arena, int poolSize, Report report, CancellationToken cancellationToken)
    {
        try
        {
            await Quiet.WaitAsync(arena.Warm, poolSize, arena.Time, cancellationToken);
            await phase.RunAsync(arena, report, cancellationToken);
        }
        catch (Exception failure) when (failure is BenchException or HttpRequestException or IOException)
        {
            Say($"{phase.Name} failed: {failure.Message}");
            report.AddFailure(phase.Name, failure);
        }
    }

    /// <summary>The root file system that the servers just built, or found.</summary>
    private string FindRoot()
    {
        var roots = new DirectoryInfo(Path.Combine(options.TemplatesPath, "roots")).EnumerateDirectories("default-*");
        return roots.MaxBy(root => root.CreationTimeUtc)?.FullName
            ?? throw new BenchException($"There is no default template in {options.TemplatesPath}.");
    }

    private static void Say(string what) => Console.Error.WriteLine($"bench: {what}");
}
