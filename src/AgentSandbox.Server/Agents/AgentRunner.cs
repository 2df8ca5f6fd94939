using System.Security.Cryptography;
using System.Text.Json;
using AgentSandbox.Server.Audit;
using AgentSandbox.Server.Commands;
using AgentSandbox.Server.Guests;
using AgentSandbox.Server.Limits;
using AgentSandbox.Server.Sessions;

namespace AgentSandbox.Server.Agents;

/// <summary>
/// Runs an agent in a session: its input goes to stdin, its output comes from stdout, its progress from stderr.
/// A run is a foreground command: it ends when its caller leaves.
/// </summary>
internal sealed class AgentRunner(CommandRunner commands)
{
    private const int MaxOutputDepth = 64;

    public static async Task<AgentRun> StartAsync(Agent agent, SessionLease lease, AuditRecord audit, CancellationToken cancellationToken)
    {
        var session = lease.Session;
        var command = await RunningCommand.StartAsync(
            lease,
            new CommandStart
            {
                Args = agent.Manifest.Command,
                Env = CommandEnvironment.Merge(session.Sandbox.Spec.Template.Environment, session.Environment),
                OpenStdin = true,
                Timeout = TimeSpan.FromMilliseconds(agent.Manifest.Limits.TimeoutMs),
                Grace = CommandOptions.Grace,
            },
            audit,
            cancellationToken);
        return new AgentRun(RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz234567", 26), command);
    }

    /// <param name="onProgress">Called for each progress line, in order.</param>
    public async Task<RunResult> FollowAsync(
        AgentRun run, Agent agent, JsonElement input, AnswerHold hold, Func<JsonElement, ValueTask> onProgress, CancellationToken cancellationToken)
    {
        var stdout = new OutputCollector(agent.Manifest.Limits.MaxOutputBytes, hold);
        var stderr = new StderrReader();
        var exited = await commands.FollowAsync(run.Command, input.GetRawText(), Take, cancellationToken);
        stderr.Complete();
        return Conclude(run.Id, exited, stdout, stderr.Text);

        async ValueTask Take(CommandEvent.Output output)
        {
            if (output.Stream == CommandStream.Stdout) stdout.Append(output.Data.Span);
            else foreach (var progress in stderr.Read(output.Data.Span)) await onProgress(progress);
        }
    }

    internal static RunResult Conclude(string id, CommandExited exited, OutputCollector stdout, string stderr)
    {
        var output = SendableJson.TryParse(stdout.Bytes.Span, MaxOutputDepth);
        var (status, error) = Judge(exited, stdout.Truncated, output);
        return new RunResult(
            id, status, status == RunStatus.Succeeded ? output : null, stderr, exited.DurationMs, exited.ExitCode, exited.Signal, error);
    }

    private static (RunStatus Status, RunError? Error) Judge(CommandExited exited, bool truncated, JsonElement? output) => exited switch
    {
        { TimedOut: true } => (RunStatus.TimedOut, new RunError("run_timed_out", "The agent did not finish within its time limit.")),
        { OomKilled: true } => (RunStatus.OomKilled, new RunError("run_out_of_memory", "The agent needed more memory than the session's limit.")),
        { Signal: { } signal } => (RunStatus.Failed, new RunError("run_killed", $"The agent was ended by {signal}.")),
        { ExitCode: not 0 } => (RunStatus.Failed, OwnError(output) ?? new RunError("run_failed", $"The agent ended with exit code {exited.ExitCode}.")),
        _ when truncated => (RunStatus.Failed, new RunError("run_output_too_large", "The agent wrote more output than its manifest allows.")),
        _ when output is null => (RunStatus.Failed, new RunError("run_output_invalid", "The agent's output is not JSON.")),
        _ => (RunStatus.Succeeded, null),
    };

    /// <summary>The reason that an agent gives itself, as <c>{"error": {"code", "message"}}</c>.</summary>
    private static RunError? OwnError(JsonElement? output)
    {
        if (output is not { ValueKind: JsonValueKind.Object } answer) return null;
        if (!answer.TryGetProperty("error", out var error) || error.ValueKind != JsonValueKind.Object) return null;
        return new RunError(Text("code") ?? "run_failed", Text("message") ?? "The agent failed.");

        string? Text(string name) =>
            error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
