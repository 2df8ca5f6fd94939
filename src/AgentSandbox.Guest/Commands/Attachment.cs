using AgentSandbox.Guest.Links;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Commands;

/// <summary>
/// A stream that follows a command: first what the log still holds, then what comes, and at last how it ended. Losing it
/// changes nothing for the command.
/// </summary>
internal sealed class Attachment : GuestStream, IStdinSource
{
    private readonly Command _command;
    private OutputCursor _cursor;

    public Attachment(Link link, uint id, Command command) : base(link, id)
    {
        _command = command;
        _cursor = new OutputCursor(0, 0);
        command.Attach(this);
        link.MarkReady(this);
    }

    /// <summary>The oldest byte of the log that this reader still needs.</summary>
    public long Floor => Math.Max(_cursor.Record, _command.Log.Start);

    public void OnOutput() => Link.MarkReady(this);

    public void OnTaken(int cost, bool delivered) => ReturnCredit(cost);

    public override void OnCancel(bool kill)
    {
        if (kill && _command.Exit is null) _command.Signal(9);
    }

    protected override void ProduceFrame()
    {
        if (_command.Log.IsAtEnd(_cursor))
        {
            if (_command.IsFinished) FinishWithExit();
            return;
        }
        if (SendRoom <= 0) return;

        var length = _command.Log.Read(ref _cursor, Link.Payload[..SendRoom], out var flags);
        SendData(length, flags);
        _command.OnReaderMoved();
        Link.MarkReady(this);
    }

    protected override void OnData(ReadOnlySpan<byte> data, FrameFlags flags)
    {
        var cost = FrameHeader.Size + data.Length;
        if (_command.Stdin is not { } stdin || stdin.IsEnded) ReturnCredit(cost);
        else stdin.Write(data, cost, this);
        if (flags.HasFlag(FrameFlags.Last)) _command.Stdin?.End();
    }

    protected override void OnClosed() => _command.Detach(this);

    private void FinishWithExit()
    {
        Span<byte> result = stackalloc byte[CommandExited.MaxSize];
        var writer = new WireWriter(result);
        _command.Exit!.Write(ref writer);
        Finish(result[..writer.Written]);
    }
}
