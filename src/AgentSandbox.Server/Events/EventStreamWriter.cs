using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using AgentSandbox.Server.Problems;

namespace AgentSandbox.Server.Events;

/// <summary>
/// Writes Server-Sent Events straight into the response's pipe. Output is base64: any bytes arrive as they were, and no
/// line break of theirs can end an event. Every write waits for the reader, so a slow one slows its own command only.
/// </summary>
internal sealed class EventStreamWriter(HttpResponse response)
{
    public const string MediaType = "text/event-stream";

    private readonly PipeWriter _pipe = response.BodyWriter;

    public static bool IsWanted(HttpRequest request) =>
        request.GetTypedHeaders().Accept.Any(accepted => accepted.Quality is not 0 && accepted.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";                   // nginx would hold events back
        return response.StartAsync(cancellationToken);
    }

    public async ValueTask WriteAsync<T>(string name, T data, CancellationToken cancellationToken)
    {
        Head(name);
        _pipe.Write(JsonSerializer.SerializeToUtf8Bytes(data, JsonSettings.Default));
        _pipe.Write("\n\n"u8);
        await FlushAsync(cancellationToken);
    }

    /// <summary>An event whose only content is bytes: <c>{"data": base64}</c>.</summary>
    public async ValueTask WriteBytesAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        Head(name);
        _pipe.Write("{\"data\":\""u8);
        var span = _pipe.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        Base64.EncodeToUtf8(bytes.Span, span, out _, out var written);
        _pipe.Advance(written);
        _pipe.Write("\"}\n\n"u8);
        await FlushAsync(cancellationToken);
    }

    private void Head(string name)
    {
        _pipe.Write("event: "u8);
        Encoding.ASCII.GetBytes(name, _pipe);
        _pipe.Write("\ndata: "u8);
    }

    private async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        var result = await _pipe.FlushAsync(cancellationToken);
        // The reader is gone: end here, rather than encode for nobody.
        if (result.IsCompleted) throw new OperationCanceledException("The client has closed the event stream.");
    }
}
