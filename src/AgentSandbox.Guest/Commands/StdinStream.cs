using AgentSandbox.Guest.Links;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Commands;

/// <summary>
/// A stream that writes to the standard input of a command which another stream, maybe of another connection, started. It
/// ends when all of its data has been taken.
/// </summary>
internal sealed class StdinStream(Link link, uint id, Command command, bool end) : GuestStream(link, id), IStdinSource
{
    private int _waiting;
    private bool _complete, _broken;

    public void OnTaken(int cost, bool delivered)
    {
        _waiting -= cost;
        _broken |= !delivered;
        ReturnCredit(cost);
        if (_broken || (_complete && _waiting == 0)) Link.MarkReady(this);
    }

    protected override void ProduceFrame()
    {
        if (_broken) Fail(new Fault(GuestErrorCode.StdinClosed));
        else if (_complete && _waiting == 0) Finish([]);
    }

    protected override void OnData(ReadOnlySpan<byte> data, FrameFlags flags)
    {
        var cost = FrameHeader.Size + data.Length;
        _waiting += cost;
        _complete = flags.HasFlag(FrameFlags.Last);
        command.Stdin!.Write(data, cost, this);
        if (_complete && end) command.Stdin.End();
    }
}
