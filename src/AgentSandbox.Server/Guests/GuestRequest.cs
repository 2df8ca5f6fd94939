using System.Buffers;
using System.Text;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Server.Guests;

/// <summary>An encoded request in a pooled buffer.</summary>
internal readonly struct GuestRequest : IDisposable
{
    private readonly byte[] _buffer;
    private readonly int _length;

    private GuestRequest(byte[] buffer, int length)
    {
        _buffer = buffer;
        _length = length;
    }

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, _length);

    public static GuestRequest Of(GuestMethod method) => Encode(method, 0, static (ref WireWriter _) => { });

    public static GuestRequest Of(GuestMethod method, int pid, params ReadOnlySpan<ulong> numbers)
    {
        var buffer = Rent((2 + numbers.Length) * WireWriter.MaxNumber);
        var writer = Begin(buffer, method);
        writer.WriteNumber((ulong)Math.Max(pid, 0));
        foreach (var number in numbers) writer.WriteNumber(number);
        return new GuestRequest(buffer, writer.Written);
    }

    public static GuestRequest Of(GuestMethod method, string path) =>
        Encode(method, SizeOf(path), (ref WireWriter writer) => writer.WriteText(path));

    public static GuestRequest Of(GuestMethod method, string path, bool option) =>
        Encode(method, SizeOf(path), (ref WireWriter writer) =>
        {
            writer.WriteText(path);
            writer.WriteBool(option);
        });

    public static GuestRequest Move(string from, string to, bool overwrite) =>
        Encode(GuestMethod.MoveFile, SizeOf(from) + SizeOf(to), (ref WireWriter writer) =>
        {
            writer.WriteText(from);
            writer.WriteText(to);
            writer.WriteBool(overwrite);
        });

    public static GuestRequest Read(string path, long offset, long? length) =>
        Encode(GuestMethod.ReadFile, SizeOf(path), (ref WireWriter writer) =>
        {
            writer.WriteText(path);
            writer.WriteSize(offset);
            writer.WriteBool(length is not null);
            if (length is not null) writer.WriteSize(length.Value);
        });

    public static GuestRequest Write(WriteFile request) =>
        Encode(GuestMethod.WriteFile, request.MaxSize, (ref WireWriter writer) => request.Write(ref writer));

    /// <exception cref="GuestException">Too long for any guest, or more entries than a request may have.</exception>
    public static GuestRequest Start(CommandStart start)
    {
        var message = new StartCommand
        {
            Arguments = [.. start.Args.Select(Encoding.UTF8.GetBytes)],
            WorkingDirectory = start.Cwd is null ? [] : Encoding.UTF8.GetBytes(start.Cwd),
            Environment = [.. start.Env.Select(pair =>
                KeyValuePair.Create(Encoding.UTF8.GetBytes(pair.Key), Encoding.UTF8.GetBytes(pair.Value)))],
            OpenStdin = start.OpenStdin,
            TimeoutMs = start.Timeout is { } timeout ? Math.Max(ToMilliseconds(timeout), 1) : 0,
            GraceMs = ToMilliseconds(start.Grace),
        };
        if (start.Args.Count > ProtocolLimits.MaxListItems || start.Env.Count > ProtocolLimits.MaxListItems)
            throw new GuestException(GuestErrorCode.ArgumentsTooLong);
        return Encode(GuestMethod.StartCommand, message.MaxSize, (ref WireWriter writer) => message.Write(ref writer));
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private delegate void Body(ref WireWriter writer);

    private static GuestRequest Encode(GuestMethod method, int size, Body body)
    {
        if (size > ProtocolLimits.MaxRequest - WireWriter.MaxNumber) throw new GuestException(GuestErrorCode.ArgumentsTooLong);

        var buffer = Rent(size);
        var writer = Begin(buffer, method);
        body(ref writer);
        return new GuestRequest(buffer, writer.Written);
    }

    private static byte[] Rent(int size) => ArrayPool<byte>.Shared.Rent(size + (4 * WireWriter.MaxNumber));

    private static WireWriter Begin(byte[] buffer, GuestMethod method)
    {
        var writer = new WireWriter(buffer);
        writer.WriteByte((byte)method);
        return writer;
    }

    private static int SizeOf(string text) => Encoding.UTF8.GetByteCount(text) + WireWriter.MaxNumber;

    private static uint ToMilliseconds(TimeSpan time) => (uint)Math.Clamp(Math.Ceiling(time.TotalMilliseconds), 0, uint.MaxValue);
}
