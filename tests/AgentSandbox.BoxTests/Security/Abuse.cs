using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security;

/// <summary>
/// One of the programs in <c>Abuses</c> at work in a session: each says <c>ready</c> when it is in full swing, and goes on
/// until it is ended. Disposing it hangs up.
/// </summary>
internal sealed class Abuse : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly string Ready = Convert.ToBase64String("ready"u8)[..6];

    private readonly CancellationTokenSource _hangingUp = new();
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;
    private Task _reading = Task.CompletedTask;

    private Abuse(HttpResponseMessage response, Stream content)
    {
        _response = response;
        _events = SseParser.Create(content).EnumerateAsync(_hangingUp.Token).GetAsyncEnumerator();
    }

    /// <summary>Starts it, and returns when it is in full swing, or when the box is no more.</summary>
    /// <param name="isRead">Whether somebody goes on to read what it prints.</param>
    public static async Task<Abuse> StartAsync(TestSession session, IEnumerable<string> words, bool isRead = true)
    {
        string[] command = ["python3", "-c", await SourceAsync(words.First()), .. words.Skip(1)];
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{session.Path}/commands") { Content = JsonContent.Create(new { command, timeoutMs = 300_000 }) };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        var response = await session.Api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var abuse = new Abuse(response, await response.Content.ReadAsStreamAsync());
        await abuse.WaitUntilReadyAsync().WaitAsync(Patience);
        if (isRead) abuse._reading = abuse.ReadOnAsync();
        return abuse;
    }

    public static Task<string> SourceAsync(string name) =>
        File.ReadAllTextAsync(Path.Combine(TestHost.Root, "tests/AgentSandbox.BoxTests/Security/Abuses", name + ".py"));

    public async ValueTask DisposeAsync()
    {
        await _hangingUp.CancelAsync();
        await _reading;             // a connection that is closed under its reader may be used again, and the reader take the answer
        await _events.DisposeAsync();
        _response.Dispose();
        _hangingUp.Dispose();
    }

    private async Task WaitUntilReadyAsync()
    {
        while (await _events.MoveNextAsync())
        {
            if (_events.Current is { EventType: "stdout", Data: var data } && data.Contains(Ready, StringComparison.Ordinal)) return;
            Assert.False(_events.Current.EventType == "exited", $"The abuse ended before it began: {_events.Current.Data}");
        }
    }

    private async Task ReadOnAsync()
    {
        try
        {
            while (await _events.MoveNextAsync())
            {
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // hung up, or the session was deleted
        }
    }
}
