using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Security.Golden;

/// <summary>
/// What a posture shall be, line for line, in a file that people read. A change shows as a difference; who means it runs the
/// test once with <c>UPDATE_GOLDEN=1</c> and reads the difference again in the commit.
/// </summary>
internal static class GoldenFile
{
    /// <summary>Text from here to the end of a line is for the reader.</summary>
    private const char Comment = '#';

    /// <summary>Ends a line that need not be there: older kernels and libraries lack it.</summary>
    private const char MayLack = '?';

    public static void AssertMatches(string name, IEnumerable<string> actual)
    {
        var path = Path.Combine(TestHost.Root, "tests/AgentSandbox.BoxTests/Security/Golden", $"{name}.txt");
        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        var optional = lines.Select(Strip).Where(line => line.EndsWith(MayLack)).Select(line => line[..^1]).ToHashSet();
        var found = actual.ToList();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1")
        {
            var marked = found.Select(line => optional.Contains(Strip(line)) ? line.Insert(Strip(line).Length, $"{MayLack}") : line);
            File.WriteAllLines(path, lines.TakeWhile(line => line.StartsWith(Comment)).Concat(marked));
            return;
        }

        var expected = lines.Select(Strip).Where(line => line.Length > 0 && !line.EndsWith(MayLack)).ToList();
        var stripped = found.Select(Strip).Where(line => !optional.Contains(line)).ToList();
        var difference = expected.Except(stripped).Select(line => $"- {line}").Concat(stripped.Except(expected).Select(line => $"+ {line}"));
        Assert.True(expected.SequenceEqual(stripped), $"{name}.txt says otherwise:\n{string.Join('\n', difference)}");
    }

    private static string Strip(string line) => line.Split(Comment)[0].TrimEnd();
}
