using System.Net.Http.Json;
using System.Text.Json;

namespace AgentSandbox.Bench.Hosts;

/// <summary>Reads answers the same way on both sides: whole, and never past a failure.</summary>
internal static class HttpAnswers
{
    private const int ShownOfBody = 300;

    /// <summary>Sends, and returns the answer's JSON.</summary>
    public static async Task<JsonElement> CallJsonAsync(
        this HttpClient http, HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = Request(method, path, body);
        using var response = await http.SendAsync(request, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    /// <summary>Sends, and reads whatever comes back.</summary>
    public static async Task CallAsync(
        this HttpClient http, HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        using var request = Request(method, path, body);
        using var response = await http.SendAsync(request, cancellationToken);
        await EnsureSuccessAsync(response, cancellationToken);
    }

    public static async Task EnsureSuccessAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode || response.StatusCode is System.Net.HttpStatusCode.SwitchingProtocols) return;

        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        var shown = body[..Math.Min(body.Length, ShownOfBody)];
        var request = response.RequestMessage;
        throw new BenchException($"{request?.Method} {request?.RequestUri?.AbsolutePath} answered {(int)response.StatusCode}: {shown}");
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, object? body) =>
        new(method, path) { Content = body is null ? null : JsonContent.Create(body) };
}
