using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Server.Guests;

/// <summary>
/// Everything that the server can do in one sandbox: commands and files, over one stream to the guest. Lives as long as the
/// link; after a loss the owner connects anew and finds the commands still there. Thread-safe. Every method throws
/// <see cref="GuestException"/> when the guest refuses or is gone.
/// </summary>
internal sealed class GuestConnection : IAsyncDisposable
{
    private readonly GuestLink _link;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _opening = new(1);

    private GuestConnection(GuestLink link, TimeProvider time)
    {
        _link = link;
        _time = time;
        Hello = new GuestHello(link.Hello.Version, link.Hello.Software);
    }

    internal delegate T Reader<out T>(ref WireReader reader);

    public GuestHello Hello { get; }

    /// <summary>Completes when the link is gone: the box died, the guest broke the protocol, or this was disposed.</summary>
    public Task Completion => _link.Completion;

    /// <summary>Greets the guest. Owns the stream, also when it fails.</summary>
    public static async Task<GuestConnection> OpenAsync(Stream stream, TimeProvider time, CancellationToken cancellationToken) =>
        new(await GuestLink.OpenAsync(stream, cancellationToken), time);

    public Task PingAsync(CancellationToken cancellationToken) => _link.PingAsync(cancellationToken);

    /// <summary>Returns once the process exists. When it is cancelled before, the command is killed if it has started.</summary>
    public async Task<GuestCommand> StartAsync(CommandStart start, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Start(start);
        return await FollowAsync(await OpenAsync(request, cancellationToken), killWhenCancelled: true, cancellationToken);
    }

    /// <summary>Follows a command that was started before, from the oldest output that the guest still has.</summary>
    public async Task<GuestCommand> AttachAsync(int pid, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Of(GuestMethod.AttachCommand, pid);
        return await FollowAsync(await OpenAsync(request, cancellationToken), killWhenCancelled: false, cancellationToken);
    }

    /// <summary>The running commands and the last finished ones.</summary>
    public async Task<IReadOnlyList<CommandStatus>> ListCommandsAsync(CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Of(GuestMethod.ListCommands);
        var commands = new List<CommandStatus>();
        await foreach (var command in ReadListAsync(await OpenAsync(request, cancellationToken), ReadStatus, cancellationToken))
        {
            commands.Add(command);
            // A guest keeps a few hundred; one that goes on for ever shall not fill the server.
            if (commands.Count > 4096) throw new GuestException(GuestErrorCode.Unknown);
        }
        return commands;
    }

    public async Task<CommandStatus> GetCommandAsync(int pid, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Of(GuestMethod.GetCommand, pid);
        return Decode(await CallAsync(request, cancellationToken), ReadStatus);
    }

    /// <summary>Signals the command's process group.</summary>
    public async Task SignalAsync(int pid, int signal, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Of(GuestMethod.SignalCommand, pid, (ulong)Math.Max(signal, 0));
        await CallAsync(request, cancellationToken);
    }

    /// <summary>Writes to a command that another caller started. Completes when the command, or its pipe, has it all.</summary>
    public async Task WriteStdinAsync(int pid, ReadOnlyMemory<byte> data, bool end, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Of(GuestMethod.WriteStdin, pid, end ? 1UL : 0UL);
        using var stream = await OpenAsync(request, cancellationToken);
        await stream.SendAsync(data, last: true, cancellationToken);
        await stream.ReadResultAsync(cancellationToken);
    }

    public async Task<FileStatus> StatAsync(string path, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Of(GuestMethod.StatFile, path);
        return Decode(await CallAsync(request, cancellationToken), ReadFileStatus);
    }

    /// <summary>The entries of a directory, in no order.</summary>
    public async IAsyncEnumerable<FileStatus> ListAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Of(GuestMethod.ListFiles, path);
        await foreach (var file in ReadListAsync(await OpenAsync(request, cancellationToken), ReadFileStatus, cancellationToken)) yield return file;
    }

    /// <param name="length">How much to read at most; null is to the end.</param>
    public async Task<GuestFile> OpenReadAsync(string path, long offset, long? length, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Read(path, offset, length);
        var stream = await OpenAsync(request, cancellationToken);
        try
        {
            return new GuestFile(stream, Decode(await stream.ReadReplyAsync(cancellationToken), ReadFileStatus));
        }
        catch
        {
            stream.Close();
            throw;
        }
    }

    /// <summary>
    /// Writes a file, which appears under its name when all of its content has arrived, and not at all when this fails or is
    /// cancelled. The caller completes the reader.
    /// </summary>
    public async Task<FileStatus> WriteAsync(
        string path, PipeReader content, FileWriteOptions options, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Write(new WriteFile(
            Encoding.UTF8.GetBytes(path), options.CreateParents, options.Exclusive, options.Append, options.Mode));
        using var stream = await OpenAsync(request, cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _link.Lost);
        try
        {
            await SendContentAsync(stream, content, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The client still sends, but there is nobody to send it to.
            throw new GuestException(GuestErrorCode.ConnectionLost);
        }
        return Decode(await stream.ReadResultAsync(cancellationToken), ReadFileStatus);
    }

    /// <summary>Makes a directory and what is missing above it. One that exists is fine.</summary>
    public async Task MakeDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Of(GuestMethod.MakeDirectory, path);
        await CallAsync(request, cancellationToken);
    }

    public async Task MoveAsync(string from, string to, bool overwrite, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Move(from, to, overwrite);
        await CallAsync(request, cancellationToken);
    }

    public async Task RemoveAsync(string path, bool recursive, CancellationToken cancellationToken)
    {
        using var request = GuestRequest.Of(GuestMethod.RemoveFile, path, recursive);
        await CallAsync(request, cancellationToken);
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();

    /// <summary>Reads a message of the guest; a malformed one ends the link, like every other breach.</summary>
    internal T Decode<T>(ReadOnlyMemory<byte> message, Reader<T> read)
    {
        try
        {
            var reader = new WireReader(message.Span);
            return read(ref reader);
        }
        catch (ProtocolException)
        {
            _link.Lose();
            throw new GuestException(GuestErrorCode.ConnectionLost);
        }
    }

    private static FileStatus ReadFileStatus(ref WireReader reader) => FileStatus.From(FileEntry.Read(ref reader));

    private static async Task SendContentAsync(GuestStream stream, PipeReader content, CancellationToken cancellationToken)
    {
        // The web server hands out what it read from the socket, 4 KiB at a time: gathered, so that a frame is worth its wake-up.
        var frame = ArrayPool<byte>.Shared.Rent(ProtocolLimits.MaxPayload);
        try
        {
            while (true)
            {
                var read = await content.ReadAtLeastAsync(ProtocolLimits.MaxPayload, cancellationToken);
                // Counted before the pipe moves on: from then on its segments belong to others.
                var length = (int)Math.Min(read.Buffer.Length, ProtocolLimits.MaxPayload);
                var last = read.IsCompleted && length == read.Buffer.Length;
                var part = read.Buffer.Slice(0, length);
                part.CopyTo(frame);
                content.AdvanceTo(part.End);
                await stream.SendAsync(frame.AsMemory(0, length), last, cancellationToken);
                if (last || stream.HasEnded) return;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private CommandStatus ReadStatus(ref WireReader reader) => CommandStatus.From(CommandInfo.Read(ref reader), _time);

    private async Task<GuestCommand> FollowAsync(GuestStream stream, bool killWhenCancelled, CancellationToken cancellationToken)
    {
        try
        {
            var reply = await stream.ReadReplyAsync(cancellationToken);
            return new GuestCommand(this, stream, Decode(reply, static (ref WireReader reader) => reader.ReadPid()));
        }
        catch
        {
            stream.Close(killWhenCancelled);
            throw;
        }
    }

    /// <summary>
    /// Requests may be large and come from many callers at once: each waits until those before it are on their way, so that
    /// they never pile up to what counts as a guest that does not read.
    /// </summary>
    private async ValueTask<GuestStream> OpenAsync(GuestRequest request, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        try
        {
            await _link.WaitForRoomAsync(cancellationToken);
            return _link.Open(request.Span);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<byte[]> CallAsync(GuestRequest request, CancellationToken cancellationToken)
    {
        using var stream = await OpenAsync(request, cancellationToken);
        return await stream.ReadResultAsync(cancellationToken);
    }

    private async IAsyncEnumerable<T> ReadListAsync<T>(
        GuestStream stream, Reader<T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var owned = stream;
        while (await stream.ReadAsync(cancellationToken) is { } content)
        {
            while (content.TryRead(out _, out var data))
            {
                foreach (var entry in DecodeEntries(data, read)) yield return entry;
            }
        }
    }

    private List<T> DecodeEntries<T>(ReadOnlyMemory<byte> data, Reader<T> read) =>
        Decode(data, (ref WireReader reader) =>
        {
            var entries = new List<T>();
            while (!reader.IsAtEnd)
            {
                var entry = reader.ReadEntry();
                entries.Add(read(ref entry));
            }
            return entries;
        });
}
