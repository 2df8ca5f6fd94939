using System.IO.Pipelines;

namespace AgentSandbox.Server.Guests;

/// <summary>A file that is being read. Owned by who opened it; copied once.</summary>
internal sealed class GuestFile : IAsyncDisposable
{
    private readonly GuestStream _stream;

    internal GuestFile(GuestStream stream, FileStatus status)
    {
        _stream = stream;
        Status = status;
    }

    /// <summary>As it was when it was opened. It may change while it is read: the size is not a promise.</summary>
    public FileStatus Status { get; }

    /// <summary>How much has been read so far.</summary>
    public long BytesRead { get; private set; }

    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        while (await _stream.ReadAsync(cancellationToken) is { } content)
        {
            while (content.TryRead(out _, out var data))
            {
                await target.WriteAsync(data, cancellationToken);
                BytesRead += data.Length;
            }
        }
    }

    /// <summary>Stops early when the reader of the pipe has left.</summary>
    public async Task CopyToAsync(PipeWriter target, CancellationToken cancellationToken)
    {
        while (await _stream.ReadAsync(cancellationToken) is { } content)
        {
            while (content.TryRead(out _, out var data))
            {
                var flushed = await target.WriteAsync(data, cancellationToken);
                BytesRead += data.Length;
                if (flushed.IsCompleted) return;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        _stream.Close();
        return ValueTask.CompletedTask;
    }
}
