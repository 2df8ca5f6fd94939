using System.Text;

namespace AgentSandbox.Protocol.Messages;

/// <summary>The first frame in each direction.</summary>
/// <param name="Version">The newest protocol version that the sender speaks. Both then speak the smaller one.</param>
/// <param name="Window">Credit in bytes that the sender of this hello gives its peer on each new stream.</param>
/// <param name="Software">The sender's own version, for the log.</param>
public sealed record Hello(ushort Version, int Window, string Software)
{
    public const int MaxSize = 128;

    private const uint Magic = 0x58424153;   // "SABX"
    private const int MaxSoftware = 64;

    public void Write(ref WireWriter writer)
    {
        writer.WriteFixed32(Magic);
        writer.WriteFixed16(Version);
        writer.WriteNumber((ulong)Window);
        writer.WriteText(Software);
    }

    public static Hello Read(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        if (reader.ReadFixed32() != Magic) throw new ProtocolException("The peer does not speak this protocol.");

        var version = reader.ReadFixed16();
        if (version == 0) throw new ProtocolException("The peer's protocol version is not supported.");

        var window = reader.ReadNumber();
        if (window is < FrameHeader.Size + 1 or > ProtocolLimits.MaxWindow) throw new ProtocolException("The peer's window is out of range.");

        var software = reader.ReadBytes();
        if (software.Length > MaxSoftware) throw new ProtocolException("The peer's name is too long.");
        return new Hello(version, (int)window, Encoding.UTF8.GetString(software));
    }
}
