using AgentSandbox.Guest.Commands;
using AgentSandbox.Guest.Files;
using AgentSandbox.Guest.Links;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest;

/// <summary>Everything that the server can ask for.</summary>
internal sealed class RequestRouter(CommandRequests commands) : IRequestHandler
{
    public Fault? Handle(Link link, uint id, GuestMethod method, ref WireReader reader) => method switch
    {
        GuestMethod.StartCommand => commands.Start(link, id, ref reader),
        GuestMethod.AttachCommand => commands.Attach(link, id, ref reader),
        GuestMethod.ListCommands => commands.List(link, id),
        GuestMethod.GetCommand => commands.Get(link, id, ref reader),
        GuestMethod.SignalCommand => commands.Signal(link, id, ref reader),
        GuestMethod.WriteStdin => commands.WriteStdin(link, id, ref reader),
        GuestMethod.StatFile => FileRequests.Stat(link, id, ref reader),
        GuestMethod.ListFiles => FileRequests.List(link, id, ref reader),
        GuestMethod.ReadFile => FileRequests.Read(link, id, ref reader),
        GuestMethod.WriteFile => FileRequests.Write(link, id, ref reader),
        GuestMethod.MakeDirectory => FileRequests.MakeDirectory(link, id, ref reader),
        GuestMethod.MoveFile => FileRequests.Move(link, id, ref reader),
        GuestMethod.RemoveFile => FileRequests.Remove(link, id, ref reader),
        _ => new Fault(GuestErrorCode.Unsupported),
    };
}
