using System.Buffers.Binary;
using AgentSandbox.Guest.Links;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Commands;

/// <summary>Sends the status of every command that was known when it was asked, one a frame.</summary>
internal sealed class CommandListStream(Link link, uint id, CommandTable commands) : GuestStream(link, id)
{
    /// <summary>Arguments, each with its length, a path, and the numbers.</summary>
    public const int MaxEntry = (3 * ProtocolLimits.MaxStatusArguments) + 4096 + 256;

    private readonly int[] _pids = commands.Pids;
    private int _next;

    protected override void ProduceFrame()
    {
        while (_next < _pids.Length)
        {
            if (SendRoom < MaxEntry) return;
            if (commands.Find(_pids[_next++]) is not { } command) continue;

            SendEntry(command);
            Link.MarkReady(this);
            return;
        }
        Finish([]);
    }

    private void SendEntry(Command command)
    {
        var target = Link.Payload;
        var writer = new WireWriter(target[sizeof(ushort)..MaxEntry]);
        command.Describe().Write(ref writer);
        BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)writer.Written);
        SendData(sizeof(ushort) + writer.Written, FrameFlags.None);
    }
}
