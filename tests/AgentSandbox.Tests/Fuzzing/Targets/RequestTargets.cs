using System.Text;
using System.Text.Json;
using AgentSandbox.Server.Access;
using AgentSandbox.Server.Commands;
using AgentSandbox.Server.Files;
using AgentSandbox.Server.Problems;
using AgentSandbox.Server.Sessions;

namespace AgentSandbox.Tests.Fuzzing.Targets;

/// <summary>What callers send: bodies and parameters. Either they bind, or one kind of exception names a place.</summary>
internal static class RequestTargets
{
    public static IEnumerable<FuzzTarget> All =>
    [
        Of<CreateSessionRequest>("create-session", """{"template":"a","timeoutMs":5000,"env":{"A":"1"},"metadata":{"k":"v"},"limits":{"memoryBytes":1,"cpus":0.5,"pids":9,"diskBytes":4},"isolation":"gvisor"}"""),
        Of<UpdateSessionRequest>("update-session", """{"timeoutMs":5000,"metadata":{"k":"v"}}"""),
        Of<RunCommandRequest>("run-command", """{"command":"ls -l","cwd":"/tmp","env":{"A":"1"},"stdin":"x","timeoutMs":1,"background":true}""", """{"command":["ls","-l"]}"""),
        Of<SignalRequest>("signal", """{"signal":"SIGTERM"}"""),
        Of<StdinRequest>("write-stdin", """{"data":"aGk=","encoding":"base64","end":true}"""),
        Of<MoveFileRequest>("move-file", """{"from":"a","to":"b","overwrite":true}"""),
        Of<CreateKeyRequest>("create-key", """{"name":"ci","owner":"alice","role":"readOnly","scopes":["sessions"],"lifetimeMs":60000}"""),
        Of<LoginRequest>("login", """{"key":"ask_a_b"}"""),
        new("api-key", ReadKey) { Seeds = [Encoding.UTF8.GetBytes(ApiKeyText.Generate().ToString()), "ask_"u8.ToArray()] },
        new("session-query", Query) { Seeds = ["MTIzNDU2Nzg5MDphYmM"u8.ToArray(), "running"u8.ToArray(), "key=value"u8.ToArray()] },
    ];

    private static readonly byte[][] Tokens =
    [
        .. new[]
        {
            "{", "}", "[", "]", "\"", ":", ",", "null", "true", "NaN", "1e400", "-1", "99999999999999999999", "\\ud800", "\\u0000", "\"a\":", "/*", "\ufeff",
            "\"command\":", "\"env\":{", "\"limits\":{", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    private static FuzzTarget Of<T>(string name, params string[] bodies) => new(name, input =>
    {
        try
        {
            var body = JsonSerializer.Deserialize<T>(input, JsonSettings.Default);
            return Outcome.Of(Outcome.Scale(JsonSerializer.SerializeToUtf8Bytes(Checked(body), JsonSettings.Default).Length));
        }
        catch (JsonException exception)
        {
            var (field, message) = JsonFieldDescriber.Describe(typeof(T), exception.Path ?? "$");
            _ = JsonSerializer.SerializeToUtf8Bytes(new[] { field, message }, JsonSettings.Default);
            return Outcome.Of(Outcome.Of(message), exception.InnerException is null ? 1 : 0);
        }
    })
    {
        Seeds = [.. bodies.Select(Encoding.UTF8.GetBytes)],
        Tokens = Tokens,
        Allocation = 64 * 1024,
        AllocationPerByte = 512,
    };

    private static object? Checked(object? body)
    {
        var errors = new ValidationErrors();
        switch (body)
        {
            case CreateSessionRequest create:
                SessionValidator.CheckEnvironment(create.Env, "env", errors);
                errors.Range("cpus", create.Limits?.Cpus, 1, 2, "processors");
                break;
            case RunCommandRequest command:
                errors = new CommandValidator(new CommandOptions()).Validate(command);
                break;
            case SignalRequest signal:
                if (SignalNames.TryParse(signal.Signal, out var number)) Assert.InRange(number, 1, 31);
                break;
            case CreateKeyRequest key:
                errors = KeyValidator.Validate(key).Errors;
                break;
            default:
                break;
        }
        // What is said of a body is sent back, too.
        return errors.Any ? Problem.Invalid(errors).ProblemDetails : body;
    }

    /// <summary>What is taken for a key is one again when it is written.</summary>
    private static int ReadKey(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (!ApiKeyText.TryParse(text, out var key)) return 0;
        Assert.Equal(text, key.ToString());
        Assert.Equal(32, key.Hash().Length);
        return 1;
    }

    private static int Query(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        var errors = new ValidationErrors();
        var query = SessionList.Query.Parse(input.Length, text, text, [text], errors);
        _ = JsonSerializer.SerializeToUtf8Bytes(errors.Fields, JsonSettings.Default);
        return Outcome.Of(errors.Fields.Count, query.After is null ? 0 : 1, query.State is null ? 0 : 1, query.Labels.Count);
    }
}
