using System.Runtime.CompilerServices;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Server.Guests;

/// <summary>
/// One attachment to a command: its output from here on, its end, and its standard input. Owned by who asked for it;
/// disposing detaches, and the command goes on. One reader and one writer at a time.
/// </summary>
internal sealed class GuestCommand : IAsyncDisposable
{
    private readonly GuestConnection _connection;
    private readonly GuestStream _stream;

    internal GuestCommand(GuestConnection connection, GuestStream stream, int pid)
    {
        _connection = connection;
        _stream = stream;
        Pid = pid;
    }

    /// <summary>As seen inside the sandbox.</summary>
    public int Pid { get; }

    /// <summary>Whether output was lost before what has been read: known once the first event has been read.</summary>
    public bool ReplayTruncated { get; private set; }

    /// <summary>All events to the exit, which is the last. To be enumerated once.</summary>
    /// <exception cref="GuestException">The link was lost; the command may still run.</exception>
    public async IAsyncEnumerable<CommandEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await _stream.ReadAsync(cancellationToken) is { } content)
        {
            while (content.TryRead(out var flags, out var data))
            {
                var gap = flags.HasFlag(FrameFlags.Gap);
                ReplayTruncated |= gap;
                yield return new CommandEvent.Output(
                    flags.HasFlag(FrameFlags.Stderr) ? CommandStream.Stderr : CommandStream.Stdout, data, gap);
            }
        }
        var result = await _stream.ReadResultAsync(cancellationToken);
        yield return new CommandEvent.Exited(GuestConnection.Decode(_stream, result, static (ref WireReader reader) =>
            CommandExit.From(CommandExited.Read(ref reader))));
    }

    /// <summary>Completes when the guest has taken the data; what a command does not read is dropped when it ends.</summary>
    public ValueTask WriteStdinAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        data.IsEmpty ? ValueTask.CompletedTask : _stream.SendAsync(data, last: false, cancellationToken);

    public ValueTask CloseStdinAsync(CancellationToken cancellationToken) =>
        _stream.SendAsync(ReadOnlyMemory<byte>.Empty, last: true, cancellationToken);

    /// <summary>To the command's process group.</summary>
    public Task SignalAsync(int signal, CancellationToken cancellationToken) =>
        _connection.SignalAsync(Pid, signal, cancellationToken);

    public ValueTask DisposeAsync()
    {
        _stream.Close();
        return ValueTask.CompletedTask;
    }
}
