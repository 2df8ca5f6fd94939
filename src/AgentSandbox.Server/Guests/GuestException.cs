using AgentSandbox.Protocol;

namespace AgentSandbox.Server.Guests;

/// <summary>The guest refused a request, or the link to it is gone. The message may be shown to a client.</summary>
internal sealed class GuestException(GuestErrorCode code, string? detail = null)
    : Exception(detail is null or "" ? GuestErrorText.For(code) : $"{GuestErrorText.For(code)} ({detail})")
{
    public GuestErrorCode Code { get; } = code;
}
