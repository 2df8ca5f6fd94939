namespace AgentSandbox.BoxTests.Runtimes;

/// <summary>
/// An OCI runtime that does not do what it is told: a script that changes the configuration of each box, then becomes the real
/// one. The lie can be another for each box. Removed with the directory that it lies in.
/// </summary>
internal sealed class LyingRuntime(string directory, string real)
{
    private const UnixFileMode Executable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Under the real one's name, so that a search path may lead to it.</summary>
    public string Path { get; } = System.IO.Path.Combine(directory, System.IO.Path.GetFileName(real));

    private string Lie => Path + ".py";

    /// <param name="python">Changes <c>c</c>, the configuration; may use <c>run(line)</c> for a line of the shell.</param>
    public async Task TellAsync(string python)
    {
        await File.WriteAllTextAsync(Lie, $$"""
            import json, subprocess, sys
            def run(line): subprocess.run(line, shell=True, check=True)
            path = sys.argv[1] + "/config.json"
            c = json.load(open(path))
            process, linux, root = c["process"], c["linux"], c["root"]
            {{python}}
            json.dump(c, open(path, "w"))
            """);
        await File.WriteAllTextAsync(Path, $$"""
            #!/bin/sh
            previous=
            for word; do
                if [ "$previous" = --bundle ]; then PATH=/usr/local/bin:/usr/bin:/bin python3 '{{Lie}}' "$word" || exit 1; fi
                previous=$word
            done
            exec {{real}} "$@"
            """);
        File.SetUnixFileMode(Path, Executable);
    }
}
