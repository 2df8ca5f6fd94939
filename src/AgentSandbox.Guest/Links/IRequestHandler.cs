using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Links;

internal interface IRequestHandler
{
    /// <summary>
    /// Answers a request at once, or adds a stream to the link that will. Returns why not, when nothing was sent or added.
    /// </summary>
    Fault? Handle(Link link, uint id, GuestMethod method, ref WireReader reader);
}
