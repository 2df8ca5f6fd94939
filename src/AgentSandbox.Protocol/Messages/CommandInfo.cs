namespace AgentSandbox.Protocol.Messages;

/// <summary>A command as the guest knows it.</summary>
/// <param name="AgeMs">Milliseconds since it was started: the guest's own clock is not to be trusted.</param>
/// <param name="Arguments">The first <see cref="ProtocolLimits.MaxStatusArguments"/> bytes of them.</param>
public sealed record CommandInfo(
    int Pid, long AgeMs, IReadOnlyList<byte[]> Arguments, bool ArgumentsTruncated, byte[] WorkingDirectory, CommandExited? Exited)
{
    public void Write(ref WireWriter writer)
    {
        writer.WriteNumber((ulong)Pid);
        writer.WriteSize(AgeMs);
        writer.WriteNumber((ulong)Arguments.Count);
        foreach (var argument in Arguments) writer.WriteBytes(argument);
        writer.WriteBool(ArgumentsTruncated);
        writer.WriteBytes(WorkingDirectory);
        writer.WriteBool(Exited is not null);
        if (Exited is null) return;

        var exited = new WireWriter(stackalloc byte[CommandExited.MaxSize]);
        Exited.Write(ref exited);
        writer.WriteBytes(exited.AsSpan());
    }

    public static CommandInfo Read(ref WireReader reader)
    {
        var pid = reader.ReadPid();
        var age = reader.ReadSize();
        var arguments = new List<byte[]>();
        for (var left = reader.ReadCount(); left > 0; left--) arguments.Add(reader.ReadBytes().ToArray());

        var truncated = reader.ReadBool();
        var workingDirectory = reader.ReadBytes().ToArray();
        if (!reader.ReadBool()) return new CommandInfo(pid, age, arguments, truncated, workingDirectory, null);

        var exited = new WireReader(reader.ReadBytes());
        return new CommandInfo(pid, age, arguments, truncated, workingDirectory, CommandExited.Read(ref exited));
    }
}
