using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;

namespace AgentSandbox.Guest.Files;

/// <summary>Sends a part of a file, a frame each turn, straight from the kernel into the link's buffer.</summary>
internal sealed unsafe class FileReadStream(Link link, uint id, int file, long offset, long length) : GuestStream(link, id)
{
    private long _offset = offset;
    private long _left = length;

    protected override void ProduceFrame()
    {
        if (_left == 0)
        {
            Finish([]);
            return;
        }
        if (SendRoom <= 0) return;

        var count = Libc.Pread(file, Link.PayloadStart, (nint)Math.Min(SendRoom, _left), _offset);
        if (count < 0)
        {
            Fail(Fault.FromLastError());
            return;
        }
        if (count > 0) SendData((int)count, Protocol.FrameFlags.None);
        _offset += count;
        _left = count == 0 ? 0 : _left - count;
        Link.MarkReady(this);
    }

    protected override void OnClosed() => Libc.Close(file);
}
