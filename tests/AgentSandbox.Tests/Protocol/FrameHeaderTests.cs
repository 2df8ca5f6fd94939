using AgentSandbox.Protocol;

namespace AgentSandbox.Tests.Protocol;

public sealed class FrameHeaderTests
{
    [Fact]
    public void Header_WrittenAndRead_IsTheSame()
    {
        var header = new FrameHeader(ProtocolLimits.MaxPayload, FrameType.Data, FrameFlags.Stderr | FrameFlags.Last, 0xFEDC_BA98);
        var bytes = new byte[FrameHeader.Size];

        header.Write(bytes);

        Assert.True(FrameHeader.TryRead(bytes, out var read));
        Assert.Equal(header, read);
    }

    [Fact]
    public void TryRead_HalfAHeader_WaitsForMore() => Assert.False(FrameHeader.TryRead(new byte[FrameHeader.Size - 1], out _));

    [Fact]
    public void TryRead_LongerThanTheLimit_IsRefused()
    {
        var bytes = new byte[FrameHeader.Size];
        new FrameHeader(ProtocolLimits.MaxPayload + 1, FrameType.Data, FrameFlags.None, 1).Write(bytes);

        Assert.Throws<ProtocolException>(() => FrameHeader.TryRead(bytes, out _));
    }
}
