using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace AgentSandbox.Bench.Hosts.Server;

/// <summary>
/// Reads the server's events line by line: output is decoded without a string in between, as a client would that cares
/// about speed; the last event says how the command ended.
/// </summary>
internal sealed class EventStream(PipeReader reader)
{
    private const int LongestLine = 4 << 20;

    private string _event = "";
    private byte[] _decoded = [];

    /// <summary>Hands stdout to the caller and returns the data of <c>exited</c>.</summary>
    public async Task<JsonElement> ReadAsync(OutputSink onStdout, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var rest = result.Buffer;
            while (TryReadLine(ref rest, out var line))
            {
                if (Take(line, onStdout) is { } exited) return exited;
            }

            if (result.IsCompleted) throw new BenchException("The event stream ended without 'exited'.");
            if (rest.Length > LongestLine) throw new BenchException("An event is too long.");
            reader.AdvanceTo(rest.Start, rest.End);
        }
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> line)
    {
        var end = rest.PositionOf((byte)'\n');
        line = end is null ? default : rest.Slice(0, end.Value);
        if (end is null) return false;

        rest = rest.Slice(rest.GetPosition(1, end.Value));
        return true;
    }

    private JsonElement? Take(ReadOnlySequence<byte> sequence, OutputSink onStdout)
    {
        var line = sequence.IsSingleSegment ? sequence.FirstSpan : sequence.ToArray();
        if (line.StartsWith("event: "u8)) _event = Encoding.ASCII.GetString(line["event: ".Length..]);
        if (!line.StartsWith("data: "u8)) return null;

        var data = line["data: ".Length..];
        switch (_event)
        {
            case "stdout":
                onStdout(Decode(data));
                return null;
            case "exited":
                return JsonSerializer.Deserialize<JsonElement>(data);
            case "error":
                throw new BenchException($"The command failed: {Encoding.UTF8.GetString(data)}");
            default:
                return null;
        }
    }

    /// <summary>The event is exactly <c>{"data":"…"}</c>, and base64 has nothing that JSON would escape.</summary>
    private ReadOnlySpan<byte> Decode(ReadOnlySpan<byte> data)
    {
        var start = data.IndexOf(":\""u8) + 2;
        var text = data[start..data.LastIndexOf((byte)'"')];
        var longest = Base64.GetMaxDecodedFromUtf8Length(text.Length);
        if (_decoded.Length < longest) _decoded = new byte[longest];

        if (Base64.DecodeFromUtf8(text, _decoded, out _, out var written) is not OperationStatus.Done)
            throw new BenchException("An event's data is not base64.");
        return _decoded.AsSpan(0, written);
    }
}
