using System.Text;
using System.Text.Json.Nodes;

namespace AgentSandbox.BoxTests.Security;

/// <summary>What strangers put where the API expects a value.</summary>
internal static class HostileInputs
{
    private const int Deep = 10_000;

    /// <summary>As they stand in a URL.</summary>
    public static IReadOnlyList<string> UrlValues { get; } =
    [
        "..%2F..%2Fetc%2Fpasswd", "%2e%2e%2f", "%00", "a%00b", "%0d%0aX-Injected:%20yes", "%1b%5b31m", new string('a', 5_000), "-1", "+1", "%2B1", "0x1",
        "99999999999999999999", "1e9", "NaN", "%F0%9F%92%A9", "%ED%A0%80", "%FF%FE", "'%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "%7B%7B7*7%7D%7D", "%25s%25n", "true", "null",
        "%E2%80%AE", "%20", "", "%2Fproc%2Fself%2Fenviron",
    ];

    /// <summary>In place of a whole body.</summary>
    public static IReadOnlyList<byte[]> Bodies { get; } =
    [
        .. new[]
        {
            "", " ", "null", "true", "0", "-0", "\"x\"", "[]", "{}", "{", "}", "[[", "{\"a\":", "{\"a\":1,\"a\":2}", "{\"\\ud800\":1}", "{\"a\":\"\\udc00\\ud800\"}", "{\"a\":NaN}", "{\"a\":Infinity}",
            "{\"a\":1e999}", "{\"a\":-99999999999999999999999999}", "{\"a\":01}", "{'a':1}", "{a:1}", "{\"a\":1,}", "{\"a\":1}{\"b\":2}", "{\"a\":1} x", "/* c */{}", "{\"$type\":\"System.IO.FileInfo\"}",
            "{\"__proto__\":{\"a\":1}}", "{\"a\":\"\u0000\"}", "\ufeff{}", "\ufeff", Nested("[", "]"), Nested("{\"a\":", "}"), new string('[', 900_000), new string(' ', 900_000),
            "{" + string.Join(',', Enumerable.Range(0, 90_000).Select(i => $"\"{i}\":1")) + "}",
            $"{{\"{new string('k', 900_000)}\":1}}", $"{{\"a\":\"{new string('v', 900_000)}\"}}", "{\"a\":" + new string('9', 900_000) + "}",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00],
        [0x7B, 0x22, 0x61, 0x22, 0x3A, 0x22, 0xC0, 0xAF, 0x22, 0x7D],
        [0x80, 0x81],
        [0],
    ];

    public static IReadOnlyList<string?> ContentTypes { get; } =
    [
        null, "text/plain", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json; charset=foo", "application/json; charset=utf-16",
        "application/json; charset=\"\"", "application/json; charset=utf-7", ";;;", "application/json; charset=utf-8; charset=foo", "application/*+json", "text/json", new string('a', 10_000),
    ];

    /// <summary>A good body with each of its values in turn replaced.</summary>
    public static IEnumerable<byte[]> Spoil(JsonNode example) =>
        from name in example is JsonObject fields ? fields.Select(field => field.Key) : []
        from value in Values
        select Encoding.UTF8.GetBytes($"{{{string.Join(',', example.AsObject().Select(field => $"\"{field.Key}\":{(field.Key == name ? value : field.Value?.ToJsonString() ?? "null")}"))}}}");

    private static readonly string[] Values =
    [
        "null", "true", "-1", "0", "0.5", "1e400", "99999999999999999999", "-9223372036854775808", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\r\\nX-Injected: yes\"",
        "\"../../etc/passwd\"", "\"$(id)\"", "\"--privileged\"", "[]", "[[]]", "{}", "{\"a\":1}", "{\"\":\"\"}", "{\"A=B\":\"x\"}", "{\"a\\u0000\":\"x\"}", "[1,null,\"x\"]", "[\"\\u0000\"]",
        $"\"{new string('x', 200_000)}\"", $"[{string.Join(',', Enumerable.Repeat("null", 50_000))}]", $"{{{string.Join(',', Enumerable.Range(0, 50_000).Select(i => $"\"{i}\":null"))}}}",
    ];

    private static string Nested(string open, string close) => string.Concat(Enumerable.Repeat(open, Deep)) + "1" + string.Concat(Enumerable.Repeat(close, Deep));
}
