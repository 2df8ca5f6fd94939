using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Server.Guests;

/// <summary>
/// Everything that the server can do in one sandbox: commands and files, over one stream to the guest. When the stream is
/// lost, requests under way fail, a new one is asked for, and requests that come meanwhile wait for it a while; the commands
/// are still there. It ends when there is no new stream to be had. Thread-safe. Every method throws
/// <see cref="GuestException"/> when the guest refuses or is gone.
/// </summary>
internal sealed class GuestConnection : IAsyncDisposable
{
    /// <summary>How long a request waits for a lost stream to be replaced, and a new stream for the guest's greeting.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>A guest whose streams break as soon as they are made is not worth another.</summary>
    private const int MaxShortLinks = 5;
    private static readonly TimeSpan ShortLife = TimeSpan.FromSeconds(1);

    private readonly Func<CancellationToken, Task<Stream?>> _reconnect;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _opening = new(1);
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private int _breached;
    private TaskCompletionSource<GuestLink> _link = new(TaskCreationOptions.RunContinuationsAsynchronously);   // guarded by _gate

    private GuestConnection(GuestLink link, Func<CancellationToken, Task<Stream?>> reconnect, TimeProvider time)
    {
        _reconnect = reconnect;
        _time = time;
        Hello = new GuestHello(link.Hello.Version, link.Hello.Software);
        Use(link);
        Completion = KeepAsync(link);
    }

    internal delegate T Reader<out T>(ref WireReader reader);

    /// <summary>The guest's, from the first time that it was met.</summary>
    public GuestHello Hello { get; }

    /// <summary>Completes when there is no stream any more and none to be had: the box is gone, or this was disposed.</summary>
    public Task Completion { get; }

    /// <summary>Whether there is a stream now.</summary>
    public bool IsConnected => Link.IsCompletedSuccessfully;

    /// <summary>Not completed while there is none.</summary>
    private Task<GuestLink> Link { get { lock (_gate) return _link.Task; } }

    /// <summary>Greets the guest. Owns the stream, also when it fails.</summary>
    /// <param name="reconnect">
    /// Called when the stream is lost: gives a new one, or null when there is none to be had any more. Without it there is none.
    /// </param>
    public static async Task<GuestConnection> OpenAsync(
        Stream stream, TimeProvider time, CancellationToken cancellationToken, Func<CancellationToken, Task<Stream?>>? reconnect = null) =>
        new(await GuestLink.OpenAsync(stream, cancellationToken), reconnect ?? (static _ => Task.FromResult<Stream?>(null)), time);

    /// <summary>Completes when the stream of now is lost; at once when there is none.</summary>
    public Task WaitForLossAsync() => Link is { IsCompletedSuccessfully: true } link ? link.Result.Completion : Task.CompletedTask;

    /// <summary>Whether the guest has broken the protocol since this was asked last.</summary>
    public bool TakeBreach() => Interlocked.Exchange(ref _breached, 0) == 1;

    /// <summary>Completes when there is a stream, or <see cref="Completion"/> has come.</summary>
    public Task WaitForLinkAsync() => Task.WhenAny(Link, Completion);

    public async Task PingAsync(CancellationToken cancellationToken) => await (await GetLinkAsync(cancellationToken)).PingAsync(cancellationToken);

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
        return await CallAsync(request, ReadStatus, cancellationToken);
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
        return await CallAsync(request, ReadFileStatus, cancellationToken);
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
            return new GuestFile(stream, Decode(stream, await stream.ReadReplyAsync(cancellationToken), ReadFileStatus));
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
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stream.Lost);
        try
        {
            await SendContentAsync(stream, content, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The client still sends, but there is nobody to send it to.
            throw new GuestException(GuestErrorCode.ConnectionLost);
        }
        return Decode(stream, await stream.ReadResultAsync(cancellationToken), ReadFileStatus);
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

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        if (Link is { IsCompletedSuccessfully: true } link) await link.Result.DisposeAsync();
        await Completion;
    }

    /// <summary>Reads a message of the guest; a malformed one ends the link, like every other breach.</summary>
    internal static T Decode<T>(GuestStream stream, ReadOnlyMemory<byte> message, Reader<T> read)
    {
        try
        {
            var reader = new WireReader(message.Span);
            return read(ref reader);
        }
        catch (ProtocolException)
        {
            stream.Break();
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
            return new GuestCommand(this, stream, Decode(stream, reply, static (ref WireReader reader) => reader.ReadPid()));
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
        var link = await GetLinkAsync(cancellationToken);
        await _opening.WaitAsync(cancellationToken);
        try
        {
            await link.WaitForRoomAsync(cancellationToken);
            return link.Open(request.Span);
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task CallAsync(GuestRequest request, CancellationToken cancellationToken)
    {
        using var stream = await OpenAsync(request, cancellationToken);
        await stream.ReadResultAsync(cancellationToken);
    }

    private async Task<T> CallAsync<T>(GuestRequest request, Reader<T> read, CancellationToken cancellationToken)
    {
        using var stream = await OpenAsync(request, cancellationToken);
        return Decode(stream, await stream.ReadResultAsync(cancellationToken), read);
    }

    private async ValueTask<GuestLink> GetLinkAsync(CancellationToken cancellationToken)
    {
        var link = Link;
        if (link.IsCompletedSuccessfully) return link.Result;
        try
        {
            await Task.WhenAny(link, Completion).WaitAsync(Patience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new GuestException(GuestErrorCode.ConnectionLost);
        }

        return link.IsCompletedSuccessfully ? link.Result : throw new GuestException(GuestErrorCode.ConnectionLost);
    }

    /// <summary>From now on this is the link, until it is lost: then there is none, before anybody learns of the loss.</summary>
    private void Use(GuestLink link)
    {
        lock (_gate) _link.SetResult(link);
        link.Lost.Register(() =>
        {
            if (link.IsBreached) Volatile.Write(ref _breached, 1);
            lock (_gate) _link = new TaskCompletionSource<GuestLink>(TaskCreationOptions.RunContinuationsAsynchronously);
        });
    }

    private async Task KeepAsync(GuestLink link)
    {
        for (var shortLinks = 0; shortLinks < MaxShortLinks;)
        {
            var opened = _time.GetTimestamp();
            await link.Completion;
            shortLinks = _time.GetElapsedTime(opened) < ShortLife ? shortLinks + 1 : 0;
            if (await ReopenAsync() is not { } next) return;

            link = next;
            Use(link);
            if (_closing.IsCancellationRequested) await link.DisposeAsync();   // who closed this has not seen it
        }

        await link.DisposeAsync();
    }

    /// <summary>Null when there is no stream to be had, or this is closed.</summary>
    private async Task<GuestLink?> ReopenAsync()
    {
        for (var attempt = 0; attempt < MaxShortLinks && !_closing.IsCancellationRequested; attempt++)
        {
            try
            {
                if (await _reconnect(_closing.Token) is not { } stream) return null;

                using var greeting = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
                greeting.CancelAfter(Patience);
                return await GuestLink.OpenAsync(stream, greeting.Token);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // Streams differ in how they fail, and whoever waits for this must not be left waiting.
                if (_closing.IsCancellationRequested) return null;
            }
        }

        return null;
    }

    private static async IAsyncEnumerable<T> ReadListAsync<T>(
        GuestStream stream, Reader<T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var owned = stream;
        while (await stream.ReadAsync(cancellationToken) is { } content)
        {
            while (content.TryRead(out _, out var data))
            {
                foreach (var entry in DecodeEntries(stream, data, read)) yield return entry;
            }
        }
    }

    private static List<T> DecodeEntries<T>(GuestStream stream, ReadOnlyMemory<byte> data, Reader<T> read) =>
        Decode(stream, data, (ref WireReader reader) =>
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
