using AgentSandbox.Bench.Hosts;

namespace AgentSandbox.Bench.Phases;

/// <summary>Every phase, in the order in which they run: latencies first, while the machine is fresh.</summary>
internal static class AllPhases
{
    private const int AgentTextLength = 1_000;
    private const string FilePath = "/home/sandbox/transfer.bin";

    private static readonly string[] True = ["/bin/true"];
    private static readonly string AgentText = AgentInput.Text(AgentTextLength);

    public static IReadOnlyList<IPhase> List { get; } =
    [
        new NewBoxPhase("create", "create", firstCommand: null),
        new NewBoxPhase("first-command", "create and run /bin/true", True),
        new LiveBoxPhase("exec", "run /bin/true in a live session", (host, id, token) => host.RunAsync(id, True, token)),
        new LiveBoxPhase("agent-run", "text-analysis of 1 000 characters", (host, id, token) => host.RunAgentAsync(id, AgentText, token)),
        new LoopPhase(True),
        new BurstPhase(),
        new AlivePhase(True),
        new IdleMemoryPhase(True),
        new TransferPhase("output", "command output as a stream", BoxSize.Usual, scale => scale.OutputBytes, WarmUpOutputAsync, OutputAsync),
        new TransferPhase("upload", "file into a session", BoxSize.Large, scale => scale.FileBytes, UploadAsync, UploadAsync),
        new TransferPhase("download", "file out of a session", BoxSize.Large, scale => scale.FileBytes, UploadAsync, DownloadAsync),
    ];

    private static Task UploadAsync(ISandboxHost host, string id, long bytes, CancellationToken cancellationToken) =>
        host.UploadAsync(id, FilePath, bytes, cancellationToken);

    private static Task DownloadAsync(ISandboxHost host, string id, long bytes, CancellationToken cancellationToken) =>
        host.DownloadAsync(id, FilePath, bytes, cancellationToken);

    private static Task WarmUpOutputAsync(ISandboxHost host, string id, long bytes, CancellationToken cancellationToken) =>
        OutputAsync(host, id, bytes / 16, cancellationToken);

    private static async Task OutputAsync(ISandboxHost host, string id, long bytes, CancellationToken cancellationToken)
    {
        var arrived = await host.StreamOutputAsync(id, ["head", "-c", $"{bytes}", "/dev/zero"], cancellationToken);
        if (arrived != bytes) throw new BenchException($"{arrived} of {bytes} bytes arrived.");
    }
}
