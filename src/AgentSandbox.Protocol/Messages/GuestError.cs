using System.Runtime.InteropServices;
using System.Text;

namespace AgentSandbox.Protocol.Messages;

/// <summary>The payload of an error frame. The message is for people; programs look at the code.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct GuestError(GuestErrorCode Code, string Message)
{
    public const int MaxMessage = 512;

    public void Write(ref WireWriter writer)
    {
        writer.WriteFixed16((ushort)Code);
        writer.WriteText(Message);
    }

    public static GuestError Read(ReadOnlySpan<byte> payload)
    {
        var reader = new WireReader(payload);
        var code = (GuestErrorCode)reader.ReadFixed16();
        var message = reader.ReadBytes();
        if (message.Length > MaxMessage) throw new ProtocolException("An error message is too long.");
        return new GuestError(code, Encoding.UTF8.GetString(message));
    }
}
