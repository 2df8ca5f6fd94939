using AgentSandbox.Server.Runtimes.Docker;

namespace AgentSandbox.Tests.Runtimes.Docker;

public sealed class DockerEndpointTests
{
    [Theory]
    [InlineData("/run/docker.sock", "local", "unix:///run/docker.sock", null, null)]
    [InlineData("unix:///run/docker.sock", "local", "unix:///run/docker.sock", null, null)]
    [InlineData("/run/docker.sock?capacity=20&name=first", "first", "unix:///run/docker.sock", 20, null)]
    [InlineData("tcp://10.0.0.2:2376", "10.0.0.2:2376", "tcp://10.0.0.2:2376", null, null)]
    [InlineData("tcp://docker.example:2376/?tls=/etc/tls&capacity=1", "docker.example:2376", "tcp://docker.example:2376", 1, "/etc/tls")]
    [InlineData("tcp://10.0.0.2:2376?tls=/a%20b", "10.0.0.2:2376", "tcp://10.0.0.2:2376", null, "/a b")]
    public void TryParse_Valid_IsRead(string text, string name, string address, int? capacity, string? tls) =>
        Assert.Equal(new DockerEndpoint(name, new Uri(address), capacity, tls), DockerEndpoint.TryParse(text));

    [Theory]
    [InlineData("docker.sock")]
    [InlineData("unix://run/docker.sock")]
    [InlineData("unix:///")]
    [InlineData("tcp://10.0.0.2")]
    [InlineData("tcp://user@10.0.0.2:2376")]
    [InlineData("tcp://10.0.0.2:2376/path")]
    [InlineData("http://10.0.0.2:2376")]
    [InlineData("/run/docker.sock?capacity=0")]
    [InlineData("/run/docker.sock?capacity=10001")]
    [InlineData("/run/docker.sock?capacity=many")]
    [InlineData("/run/docker.sock?capacity=1&capacity=2")]
    [InlineData("/run/docker.sock?tls=/etc/tls")]
    [InlineData("tcp://10.0.0.2:2376?tls=relative")]
    [InlineData("/run/docker.sock?name=")]
    [InlineData("/run/docker.sock?name=a%20b")]
    [InlineData("/run/docker.sock?colour=red")]
    [InlineData("")]
    public void TryParse_Invalid_IsNull(string text) => Assert.Null(DockerEndpoint.TryParse(text));
}
