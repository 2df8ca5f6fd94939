namespace AgentSandbox.Protocol.Messages;

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Set unless a signal ended it.</param>
/// <param name="Signal">The signal that ended it.</param>
/// <param name="CpuMicroseconds">Processor time, of the children that it waited for too.</param>
/// <param name="PeakMemoryBytes">The largest resident set, never less than what the guest itself has resident.</param>
/// <param name="WallMicroseconds">From start to exit.</param>
/// <param name="TimedOut">Whether the guest ended it because its time was over.</param>
public sealed record CommandExited(
    int? ExitCode, int? Signal, long CpuMicroseconds, long PeakMemoryBytes, long WallMicroseconds, bool TimedOut)
{
    public const int MaxSize = 6 * WireWriter.MaxNumber;

    public void Write(ref WireWriter writer)
    {
        writer.WriteBool(Signal is not null);
        writer.WriteNumber((ulong)(Signal ?? ExitCode ?? 0));
        writer.WriteSize(CpuMicroseconds);
        writer.WriteSize(PeakMemoryBytes);
        writer.WriteSize(WallMicroseconds);
        writer.WriteBool(TimedOut);
    }

    public static CommandExited Read(ref WireReader reader)
    {
        var signaled = reader.ReadBool();
        var value = reader.ReadNumber();
        if (value > 255) throw new ProtocolException("An exit status is out of range.");
        return new CommandExited(
            signaled ? null : (int)value,
            signaled ? (int)value : null,
            reader.ReadSize(),
            reader.ReadSize(),
            reader.ReadSize(),
            reader.ReadBool());
    }
}
