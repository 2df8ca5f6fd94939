using System.Text.Json;
using AgentSandbox.Server.Agents;
using AgentSandbox.Server.Commands;
using AgentSandbox.Server.Problems;

namespace AgentSandbox.Tests.Agents;

/// <summary>What becomes of what an agent printed, however hostile it is.</summary>
public sealed class AgentRunnerTests
{
    /// <summary>It was a failure of the server: the parser takes such a text, and fails when it is asked for.</summary>
    [Theory]
    [InlineData(1, "run_failed")]
    [InlineData(0, "run_output_invalid")]
    public void Conclude_OutputThatIsNoUtf8_FailsTheRunAlone(int exitCode, string code)
    {
        var result = Conclude(exitCode, [.. "{\"error\":{\"code\":\"bad\",\"message\":\""u8, 0x80, .. "\"}}"u8]);

        Assert.Equal(RunStatus.Failed, result.Status);
        Assert.Equal(code, result.Error?.Code);
        JsonDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(result, JsonSettings.Default)).Dispose();
    }

    [Fact]
    public void Conclude_OwnError_IsTold()
    {
        var result = Conclude(3, """{"error":{"code":"no_text","message":"Нет текста."}}"""u8);

        Assert.Equal(new RunError("no_text", "Нет текста."), result.Error);
    }

    private static RunResult Conclude(int exitCode, ReadOnlySpan<byte> output)
    {
        var stdout = new OutputCollector(1_000);
        stdout.Append(output);
        var exited = new CommandExited(5, exitCode, null, TimedOut: false, OomKilled: false, 1, new CommandUsage(1, 1));
        return AgentRunner.Conclude("run", exited, stdout, "");
    }
}
