using System.Formats.Tar;
using System.IO.Pipelines;

namespace AgentSandbox.Server.Templates;

/// <summary>A tar that is made while it is read, so that one of any size is never held.</summary>
internal sealed class TarPipe : IAsyncDisposable
{
    private static readonly PipeOptions Options = new(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Pipe _pipe = new(Options);
    private readonly Stream _content;
    private readonly Task _making;
    private Exception? _failure;

    private TarPipe(Func<TarWriter, CancellationToken, Task> write)
    {
        _content = _pipe.Reader.AsStream();
        _making = MakeAsync(write);
    }

    /// <param name="write">Makes the tar; is stopped when the other ends early.</param>
    /// <param name="send">Reads it.</param>
    /// <exception cref="TemplateException">The tar could not be made.</exception>
    public static async Task SendAsync(Func<TarWriter, CancellationToken, Task> write, Func<Stream, Task> send)
    {
        await using var pipe = new TarPipe(write);
        try
        {
            await send(pipe._content);
        }
        catch when (pipe._failure is not null)
        {
            throw new TemplateException($"The files could not be packed: {pipe._failure.Message}", pipe._failure);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _content.DisposeAsync();
        await _making;
        _stopping.Dispose();
    }

    private async Task MakeAsync(Func<TarWriter, CancellationToken, Task> write)
    {
        try
        {
            await using (var tar = new TarWriter(_pipe.Writer.AsStream(leaveOpen: true), TarEntryFormat.Pax))
            {
                await write(tar, _stopping.Token);
            }
        }
        catch (Exception failure)
        {
            _failure = failure;
        }

        await _pipe.Writer.CompleteAsync(_failure);
    }
}
