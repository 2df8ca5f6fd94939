using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Server.Runtimes.Native;

/// <summary>
/// Two named pipes as one stream. Whoever is at the other end may come and go. Waiting for input takes no thread: .NET polls
/// pipes that it is told are anonymous, but would read a file of any kind with a thread of its own.
/// </summary>
internal sealed class FifoStream : Stream
{
    private readonly AnonymousPipeClientStream _input, _output;

    private FifoStream(SafeFileHandle input, SafeFileHandle output)
    {
        _input = Wrap(PipeDirection.In, input);
        _output = Wrap(PipeDirection.Out, output);
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Null when the pipes are gone, or nobody reads the one to write to.</summary>
    /// <exception cref="IOException">They may be there, but could not be opened.</exception>
    public static FifoStream? TryOpen(string input, string output)
    {
        using var reading = TryOpen(input, Libc.NonBlocking);
        using var writing = TryOpen(output, Libc.NonBlocking | Libc.WriteOnly);
        return reading is null || writing is null ? null : new FifoStream(reading, writing);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _input.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _output.WriteAsync(buffer, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        _input.Dispose();
        _output.Dispose();
        base.Dispose(disposing);
    }

    private static SafeFileHandle? TryOpen(string path, int flags)
    {
        const int noEntry = 2, nobodyReads = 6;
        var descriptor = Libc.Open(path, flags | Libc.Cloexec);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() is noEntry or nobodyReads) return null;
        return Libc.Own(descriptor, $"open the pipe {path}");
    }

    private static AnonymousPipeClientStream Wrap(PipeDirection direction, SafeFileHandle handle)
    {
        var descriptor = handle.DangerousGetHandle();
        handle.SetHandleAsInvalid();
        return new AnonymousPipeClientStream(direction, new SafePipeHandle(descriptor, ownsHandle: true));
    }
}
