namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>
/// Has the host pipe its core dumps into a program that notes whose they are. The setting is the whole machine's, so one test
/// at a time has it, for as short as it can, and the former one is put back when it is disposed.
/// </summary>
internal sealed class CorePattern : IAsyncDisposable
{
    private const string Setting = "/proc/sys/kernel/core_pattern";
    private static readonly SemaphoreSlim Turn = new(1);

    private readonly string _directory = Directory.CreateTempSubdirectory("core-").FullName;    // short: a pattern has 127 characters
    private readonly string _former = File.ReadAllText(Setting);

    private string Notes => Path.Combine(_directory, "notes");

    /// <summary>The names of the programs, of the whole machine, whose dumps the host has handed over.</summary>
    public string[] Dumped => File.Exists(Notes) ? File.ReadAllLines(Notes) : [];

    public static async Task<CorePattern> PipeAsync()
    {
        await Turn.WaitAsync();
        try
        {
            var pattern = new CorePattern();
            var program = Path.Combine(pattern._directory, "note");
            await File.WriteAllTextAsync(program, $"#!/bin/sh\necho \"$1\" >> {pattern.Notes}\nexec cat > /dev/null\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            await File.WriteAllTextAsync(Setting, $"|{program} %e");
            return pattern;
        }
        catch
        {
            Turn.Release();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await File.WriteAllTextAsync(Setting, _former);
        Directory.Delete(_directory, recursive: true);
        Turn.Release();
    }
}
