using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;

namespace AgentSandbox.Server.Commands;

/// <summary>Body of a command. <c>command</c> is one line for the template's shell, or an array of words run as they are.</summary>
/// <param name="Stdin">
/// Text for the command's standard input, which then ends. Without it a foreground command reads nothing; a background
/// command's input stays open for <c>…/stdin</c>.
/// </param>
/// <param name="Background">Answers as soon as the command runs. It goes on when the caller leaves.</param>
internal sealed record RunCommandRequest(
    CommandLine Command,
    string? Cwd = null,
    IReadOnlyDictionary<string, string?>? Env = null,
    string? Stdin = null,
    long? TimeoutMs = null,
    bool Background = false);

/// <summary>Either a line for a shell or the words of an exact argument vector.</summary>
[JsonConverter(typeof(CommandLineConverter))]
[Description("a text, or an array of texts")]
internal sealed record CommandLine(string? Line, IReadOnlyList<string>? Words);

internal sealed class CommandLineConverter : JsonConverter<CommandLine>
{
    public override CommandLine Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String => new CommandLine(reader.GetString(), null),
        JsonTokenType.StartArray => new CommandLine(null, JsonSerializer.Deserialize<string[]>(ref reader, options)),
        _ => throw new JsonException(),
    };

    public override void Write(Utf8JsonWriter writer, CommandLine value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, (object?)value.Line ?? value.Words, options);
}

internal sealed record CommandUsage(long CpuMs, long PeakMemoryBytes);

/// <summary>How a command ended; the last event of its stream.</summary>
/// <param name="Signal">Name of the signal that ended it, such as <c>SIGKILL</c>; then <c>exitCode</c> is null.</param>
internal sealed record CommandExited(
    int Pid,
    int? ExitCode,
    string? Signal,
    bool TimedOut,
    bool OomKilled,
    long DurationMs,
    CommandUsage Usage);

/// <summary>A command's whole result. The texts are base64 only when the bytes are not valid UTF-8.</summary>
internal sealed record CommandResult(
    int Pid,
    int? ExitCode,
    string? Signal,
    string Stdout,
    string Stderr,
    string Encoding,
    bool Truncated,
    bool TimedOut,
    bool OomKilled,
    long DurationMs,
    CommandUsage Usage);

internal sealed record CommandStarted(int Pid);

/// <summary>A command of a session, running or ended.</summary>
/// <param name="Args">The first 4 KiB of them.</param>
/// <param name="Cwd">As it was asked for; null for the home directory.</param>
internal sealed record CommandResponse(
    int Pid, IReadOnlyList<string> Args, string? Cwd, DateTimeOffset StartedAt, bool Running, CommandExited? Exited);

internal sealed record CommandList(IReadOnlyList<CommandResponse> Items, string? NextCursor);

/// <summary>A signal by name, such as <c>SIGTERM</c>; it goes to the command's whole process group.</summary>
internal sealed record SignalRequest(string Signal);

/// <summary>More standard input. <c>encoding</c> is <c>utf-8</c> (default) or <c>base64</c>; <c>end</c> closes the input afterwards.</summary>
internal sealed record StdinRequest(string? Data = null, string Encoding = "utf-8", bool End = false);

internal sealed record ErrorEvent(string Code, string Message)
{
    public static ErrorEvent From(ProblemDetails problem) => new((string)problem.Extensions["code"]!, problem.Detail!);
}
