using System.Net.Sockets;
using AgentSandbox.Server.Runtimes;
using AgentSandbox.Server.Runtimes.Docker;

namespace AgentSandbox.Tests.Runtimes.Docker;

public sealed class DockerFailureTests
{
    /// <summary>Tests run as root, whom no socket refuses: so only the words are tested, not the way to them.</summary>
    [Fact]
    public void Explain_NoPermission_SaysWhichGroupToJoin()
    {
        var refused = new HttpRequestException("Connection failed", new SocketException((int)SocketError.AccessDenied));

        var words = DockerFailure.Explain(refused, DockerEndpoint.TryParse("unix:///run/docker.sock")!);

        Assert.StartsWith("this user may not use /run/docker.sock. Add the user to the group that owns it", words);
        Assert.Equal(RuntimeError.Unreachable, DockerFailure.Classify(refused));
    }
}
