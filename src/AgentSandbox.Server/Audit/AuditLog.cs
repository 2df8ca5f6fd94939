using System.Threading.Channels;

namespace AgentSandbox.Server.Audit;

/// <summary>
/// Who did what with which result, for good. Entries go through a bounded queue to one thread that writes them: a request pays
/// for the queue alone, and waits only when that is full. What is written survives the death of the server at once, and that of
/// the machine a second later. While nothing can be written, <see cref="IsAvailable"/> says so and <see cref="AuditGate"/>
/// refuses what would have to be; what happens all the same is kept as far as the queue goes, and then counted. Thread-safe.
/// </summary>
internal sealed partial class AuditLog : IHostedService, IDisposable
{
    private const int QueueLength = 4_096;
    private const int BatchBytes = 256 << 10;
    private static readonly TimeSpan SyncInterval = TimeSpan.FromSeconds(1);

    private readonly AuditOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AuditIndex _index;
    private readonly Channel<Item> _queue = Channel.CreateBounded<Item>(new BoundedChannelOptions(QueueLength) { SingleReader = true });
    private readonly ManualResetEventSlim _stopping = new();
    private volatile CancellationTokenSource _outage = new();      // cancelled while there is one
    private AuditWriter? _writer;                                  // used by the writing thread alone once that runs
    private Task _writing = Task.CompletedTask;
    private long _lost;
    private long _synced;
    private string? _refusal;                                      // what the operator's log was told last

    public AuditLog(AuditOptions options, TimeProvider time, ILogger<AuditLog> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _index = new AuditIndex(new AuditDirectory(options.Directory));
    }

    /// <summary>Entries can be written now, as far as is known.</summary>
    public bool IsAvailable => !_outage.IsCancellationRequested;

    /// <summary>Opens the log before anything else starts.</summary>
    /// <exception cref="AuditException">It cannot be opened.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (!_options.IsOn)
        {
            Log.Off(_logger);
            return Task.CompletedTask;
        }

        _writer = AuditWriter.Open(_options, _index);
        Log.Opened(_logger, _options.Directory, _writer.Seq, _writer.Head);
        if (_writer.Torn is { } torn) Log.Torn(_logger, torn.TornBytes ?? 0);
        _writing = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    /// <summary>After everything else has stopped: returns once all is on the disk, or cannot be brought there.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Set();
        _queue.Writer.TryComplete();
        await _writing;
    }

    /// <summary>Keeps an entry. Waits while the queue is full.</summary>
    public ValueTask AppendAsync(AuditEntry entry)
    {
        if (!_options.IsOn) return ValueTask.CompletedTask;

        var item = new Item(entry.Bounded() with { Time = _time.GetUtcNow() }, null);
        return _queue.Writer.TryWrite(item) ? ValueTask.CompletedTask : WaitAndAppendAsync(item);
    }

    /// <summary>For what happens where nothing can wait. When there is no room, the log will say that an entry is missing.</summary>
    public void Append(AuditEntry entry)
    {
        if (!_options.IsOn) return;
        if (!_queue.Writer.TryWrite(new Item(entry.Bounded() with { Time = _time.GetUtcNow() }, null))) CountLost();
    }

    /// <summary>An entry could not even be made: the log will say that it is missing.</summary>
    public void CountLost() => Interlocked.Increment(ref _lost);

    /// <summary>There is such a session from now on, whichever entry of it comes first.</summary>
    public void Begin(string sessionId, string owner)
    {
        if (_options.IsOn) _index.Begin(sessionId, owner);
    }

    /// <summary>Returns once all that was appended before is in the files, or cannot be written now.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (!_options.IsOn || !IsAvailable) return;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var outage = _outage.Token;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, outage);
            await _queue.Writer.WriteAsync(new Item(null, done), either.Token);
            await done.Task.WaitAsync(either.Token);
        }
        catch (Exception exception) when (exception is ChannelClosedException || (exception is OperationCanceledException && outage.IsCancellationRequested))
        {
            // What is there can still be read.
        }
    }

    /// <summary>Whose session it was, as far back as the log remembers; null when it does not.</summary>
    public string? OwnerOf(string sessionId) => _index.OwnerOf(sessionId);

    /// <summary>The first entries of a session after a number, oldest first.</summary>
    public AuditPage Read(string sessionId, long after, int limit) => AuditPage.Read(_index, sessionId, after, limit);

    public void Dispose()
    {
        _writer?.Dispose();
        _stopping.Dispose();
        _outage.Dispose();
    }

    private async ValueTask WaitAndAppendAsync(Item item)
    {
        try
        {
            await _queue.Writer.WriteAsync(item, _outage.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException or ObjectDisposedException)
        {
            CountLost();
        }
    }

    /// <summary>A thread of its own: a slow disk must not hold one that requests are served by.</summary>
    private void Write()
    {
        // In the very file: it closes off what is left there.
        if (_writer!.Torn is { } torn) _writer.Add(torn with { Time = _time.GetUtcNow() });
        while (true)
        {
            WriteOut();
            while (_queue.Reader.TryRead(out var item))
            {
                if (item.Entry is { } entry) Add(entry);
                if (_writer.Waiting >= BatchBytes || item.Done is not null) WriteOut();
                item.Done?.TrySetResult();
            }

            if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost) Add(new AuditEntry { Action = AuditActions.Gap, Count = lost, Time = _time.GetUtcNow() });
            WriteOut();
            if (!WaitForMore()) break;
        }

        TrySync();
        if (_writer.Waiting == 0) Log.Closed(_logger, _writer.Seq, _writer.Head);
        else Log.Unwritten(_logger, _writer.Waiting);
    }

    private void Add(AuditEntry entry)
    {
        if (_writer!.IsFull)
        {
            WriteOut();
            Try(writer => writer.Rotate(_time.GetUtcNow()));
            Log.Rotated(_logger, _writer.Seq, _writer.Head);
        }

        _writer.Add(entry);
    }

    /// <returns>False when there will be no more.</returns>
    private bool WaitForMore()
    {
        var more = _queue.Reader.WaitToReadAsync();
        if (more.IsCompleted) return more.Result;

        var waiting = more.AsTask();
        if (_writer!.NeedsSync && !waiting.Wait(SyncInterval)) TrySync();
        return waiting.GetAwaiter().GetResult();
    }

    private void WriteOut()
    {
        Try(static writer => writer.Flush());
        if (_writer!.NeedsSync && _time.GetElapsedTime(_synced) >= SyncInterval) TrySync();
    }

    private void TrySync()
    {
        Try(static writer => writer.Sync());
        _synced = _time.GetTimestamp();
        if (!_writer!.IsFileMissing()) return;

        Log.FileMissing(_logger);
        Try(writer => writer.Rotate(_time.GetUtcNow()));
    }

    /// <summary>Again and again until it can be done; when the server stops, once more.</summary>
    private void Try(Action<AuditWriter> action)
    {
        while (true)
        {
            var isLast = _stopping.IsSet;
            try
            {
                action(_writer!);
                Recover();
                return;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Suspend(exception);
                if (isLast) return;
                _stopping.Wait(_options.RetryPause);
            }
        }
    }

    private void Suspend(Exception exception)
    {
        if (_refusal != exception.Message) Log.Unavailable(_logger, exception.Message);
        _refusal = exception.Message;
        _outage.Cancel();
    }

    private void Recover()
    {
        if (_refusal is null) return;
        _refusal = null;
        _outage = new CancellationTokenSource();
        Log.Available(_logger, Interlocked.Read(ref _lost));
    }

    private readonly record struct Item(AuditEntry? Entry, TaskCompletionSource? Done);

    private static partial class Log
    {
        [LoggerMessage(4100, LogLevel.Information, "The audit log in {Directory} goes on after entry {Seq}, {Hash}.")]
        public static partial void Opened(ILogger logger, string directory, long seq, string hash);

        [LoggerMessage(4101, LogLevel.Information, "The audit log ends with entry {Seq}, {Hash}.")]
        public static partial void Closed(ILogger logger, long seq, string hash);

        [LoggerMessage(4102, LogLevel.Information, "The audit log goes on in a new file; its last entry is {Seq}, {Hash}.")]
        public static partial void Rotated(ILogger logger, long seq, string hash);

        [LoggerMessage(4103, LogLevel.Warning, "The audit log ended with half an entry of {Bytes} bytes, as a crash leaves it. An entry says so.")]
        public static partial void Torn(ILogger logger, int bytes);

        [LoggerMessage(4104, LogLevel.Critical, "The audit log cannot be written: {Reason} What would have to be written is refused until it can.")]
        public static partial void Unavailable(ILogger logger, string reason);

        [LoggerMessage(4105, LogLevel.Warning, "The audit log can be written again; {Lost} entries could not be kept.")]
        public static partial void Available(ILogger logger, long lost);

        [LoggerMessage(4106, LogLevel.Critical, "Somebody has removed or shortened the file that the audit log was written to. It goes on in a new one.")]
        public static partial void FileMissing(ILogger logger);

        [LoggerMessage(4108, LogLevel.Critical, "The server stops, and the last {Bytes} bytes of the audit log could not be written.")]
        public static partial void Unwritten(ILogger logger, int bytes);

        [LoggerMessage(4107, LogLevel.Warning, "AUDIT is off: nobody will know who did what.")]
        public static partial void Off(ILogger logger);
    }
}
