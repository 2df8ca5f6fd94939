namespace AgentSandbox.Protocol.Messages;

/// <summary>
/// Starts a process in a session and process group of its own. Texts are bytes, as the kernel takes them.
/// Reply: the pid (number). Data: its output. End: <see cref="CommandExited"/>.
/// </summary>
public sealed record StartCommand
{
    /// <summary>The program and its arguments; the program is looked up along the command's own <c>PATH</c>.</summary>
    public required IReadOnlyList<byte[]> Arguments { get; init; }

    /// <summary>Empty for the directory that the guest was started in.</summary>
    public byte[] WorkingDirectory { get; init; } = [];

    /// <summary>All of the command's environment; nothing is inherited.</summary>
    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Environment { get; init; } = [];

    /// <summary>Whether standard input is a pipe that stays open until it is ended; else it is <c>/dev/null</c>.</summary>
    public bool OpenStdin { get; init; }

    /// <summary>Milliseconds until the command is asked to end; 0 is never.</summary>
    public uint TimeoutMs { get; init; }

    /// <summary>Milliseconds between asking (TERM) and forcing (KILL).</summary>
    public uint GraceMs { get; init; }

    public int MaxSize =>
        (6 * WireWriter.MaxNumber) + WorkingDirectory.Length
        + Arguments.Sum(argument => WireWriter.MaxNumber + argument.Length)
        + Environment.Sum(variable => (2 * WireWriter.MaxNumber) + variable.Key.Length + variable.Value.Length);

    public void Write(ref WireWriter writer)
    {
        writer.WriteNumber((ulong)Arguments.Count);
        foreach (var argument in Arguments) writer.WriteBytes(argument);
        writer.WriteBytes(WorkingDirectory);
        writer.WriteNumber((ulong)Environment.Count);
        foreach (var (name, value) in Environment)
        {
            writer.WriteBytes(name);
            writer.WriteBytes(value);
        }
        writer.WriteBool(OpenStdin);
        writer.WriteNumber(TimeoutMs);
        writer.WriteNumber(GraceMs);
    }

    public static StartCommand Read(ref WireReader reader)
    {
        var arguments = new List<byte[]>();
        for (var left = reader.ReadCount(); left > 0; left--) arguments.Add(reader.ReadBytes().ToArray());

        var workingDirectory = reader.ReadBytes().ToArray();

        var environment = new List<KeyValuePair<byte[], byte[]>>();
        for (var left = reader.ReadCount(); left > 0; left--)
        {
            var name = reader.ReadBytes().ToArray();
            environment.Add(new(name, reader.ReadBytes().ToArray()));
        }

        return new StartCommand
        {
            Arguments = arguments,
            WorkingDirectory = workingDirectory,
            Environment = environment,
            OpenStdin = reader.ReadBool(),
            TimeoutMs = reader.ReadUInt32(),
            GraceMs = reader.ReadUInt32(),
        };
    }
}
