using System.Net;
using System.Security.Cryptography;
using System.Text;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Runtimes.Docker;

/// <summary>The engine is killed under live sessions, and comes back: containers outlive it, and so do sessions.</summary>
[Collection(EnginePairCollection.Name)]
public sealed class EngineRestartTests(EnginePair engines)
{
    /// <summary>Longer than an engine takes to come back on a busy machine: the next request waits for it.</summary>
    private const int LongGraceMs = 60_000;

    [Fact]
    public async Task KilledAndBack_SessionGoesOnWithItsFilesAndCommands()
    {
        await using var server = await engines.ServeFirstAsync(LongGraceMs);
        await using var session = await server.Api.CreateAsync();
        var content = RandomNumberGenerator.GetBytes(1 << 20);
        await session.PutAsync("kept", content);
        var started = await session.RunAsync(new { command = "echo before; read -r line; echo after $line", background = true }, HttpStatusCode.Created);

        await engines.First.KillAsync();
        await engines.First.StartAgainAsync();

        var command = $"{session.Path}/commands/{started.GetProperty("pid").GetInt32()}";
        await server.Api.SendAsync(HttpMethod.Post, $"{command}/stdin", new { data = "the crash\n" }, HttpStatusCode.NoContent);
        Assert.Equal("before\nafter the crash\n", await ReadOutputAsync(server.Api, command));
        Assert.Equal(content, await session.ReadAsync("kept"));
        Assert.Equal("running", await server.StateOf(session));
    }

    [Fact]
    public async Task KilledInTheMiddleOfALargeOutput_RequestFailsAndTheNextOneIsExact()
    {
        await using var server = await engines.ServeFirstAsync(LongGraceMs);
        await using var session = await server.Api.CreateAsync();
        var flowing = new TaskCompletionSource();
        var output = ReadUntilItBreaksAsync(server.Api, session, flowing);
        await flowing.Task;

        await engines.First.KillAsync();
        Assert.Equal("sandbox_lost", await output);
        await engines.First.StartAgainAsync();

        Assert.Equal("the same line", await session.OutputAsync("pkill yes; echo the same line"));
    }

    [Fact]
    public async Task Killed_RequestsFailInTimeAndSessionsAreTakenBack()
    {
        await using var server = await engines.ServeFirstAsync();
        await using var session = await server.Api.CreateAsync();

        await engines.First.KillAsync();
        await server.WaitUntilAsync(session, "lost");
        var refused = await session.RunAsync(new { command = "echo" }, HttpStatusCode.ServiceUnavailable);
        Assert.Equal("session_lost", refused.GetProperty("code").GetString());
        Assert.Equal("sandbox_start_failed", await server.RefusedAsync(HttpStatusCode.ServiceUnavailable));

        await engines.First.StartAgainAsync();
        await server.WaitUntilAsync(session, "running");
        Assert.Equal("alive", await session.OutputAsync("echo alive"));
        await Eventually.BecomesTrueAsync(async () => (await server.HostsAsync()).Single().IsAvailable);
        await using var next = await server.Api.CreateAsync();
        Assert.Equal("alive", await next.OutputAsync("echo alive"));
    }

    [Fact]
    public async Task Hangs_SessionIsLostAndTakenBackWithTheSameBox()
    {
        await using var server = await engines.ServeFirstAsync();
        await using var session = await server.Api.CreateAsync();
        await session.OutputAsync("echo mine > kept");

        engines.First.Suspend();
        try
        {
            await server.WaitUntilAsync(session, "lost");
        }
        finally
        {
            engines.First.Continue();
        }

        await server.WaitUntilAsync(session, "running");
        Assert.Equal("mine", await session.OutputAsync("cat kept"));
    }

    private static async Task<string> ReadOutputAsync(Api api, string command)
    {
        var output = new StringBuilder();
        await foreach (var happened in api.StreamAsync(HttpMethod.Get, $"{command}/events", null))
        {
            if (happened.Name == "stdout") output.Append(Encoding.UTF8.GetString(happened.Bytes));
        }

        return output.ToString();
    }

    /// <summary>Returns the code of the error that ends the stream.</summary>
    private static async Task<string?> ReadUntilItBreaksAsync(Api api, TestSession session, TaskCompletionSource flowing)
    {
        string? code = null;
        await foreach (var happened in api.StreamAsync(HttpMethod.Post, $"{session.Path}/commands", new { command = "yes 'the same line'" }))
        {
            if (happened.Name == "stdout") flowing.TrySetResult();
            if (happened.Name == "error") code = happened.Data.GetProperty("code").GetString();
        }

        return code;
    }
}
