using System.Text.Json;
using AgentSandbox.BoxTests.Security.Canaries;
using AgentSandbox.BoxTests.Security.Targets;
using AgentSandbox.BoxTests.Support;
using AgentSandbox.Server.Runtimes;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// Attacks from inside a session on everything around it. Every test has a session of its own, and ends with the question to
/// every canary whether it is intact and untouched: no attack can forget it.
/// </summary>
public abstract class AttackTest(AttackedServer server, string isolation) : IAsyncLifetime
{
    private protected AttackedServer Server => server;

    private protected string Isolation => isolation;

    /// <summary>A kernel stands between the box and the host's: what the box can do to it, it does to itself.</summary>
    private protected bool HasOwnKernel => isolation is not RuntimeCapabilities.Standard;

    /// <summary>The attacker's.</summary>
    private protected TestSession Session { get; private set; } = null!;

    private protected SessionCanary Neighbour { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(server.Offers(isolation), $"There is no isolation {isolation} on this host.");
        Neighbour = await server.NeighbourAsync(isolation);
        Session = await CreateSessionAsync();
    }

    /// <summary>Asks when the attacker's box is gone, so that what it did last counts, too.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (Session is null) return;

        await Session.DisposeAsync();
        var complaints = new List<string>();
        foreach (var canary in server.Canaries(isolation))
        {
            if (await canary.ComplainAsync() is { } complaint) complaints.Add(complaint);
        }

        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }

    /// <summary>Another session of the same kind; the caller ends it.</summary>
    private protected Task<TestSession> CreateSessionAsync() => server.Api.CreateAsync(new { isolation });

    /// <summary>Runs a line in the attacker's shell. Nothing that comes back may hold a secret.</summary>
    private protected Task<AttackResult> AttackAsync(string line) => AttackAsync(new { command = line });

    private protected async Task<AttackResult> AttackAsync(object request)
    {
        var result = AttackResult.Of(await Session.RunAsync(request));
        AssertHoldsNoSecret(result.Everything);
        return result;
    }

    private protected Task<AttackResult> AttackWithPythonAsync(string program) => AttackAsync(new { command = new[] { "python3", "-c", program } });

    /// <summary>Runs an attack of <c>Probes</c> and returns its lines: one attempt each, with its outcome.</summary>
    private protected async Task<IReadOnlyList<Attempt>> ProbeAsync(params string[] args)
    {
        await UploadProbeAsync();
        var result = await AttackAsync(new { command = (string[])["/home/sandbox/probe", .. args] });
        Assert.True(result.ExitCode == 0, $"The probe failed: {result.Everything}");
        return [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Attempt.Parse)];
    }

    private protected async Task UploadProbeAsync()
    {
        await Session.PutAsync("probe", await Probe.BinaryAsync());
        await Session.OutputAsync("chmod +x probe");
    }

    /// <summary>The box can still be used, whatever has been tried in it.</summary>
    private protected async Task AssertAliveAsync() => Assert.Equal("alive", await Session.OutputAsync("echo alive"));

    private protected void AssertHoldsNoSecret(string text)
    {
        foreach (var canary in server.Canaries(isolation))
        {
            if (canary.Secret is { } secret) Assert.False(text.Contains(secret, StringComparison.Ordinal), $"A secret of {canary.GetType().Name} was read: {text}");
        }
    }
}

/// <summary>What an attack printed and how it ended; <see cref="ExitCode"/> is null when a signal ended it.</summary>
internal sealed record AttackResult(int? ExitCode, string? Signal, string Output, string Error)
{
    public string Everything => Output + Error;

    public static AttackResult Of(JsonElement result) => new(
        result.GetProperty("exitCode").ValueKind is JsonValueKind.Number ? result.GetProperty("exitCode").GetInt32() : null,
        result.GetProperty("signal").GetString(),
        result.GetProperty("stdout").GetString()!,
        result.GetProperty("stderr").GetString()!);
}

/// <summary>One thing that a probe tried, and how it went: <c>ok</c>, or the name of the error.</summary>
internal sealed record Attempt(string Name, string Outcome)
{
    public static Attempt Parse(string line) => line.Split('\t') is [var name, var outcome]
        ? new Attempt(name, outcome)
        : throw new FormatException($"A probe printed: {line}");

    public override string ToString() => $"{Name}: {Outcome}";
}
