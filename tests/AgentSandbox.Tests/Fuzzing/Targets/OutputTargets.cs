using System.Text;
using System.Text.Json;
using AgentSandbox.Server.Agents;
using AgentSandbox.Server.Commands;
using AgentSandbox.Server.Problems;
using AgentSandbox.Server.Runtimes.Docker;
using Docker.DotNet;

namespace AgentSandbox.Tests.Fuzzing.Targets;

/// <summary>What programs in a box print: progress, results, and the two streams in one of a container.</summary>
internal static class OutputTargets
{
    public static IEnumerable<FuzzTarget> All =>
    [
        new("agent-stderr", ReadStderr) { Seeds = Lines, Tokens = Json, Allocation = 64 * 1024, AllocationPerByte = 512 },
        new("agent-output", ReadOutput) { Seeds = Lines, Tokens = Json, Allocation = 32 * 1024, AllocationPerByte = 256 },
        new("agent-input", CheckInput) { Seeds = [.. Lines, """{"text":"привет","count":3}"""u8.ToArray()], Tokens = Json, Allocation = 256 * 1024, AllocationPerByte = 4_096 },
        new("attach-stream", input => OneThread.Run(context => ReadStreamsAsync(context, input)))
        {
            Seeds = [[1, 0, 0, 0, 0, 0, 0, 3, 7, 8, 9, 2, 0, 0, 0, 0, 0, 0, 2, 65, 66, 1, 0, 0, 0, 0, 0, 0, 1, 5], [0, 0, 0, 0, 0, 0, 0, 0]],
            Tokens = [[1, 0, 0, 0, 0, 0, 0, 1, 5], [2, 0, 0, 0, 0, 0, 0, 1, 65], [3, 0, 0, 0, 255, 255, 255, 255]],
            Allocation = 64 * 1024,
        },
    ];

    private static byte[][] Lines =>
    [
        "{\"progress\":0.5}\nwarning: slow\n{\"stage\":\"слова\",\"n\":[1,-2.5e3,true,null]}\n"u8.ToArray(),
        "{\"error\":{\"code\":\"bad\",\"message\":\"\\ud83d\\ude00 \\u0000\"}}"u8.ToArray(),
        "{\"a\":{\"a\":{\"a\":{\"a\":[[[[{}]]]]}}}}\n"u8.ToArray(),
        "\n\n{\"half\":\"\\ud800\"}\nno end"u8.ToArray(),
    ];

    private static byte[][] Json =>
        [.. new[] { "{\"", "\":", "[[[[[[[[", "{\"a\":", "\\ud800", "\\udc00", "\\u0000", "1e999", "-0", "null", "\n", "\r\n", "\"error\":{", "\ufeff" }.Select(Encoding.UTF8.GetBytes)];

    private static int ReadStderr(byte[] input)
    {
        var (whole, text) = ReadStderr(input, null);
        var (cut, sameText) = ReadStderr(input, new Portions(input));
        Assert.Equal(whole, cut);
        Assert.Equal(text, sameText);
        return Outcome.Of(Math.Min(whole.Count, 5), Outcome.Scale(text.Length));
    }

    private static (List<string> Progress, string Text) ReadStderr(ReadOnlySpan<byte> input, Portions? portions)
    {
        var reader = new StderrReader();
        var progress = new List<string>();
        while (!input.IsEmpty)
        {
            var count = Math.Min(input.Length, portions?.Next() ?? input.Length);
            foreach (var element in reader.Read(input[..count])) progress.Add(JsonSerializer.Serialize(element, JsonSettings.Default));
            input = input[count..];
        }
        reader.Complete();
        return (progress, reader.Text);
    }

    private static int ReadOutput(byte[] input)
    {
        var stdout = new OutputCollector(400);
        stdout.Append(input);
        var failed = input.Length % 2;
        var exited = new CommandExited(5, failed, null, TimedOut: false, OomKilled: false, 1, new CommandUsage(1, 1));
        var result = AgentRunner.Conclude("run", exited, stdout, "");
        var answer = JsonSerializer.SerializeToUtf8Bytes(result, JsonSettings.Default);
        JsonDocument.Parse(answer).Dispose();
        Assert.True(System.Text.Unicode.Utf8.IsValid(answer));
        Assert.Equal(result.Status is RunStatus.Succeeded, result.Error is null);
        return Outcome.Of(Outcome.Of(result.Error?.Code ?? ""), result.Output is { } output ? (int)output.ValueKind : -1);
    }

    private static readonly Agent TextAgent = new(
        new AgentManifest("test", "1", "", ["x"], default, default, new AgentLimits(1, 1)),
        NJsonSchema.JsonSchema.FromJsonAsync("""{"type":"object","required":["text"],"additionalProperties":false,"properties":{"text":{"type":"string","minLength":1,"maxLength":20,"pattern":"\\S"},"count":{"type":"integer"}}}""").GetAwaiter().GetResult());

    /// <summary>What is bound as it came, without a look into it.</summary>
    private static int CheckInput(byte[] input)
    {
        JsonElement body;
        try
        {
            body = JsonElement.Parse(input, new JsonDocumentOptions { MaxDepth = JsonSettings.MaxDepth });
        }
        catch (JsonException)
        {
            return 0;
        }

        var errors = TextAgent.Validate(body);
        _ = JsonSerializer.SerializeToUtf8Bytes(Problem.Invalid(errors).ProblemDetails, JsonSettings.Default);
        return Outcome.Of([.. errors.Fields.Values.Select(messages => Outcome.Of(messages[0]))]);
    }

    /// <summary>Frames as Docker wraps them. Nothing of the error stream, and no frame's claim, gets into the output.</summary>
    private static async Task<int> ReadStreamsAsync(OneThread context, byte[] input)
    {
        using var raw = new MemoryGuest(new Portions(input));
        raw.Feed(input);
        raw.End();
        await using var stream = new AttachStream(new MultiplexedStream(raw, multiplexed: true));
        var read = 0;
        var buffer = new byte[64];
        try
        {
            // A read without a buffer only waits.
            while (await stream.ReadAsync(Memory<byte>.Empty) == 0 && await stream.ReadAsync(buffer) is > 0 and var count) read += count;
        }
        catch (IOException)
        {
            read = -1;
        }
        context.Drain();
        Assert.InRange(read, -1, input.Length);
        Assert.InRange(stream.Errors.Length, 0, input.Length);
        return Outcome.Of(Outcome.Scale(read), Outcome.Scale(stream.Errors.Length));
    }
}
