using System.Security.Cryptography;
using AgentSandbox.BoxTests.Security.Targets;

namespace AgentSandbox.BoxTests.Security.Canaries;

/// <summary>The server itself: it lives on, and a secret of its environment stays with it.</summary>
internal sealed class ServerCanary : ICanary
{
    public const string Variable = "SERVER_SECRET";

    public string Secret { get; } = RandomNumberGenerator.GetHexString(32);

    public ServerProcess Server { get; set; } = null!;

    public Task<string?> ComplainAsync() => Task.FromResult(Server.HasExited ? $"The server ended:\n{Server.LastWords()}" : null);
}
