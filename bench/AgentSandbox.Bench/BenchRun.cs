using System.Diagnostics;
using AgentSandbox.Bench.Hosts;
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
    /// <summary>A stream that never ends must not end the run. More than any phase takes.</summary>
    private static readonly TimeSpan PhaseLimit = TimeSpan.FromMinutes(8);

    private readonly Subject _subject = options.Subject;

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
        await using var docker = await StartDockerAsync(Path.Combine(directory, "docker"), cancellationToken);
        Say("starting the servers");
        await using var warm = await StartServerAsync(directory, "warm", options.PoolSize, docker, cancellationToken);
        await using var cold = await StartServerAsync(directory, "cold", poolSize: 0, docker, cancellationToken);
        if (options.WithDocker) await docker!.ImportAsync(FindRoot(), cancellationToken);

        var report = new Report
        {
            StartedAt = time.GetUtcNow(),
            Machine = Machine.Describe(),
            Subject = _subject,
            Tools = Tools.Describe(_subject),
            Docker = docker?.Version,
            IsDockerMeasured = options.WithDocker,
            Scale = Scale.For(_subject, options.Quick),
            Quick = options.Quick,
        };
        var arena = new Arena(
            new ServerHost("server", warm, FindBoxes(warm, docker)),
            new ServerHost("server without a pool", cold, FindBoxes(cold, docker)),
            options.WithDocker ? new DockerHost(docker!, _subject.IsGvisor ? DockerDaemon.GvisorRuntime : DockerDaemon.StandardRuntime) : null,
            report.Scale,
            time);
        await RunPhasesAsync(arena, report, cancellationToken);
        return report;
    }

    /// <summary>Null when neither the servers nor the comparison need it.</summary>
    private async Task<DockerDaemon?> StartDockerAsync(string directory, CancellationToken cancellationToken)
    {
        if (!options.WithDocker && !_subject.IsOnDocker) return null;

        Say("starting Docker");
        return await DockerDaemon.StartAsync(directory, _subject.IsGvisor, time, cancellationToken);
    }

    private Task<ServerProcess> StartServerAsync(
        string directory, string name, int poolSize, DockerDaemon? docker, CancellationToken cancellationToken)
    {
        var settings = new ServerSettings(_subject, Path.Combine(directory, name), poolSize, _subject.IsOnDocker ? docker!.Socket : null);
        return ServerProcess.StartAsync(options.ServerPath, settings, options.TemplatesPath, time, cancellationToken);
    }

    private static IBoxes FindBoxes(ServerProcess server, DockerDaemon? docker)
    {
        var settings = server.Settings;
        return settings.Subject.IsOnDocker
            ? new EngineBoxes(docker!, settings.ReadContainerPrefix())
            : new OciBoxes(settings.DataDirectory);
    }

    private async Task RunPhasesAsync(Arena arena, Report report, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        foreach (var phase in AllPhases.List.Where(phase => options.Only.Count == 0 || options.Only.Contains(phase.Name)))
        {
            Say(phase.Name);
            await RunPhaseAsync(phase, arena, report, cancellationToken);
        }

        report.Complete(Stopwatch.GetElapsedTime(started));
    }

    /// <summary>A phase that fails is told of in the report; the others are measured all the same.</summary>
    private static async Task RunPhaseAsync(IPhase phase, Arena arena, Report report, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(PhaseLimit, arena.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            foreach (var host in arena.All) await Quiet.WaitAsync(host, deleted: [], arena.Time, either.Token);
            await phase.RunAsync(arena, report, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Fail($"It was not done after {PhaseLimit}.");
        }
        catch (Exception failure) when (failure is BenchException or HttpRequestException or IOException)
        {
            Fail(failure.Message);
        }

        void Fail(string message)
        {
            Say($"{phase.Name} failed: {message}");
            report.AddFailure(phase.Name, message);
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
