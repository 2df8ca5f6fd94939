using System.Net;
using AgentSandbox.Server.Runtimes.Docker;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace AgentSandbox.Tests.Runtimes.Docker;

public sealed class EngineMessagesTests
{
    [Fact]
    public void Report_Error_IsTheFirstOne()
    {
        var messages = new EngineMessages();

        messages.Report(new JSONMessage { Stream = "Step 1/2 : FROM debian" });
        Assert.Null(messages.Failure);
        messages.Report(new JSONMessage { Error = new JSONError { Message = "no such image" } });
        messages.Report(new JSONMessage { Error = new JSONError { Message = "and so on" } });

        Assert.Equal("no such image", messages.Failure);
    }

    [Fact]
    public void Report_HostileWords_AreBoundedAndHarmless()
    {
        var heard = new List<string>();
        var messages = new EngineMessages(heard.Add);

        messages.Report(new JSONMessage { Stream = "\u001b[2Jfirst\nsecond\r\n" });
        for (var i = 0; i < 100; i++) messages.Report(new JSONMessage { Stream = new string('x', 100_000) });

        Assert.Equal("[2Jfirst second", heard[0]);
        Assert.All(heard, line => Assert.InRange(line.Length, 1, 513));
        Assert.Equal(8, messages.LastLines.Count);
    }

    [Theory]
    [InlineData("""{"message":"no such thing"}""", "no such thing")]
    [InlineData("""{"message":"two\nlines"}""", "two lines")]
    [InlineData("""{"message":7}""", "status code='BadRequest'")]
    [InlineData("[]", "status code='BadRequest'")]
    [InlineData("<html>", "status code='BadRequest'")]
    public void WordsOf_Refusal_IsWhatTheEngineSays(string body, string expected) =>
        Assert.Contains(expected, EngineMessages.WordsOf(new DockerApiException(HttpStatusCode.BadRequest, body)), StringComparison.Ordinal);
}
