using System.Buffers.Binary;
using System.Text;

namespace AgentSandbox.Bench.Hosts.Docker;

/// <summary>
/// Docker's way to send stdout and stderr over one connection: 8 bytes of heading (stream, three zeros, length in
/// big-endian), then the content. See "Stream format" at https://docs.docker.com/engine/api/v1.41/#tag/Container/operation/ContainerAttach.
/// </summary>
internal static class DockerFrames
{
    private const int HeaderLength = 8;
    private const int BufferLength = 64 << 10;
    private const byte Stdout = 1;

    /// <summary>Hands stdout to the caller until the stream ends; returns the start of stderr, for a failure's message.</summary>
    public static async Task<string> ReadAsync(Stream source, OutputSink onStdout, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        var buffer = new byte[BufferLength];
        var errors = new StringBuilder();
        while (await source.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) == HeaderLength)
        {
            var left = (long)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4));
            while (left > 0)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, BufferLength)), cancellationToken);
                if (read == 0) throw new BenchException("Docker's stream ended within a frame.");

                left -= read;
                if (header[0] == Stdout) onStdout(buffer.AsSpan(0, read));
                else if (errors.Length < 300) errors.Append(Encoding.UTF8.GetString(buffer, 0, read));
            }
        }

        return errors.ToString();
    }
}
