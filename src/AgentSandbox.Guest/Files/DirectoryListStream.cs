using System.Buffers.Binary;
using AgentSandbox.Guest.Links;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Files;

/// <summary>Sends the entries of a directory, in the file system's order, as many in a frame as fit.</summary>
internal sealed unsafe class DirectoryListStream(Link link, uint id, int directory) : GuestStream(link, id)
{
    /// <summary>So that a listing of a slow file system does not hold up the other streams.</summary>
    private const int EntriesPerFrame = 512;

    private const int MaxEntry = sizeof(ushort) + FileDescriber.MaxSize;

    private readonly DirectoryReader _reader = new(directory);

    protected override void ProduceFrame()
    {
        var room = SendRoom;
        if (room < MaxEntry) return;

        var target = Link.Payload[..room];
        var length = 0;
        for (var entries = 0; entries < EntriesPerFrame && room - length >= MaxEntry; entries++)
        {
            var name = _reader.Next(out var error);
            if (error != 0)
            {
                Fail(Fault.FromFileError(error));
                return;
            }
            if (name == null)
            {
                End(length);
                return;
            }
            length += WriteEntry(name, target[length..]);
        }
        SendData(length, FrameFlags.None);
        Link.MarkReady(this);
    }

    protected override void OnClosed() => _reader.Dispose();

    /// <summary>The last entries and the end are two frames, which take two turns: the reader stays at its end.</summary>
    private void End(int length)
    {
        if (length == 0)
        {
            Finish([]);
            return;
        }
        SendData(length, FrameFlags.None);
        Link.MarkReady(this);
    }

    /// <summary>Returns 0 for a file that has gone since its name was read.</summary>
    private int WriteEntry(byte* name, Span<byte> target)
    {
        var writer = new WireWriter(target[sizeof(ushort)..]);
        if (FileDescriber.Describe(_reader.Fd, name, CString.Span(name), ref writer) is not null) return 0;

        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)writer.Written);
        return sizeof(ushort) + writer.Written;
    }
}
