using AgentSandbox.Server.Problems;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentSandbox.Server.Sessions;

internal enum SessionError
{
    None,
    NotFound,
    NotRunning,
    Ended,
    Lost,
    TemplateNotFound,
    TemplateNotReady,
    CapacityReached,
    TooManyStreams,
    BoxFailed,
}

internal static class SessionErrors
{
    public static ProblemHttpResult ToProblem(this SessionError error) => error switch
    {
        SessionError.NotFound => Problem.Create(
            404, "session_not_found", "There is no such session.", "It never existed, was deleted, or has expired. Create a new one."),
        SessionError.NotRunning => Problem.Create(
            409, "session_not_running", "The session is not running.", "Its sandbox has ended. Delete the session and create a new one."),
        SessionError.Ended => Problem.Create(
            409, "session_ended", "The session has ended.", "It was deleted, or has expired, while it worked on this."),
        SessionError.Lost => Problem.Unavailable(
            "session_lost", "The session's host does not answer.", "It is taken back when the host returns. Try again later, or delete the session.", 5),
        SessionError.TemplateNotFound => Problem.Create(
            404, "template_not_found", "There is no such template.", "template must be the name of a template of this server, or be left out."),
        SessionError.TemplateNotReady => Problem.Create(
            404, "template_not_found", "This template is not on offer here.", "It is defined, but not ready; the server's log says why. One that is made from an image needs RUNTIME=docker."),
        SessionError.CapacityReached => Problem.Unavailable(
            "capacity_reached", "All sessions of this server are in use.", "Delete a session, or try again later. The operator sets MAX_CONCURRENT_SESSIONS.", 5),
        SessionError.TooManyStreams => Problem.TooMany(
            "too_many_streams", "The session has too many requests at once.", "Wait for some to end, or run commands in the background. The operator sets SESSION_MAX_STREAMS.", 1),
        SessionError.BoxFailed => Problem.Unavailable(
            "sandbox_start_failed", "The sandbox could not be started.", "Try again; if it goes on, the operator finds the reason in the server's log.", 5),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error, null),
    };
}
