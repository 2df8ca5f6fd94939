using System.Net.Sockets;
using System.Security.Cryptography;
using AgentSandbox.Protocol;

namespace AgentSandbox.Server.Guests;

/// <summary>Opens a link to a guest whose standard input and output are the only way to it.</summary>
internal static class StdioLink
{
    /// <summary>
    /// What an earlier link may have left: all that the guest had been given credit for. One that sends more without an answer
    /// is not a guest.
    /// </summary>
    private const long MaxLeftOver = 256 * 1024 * 1024;

    private const int ReadSize = 64 * 1024;

    /// <summary>Replaces an earlier link. Time is bounded by the caller.</summary>
    /// <param name="raw">The guest's output for reading, its input for writing. Owned from now on, also when this fails.</param>
    /// <param name="isFirst">Whether nothing was ever written to this guest.</param>
    /// <exception cref="GuestException">There is no guest at the other end.</exception>
    public static async Task<Stream> OpenAsync(Stream raw, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            var nonce = RandomNumberGenerator.GetBytes(LinkOpening.NonceSize);
            // At the same time: a guest that is stuck in sending reads nothing.
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var asking = AskAsync(raw, nonce, isFirst, either.Token);
            var answer = ReadAnswerAsync(raw, nonce, either.Token);
            if (await Task.WhenAny(asking, answer) is { IsCompletedSuccessfully: false }) await either.CancelAsync();
            await Task.WhenAll(asking, answer);
            return new ChunkStream(raw, await answer);
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException or ProtocolException)
        {
            await raw.DisposeAsync();
            throw new GuestException(GuestErrorCode.ConnectionLost);
        }
        catch
        {
            await raw.DisposeAsync();
            throw;
        }
    }

    private static async Task AskAsync(Stream raw, byte[] nonce, bool isFirst, CancellationToken cancellationToken)
    {
        byte[] opening = [.. new byte[isFirst ? 0 : LinkOpening.PaddingSize], .. LinkOpening.Ask, .. nonce];
        await raw.WriteAsync(opening, cancellationToken);
        await raw.FlushAsync(cancellationToken);
    }

    /// <summary>Passes over what an earlier link has left. Returns what has come behind the answer.</summary>
    private static async Task<byte[]> ReadAnswerAsync(Stream raw, byte[] nonce, CancellationToken cancellationToken)
    {
        byte[] answer = [.. LinkOpening.Answer, .. nonce];
        var buffer = new byte[ReadSize];
        var length = 0;
        for (var total = 0L; total < MaxLeftOver;)
        {
            var count = await raw.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (count == 0) throw new EndOfStreamException();

            total += count;
            length += count;
            var at = buffer.AsSpan(0, length).IndexOf(answer);
            if (at >= 0) return buffer[(at + answer.Length)..length];

            var kept = Math.Min(length, answer.Length - 1);
            buffer.AsSpan(length - kept, kept).CopyTo(buffer);
            length = kept;
        }
        throw new ProtocolException("The guest does not answer.");
    }
}
