using AgentSandbox.Guest.Links;
using AgentSandbox.Protocol;
using AgentSandbox.Protocol.Messages;

namespace AgentSandbox.Guest.Commands;

/// <summary>The command methods: each parses its request and answers, or adds the stream that will.</summary>
internal sealed class CommandRequests(CommandTable commands)
{
    private const int MaxSignal = 64;

    public Fault? Start(Link link, uint id, ref WireReader reader)
    {
        if (commands.Start(StartCommand.Read(ref reader), out var command) is { } fault) return fault;
        Follow(link, id, command!);
        return null;
    }

    public Fault? Attach(Link link, uint id, ref WireReader reader)
    {
        if (Find(ref reader) is not { } command) return new Fault(GuestErrorCode.CommandNotFound);
        Follow(link, id, command);
        return null;
    }

    public Fault? List(Link link, uint id)
    {
        var stream = new CommandListStream(link, id, commands);
        link.SendReply(id, []);
        link.Add(stream);
        link.MarkReady(stream);
        return null;
    }

    public Fault? Get(Link link, uint id, ref WireReader reader)
    {
        if (Find(ref reader) is not { } command) return new Fault(GuestErrorCode.CommandNotFound);

        var writer = new WireWriter(stackalloc byte[CommandListStream.MaxEntry]);
        command.Describe().Write(ref writer);
        link.SendEnd(id, writer.AsSpan());
        return null;
    }

    public Fault? Signal(Link link, uint id, ref WireReader reader)
    {
        if (Find(ref reader) is not { } command) return new Fault(GuestErrorCode.CommandNotFound);
        if (reader.ReadNumber() is not (>= 1 and <= MaxSignal and var signal)) return new Fault(GuestErrorCode.InvalidSignal);
        if (command.Exit is not null) return new Fault(GuestErrorCode.CommandExited);

        command.Signal((int)signal);
        link.SendEnd(id, []);
        return null;
    }

    public Fault? WriteStdin(Link link, uint id, ref WireReader reader)
    {
        if (Find(ref reader) is not { } command) return new Fault(GuestErrorCode.CommandNotFound);
        if (command.Exit is not null) return new Fault(GuestErrorCode.CommandExited);
        if (command.Stdin is null or { IsEnded: true }) return new Fault(GuestErrorCode.StdinClosed);

        link.Add(new StdinStream(link, id, command, end: reader.ReadBool()));
        return null;
    }

    private static void Follow(Link link, uint id, Command command)
    {
        var writer = new WireWriter(stackalloc byte[WireWriter.MaxNumber]);
        writer.WriteNumber((ulong)command.Pid);
        link.SendReply(id, writer.AsSpan());
        link.Add(new Attachment(link, id, command));
    }

    private Command? Find(ref WireReader reader) =>
        reader.ReadNumber() is var pid && pid <= int.MaxValue ? commands.Find((int)pid) : null;
}
