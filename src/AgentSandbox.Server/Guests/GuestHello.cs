namespace AgentSandbox.Server.Guests;

/// <summary>What the guest said of itself. Its words: fit for the log, not for decisions.</summary>
internal sealed record GuestHello(int ProtocolVersion, string Software);
