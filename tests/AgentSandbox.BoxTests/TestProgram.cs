using AgentSandbox.BoxTests.Audit;
using AgentSandbox.BoxTests.Runtimes;
using AgentSandbox.BoxTests.Security.Targets;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace AgentSandbox.BoxTests;

/// <summary>What xunit would generate, and a way for a test to start this program as another server.</summary>
internal static class TestProgram
{
    private static Task<int> Main(string[] args) => args switch
    {
        [AbandonedServer.Verb, var boxId, .. var words] => AbandonedServer.RunAsync(boxId, words),
        [KilledWriter.Verb, var directory] => KilledWriter.RunAsync(directory),
        [ServerProcess.Verb, .. var settings] => ServerProcess.RunAsync(settings),
        _ when args.Contains("--server") => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
