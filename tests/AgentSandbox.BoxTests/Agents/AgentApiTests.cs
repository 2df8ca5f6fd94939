using System.Net;
using AgentSandbox.BoxTests.Support;

namespace AgentSandbox.BoxTests.Agents;

[Collection(ServerCollection.Name)]
public sealed class AgentApiTests(ServerFixture server)
{
    private const string Runs = "/api/v1/agents/text-analysis/runs";

    [Fact]
    public async Task List_TheAgents_HasTextAnalysis()
    {
        var list = await server.Api.GetAsync("/api/v1/agents");
        var one = await server.Api.GetAsync("/api/v1/agents/text-analysis");

        Assert.Contains(list.GetProperty("items").EnumerateArray(), item => item.GetProperty("name").GetString() == "text-analysis");
        Assert.Equal(10_000, one.GetProperty("inputSchema").GetProperty("properties").GetProperty("input").GetProperty("maxLength").GetInt32());
        Assert.Equal("agent_not_found", (await server.Api.GetAsync("/api/v1/agents/none", HttpStatusCode.NotFound)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("I love this phone, the camera is wonderful and the battery lasts for days!", "en", "positive")]
    [InlineData("Ужасный банк: обманули, деньги не вернули, хамят по телефону. Никому не советую!", "ru", "negative")]
    public async Task Run_InASession_AnalysesTheText(string input, string language, string label)
    {
        await using var session = await server.Api.CreateAsync();

        var run = await server.Api.SendAsync(HttpMethod.Post, $"{session.Path}/agents/text-analysis/runs", new { input }, HttpStatusCode.OK);

        Assert.Equal("succeeded", run.GetProperty("status").GetString());
        Assert.Equal(0, run.GetProperty("exitCode").GetInt32());
        var output = run.GetProperty("output");
        Assert.Equal(language, output.GetProperty("language").GetString());
        Assert.Equal(label, output.GetProperty("sentiment").GetProperty("label").GetString());
        Assert.NotEmpty(output.GetProperty("keywords").EnumerateArray());
        Assert.NotEmpty(output.GetProperty("summary").GetProperty("text").GetString()!);
    }

    [Fact]
    public async Task Run_OptionsOff_LeavesThosePartsOut()
    {
        var run = await server.Api.SendAsync(
            HttpMethod.Post, Runs, new { input = "Good.", options = new { sentiment = true, keywords = false, summary = false } }, HttpStatusCode.OK);

        Assert.True(run.GetProperty("output").TryGetProperty("sentiment", out _));
        Assert.False(run.GetProperty("output").TryGetProperty("keywords", out _));
        Assert.False(run.GetProperty("output").TryGetProperty("summary", out _));
    }

    [Fact]
    public async Task Run_AsEvents_ShowsProgressAndEndsWithTheResult()
    {
        var events = new List<ServerEvent>();
        await foreach (var item in server.Api.StreamAsync(HttpMethod.Post, Runs, new { input = "Хороший день. Плохой день." })) events.Add(item);

        Assert.Equal("started", events[0].Name);
        Assert.Contains(events, item => item.Name == "progress");
        Assert.Equal("exited", events[^1].Name);
        Assert.Equal("succeeded", events[^1].Data.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("""{"input":""}""", "input")]
    [InlineData("""{"input":"  \n "}""", "input")]
    [InlineData("""{"input":17}""", "input")]
    [InlineData("""{}""", "input")]
    [InlineData("""{"input":"x","options":{"summary":1}}""", "options.summary")]
    [InlineData("""{"input":"x","options":{"translate":true}}""", "options.translate")]
    public async Task Run_InputThatDoesNotFit_Is422AndNamesTheField(string body, string field)
    {
        var problem = await server.Api.PostTextAsync(Runs, body, HttpStatusCode.UnprocessableEntity);

        Assert.True(problem.GetProperty("errors").TryGetProperty(field, out _), problem.ToString());
    }

    [Fact]
    public async Task Run_TenThousandCharacters_IsTheMost()
    {
        var text = string.Concat(Enumerable.Repeat("слово и ", 1250));
        Assert.Equal(10_000, text.Length);

        var run = await server.Api.SendAsync(HttpMethod.Post, Runs, new { input = text }, HttpStatusCode.OK);
        var problem = await server.Api.SendAsync(HttpMethod.Post, Runs, new { input = text + "." }, HttpStatusCode.UnprocessableEntity);

        Assert.Equal(10_000, run.GetProperty("output").GetProperty("text_length").GetInt32());
        Assert.Contains("10000", problem.GetProperty("errors").GetProperty("input")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunOnce_Ended_LeavesNoSession()
    {
        var before = (await server.Api.GetAsync("/api/v1/sessions")).GetProperty("items").GetArrayLength();

        await server.Api.SendAsync(HttpMethod.Post, Runs, new { input = "Fine." }, HttpStatusCode.OK);

        Assert.Equal(before, (await server.Api.GetAsync("/api/v1/sessions")).GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Run_UnknownSessionOrAgent_Is404()
    {
        var session = await server.Api.SendAsync(HttpMethod.Post, "/api/v1/sessions/none/agents/text-analysis/runs", new { input = "x" }, HttpStatusCode.NotFound);
        var agent = await server.Api.SendAsync(HttpMethod.Post, "/api/v1/agents/none/runs", new { input = "x" }, HttpStatusCode.NotFound);

        Assert.Equal("session_not_found", session.GetProperty("code").GetString());
        Assert.Equal("agent_not_found", agent.GetProperty("code").GetString());
    }
}
